package family

import "cloison/missions"

// Outcome of a condition.
type Outcome string

const (
	Met      Outcome = "REMPLIE"
	NotMet   Outcome = "NON_REMPLIE"
	ToWeigh  Outcome = "A_APPRECIER" // only a person can tell: the prefect, or whoever reads the pieces
	NoObject Outcome = "SANS_OBJET"
)

// Finding is what a rule says of a request: an opinion with its reasons, never a decision.
type Finding struct {
	Rule    string        `json:"rule"`
	Outcome Outcome       `json:"outcome"`
	Why     string        `json:"why"`             // French: the facts it rests on
	Source  string        `json:"source"`          // the text
	Used    missions.Used `json:"used"`            // the parameters it was computed with
	Doubt   string        `json:"doubt,omitempty"` // what is still to be confirmed of the rule itself
}

// ToConfirm says that the rule, or a value it used, could not be read in a text: every page that shows it says « à confirmer ».
func (f Finding) ToConfirm() bool { return f.Doubt != "" || f.Used.ToConfirm() }
