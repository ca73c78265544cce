// Package expected holds the table of what each role may do, written by hand from the procedure and not from the rules. It is the other
// side of package matrix: a cell that the policy allows and no line of it does is a defect.
package expected

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed allows.csv
var table string

// Line is one line of the table.
type Line struct {
	Action, Object, Compartment string
	Roles, Ties, States         []string
	Why, Source                 string
	Number                      int
}

// Lines reads the table.
func Lines() ([]Line, error) {
	var lines []Line
	for i, text := range strings.Split(table, "\n") {
		if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		fields := strings.Split(text, ";")
		if len(fields) < 8 {
			return nil, fmt.Errorf("allows.csv, line %d: %d fields, want 8", i+1, len(fields))
		}
		last := len(fields) - 1 // a reason may hold the separator
		lines = append(lines, Line{
			Action: fields[0], Roles: strings.Fields(fields[1]), Ties: strings.Fields(fields[2]), Object: fields[3], States: strings.Fields(fields[4]),
			Compartment: fields[5], Why: strings.Join(fields[6:last], ";"), Source: fields[last], Number: i + 1,
		})
	}
	return lines, nil
}
