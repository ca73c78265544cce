package family

import (
	"fmt"

	"cloison/missions"
)

// Source is an income as its papers show it: one amount for each month from one month to another, both included. It is how a person enters twelve
// pay slips; Months gives what the rule compares.
type Source struct {
	Kind   string         `json:"kind"`
	Whose  Earner         `json:"whose"`
	From   missions.Date  `json:"from"`
	To     missions.Date  `json:"to"`
	Amount missions.Value `json:"amount"`
	Stable bool           `json:"stable"`
}

// longest is more months than any window looks at: a span beyond it is a year that was typed wrong.
const longest = 60

// Months gives one income for each month of the sources.
func Months(sources []Source, basis Basis) ([]Income, error) {
	var all []Income
	for i, s := range sources {
		place := fmt.Sprintf("sources.%d.", i)
		if s.From.IsZero() || s.To.IsZero() || s.To.Before(s.From) || s.To.After(s.From.AddMonths(longest)) {
			return nil, wrong(place+"to", "Le dernier mois suit le premier, de cinq ans au plus. Vérifiez les deux dates.")
		}
		if s.Amount < 0 {
			return nil, wrong(place+"amount", "Indiquez un montant positif par mois.")
		}
		for n := 0; !s.From.FirstOfMonth(n).After(s.To); n++ {
			all = append(all, Income{Month: s.From.FirstOfMonth(n), Kind: s.Kind, Whose: s.Whose, Basis: basis, Amount: s.Amount, Stable: s.Stable})
		}
	}
	return all, nil
}

// Window is the twelve whole months that the resources of a request are looked at in.
func Window(r Request) (from, to missions.Date) {
	return r.FiledOn.FirstOfMonth(-year), r.FiledOn.FirstOfMonth(0).AddDays(-1)
}
