package medical

import (
	"time"

	"cloison/medical/reference"
)

// Competence is who gives the opinion at an instant, on which form, and which authority it is for, each with its source and how sure we are
// of it: what is unclear in the law is shown, not settled here.
type Competence struct {
	Author            AuthorKind `json:"author"`
	Annexe            string     `json:"annexe"`
	Form              string     `json:"form"`
	Certainty         string     `json:"certainty"` // verified, inferred, unclear
	Alternatives      []string   `json:"alternatives"`
	Source            string     `json:"source"`
	Note              string     `json:"note"`
	Receiver          string     `json:"receiver"`
	ReceiverLabel     string     `json:"receiver_label"`
	ReceiverCertainty string     `json:"receiver_certainty"`
	ReceiverSource    string     `json:"receiver_source"`
}

// CompetenceAt is nil where no rule is in force.
func (c Case) CompetenceAt(at time.Time) *Competence {
	a, ok := c.AuthorAt(at)
	if !ok {
		return nil
	}
	r, _ := reference.ReceiverOn(c.kind().Family, string(c.LibertyAt(at)), c.day(at))
	return &Competence{
		Author: AuthorKind(a.Author), Annexe: a.Annexe, Form: a.Form, Certainty: a.Certainty, Alternatives: append([]string{}, a.Alternatives...),
		Source: a.Source, Note: a.Note,
		Receiver: r.Receiver, ReceiverLabel: r.Label, ReceiverCertainty: r.Certainty, ReceiverSource: r.Source,
	}
}
