package matrix

import (
	"encoding/csv"
	"fmt"
	"io"
)

// Columns of the table, in order.
var Columns = []string{"zone", "role", "action", "operations", "object", "state", "relation", "compartment", "decision", "rule", "told"}

// Write writes the table as CSV. told: a refusal says its rule to that person; otherwise there is no such object for him.
func Write(w io.Writer, cells []Cell) error {
	table := csv.NewWriter(w)
	if err := table.Write(Columns); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	for _, c := range cells {
		if err := table.Write(c.row()); err != nil {
			return fmt.Errorf("writing the table: %w", err)
		}
	}
	table.Flush()
	return table.Error()
}

func (c Cell) row() []string {
	decision, told := "deny", "no"
	if c.Allow {
		decision = "allow"
	}
	if c.Visible {
		told = "yes"
	}
	return []string{c.Zone, c.Role, c.Action, c.Operations, c.Object, c.State, c.Tie, c.Compartment, decision, c.Rule, told}
}
