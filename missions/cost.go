package missions

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Funding is who pays a cost. What the Union pays a share of is claimed line by line, so each line says it.
type Funding string

const (
	ByState Funding = "ETAT"
	ByUnion Funding = "UE_FAMI" // the asylum, migration and integration fund
)

// Fundings are all of them.
func Fundings() []Funding { return []Funding{ByState, ByUnion} }

// Known says whether f is one of them.
func (f Funding) Known() bool { return slices.Contains(Fundings(), f) }

// Cost is one line of the export that a claim on the Union rests on. Case is opaque: no name and no number of a person leaves with it.
type Cost struct {
	Mission, Direction, Department, CaseType, Case string
	On                                             Date
	Kind                                           string
	Amount                                         Value
	Funding                                        Funding
}

var costColumns = []string{"mission", "direction", "departement", "type", "dossier", "jour", "nature", "montant", "financement"}

// WriteCosts writes the lines as a table: semicolons and decimal commas, as a French spreadsheet reads them.
func WriteCosts(w io.Writer, costs []Cost) error {
	table := csv.NewWriter(w)
	table.Comma = ';'
	lines := [][]string{costColumns}
	for _, c := range costs {
		amount, err := c.Amount.MarshalText()
		if err != nil {
			return fmt.Errorf("writing a cost: %w", err)
		}
		lines = append(lines, []string{c.Mission, c.Direction, c.Department, c.CaseType, c.Case, c.On.String(), c.Kind, strings.ReplaceAll(string(amount), ".", ","), string(c.Funding)})
	}
	if err := table.WriteAll(lines); err != nil {
		return fmt.Errorf("writing costs: %w", err)
	}
	return nil
}
