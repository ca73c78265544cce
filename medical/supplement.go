package medical

import (
	"fmt"
	"log/slog"
	"slices"
)

// ToRapporteur is to whom the college addresses a request for a complement, when that is the author of the report (R. 425-12, last paragraph).
const ToRapporteur = "RAPPORTEUR"

// toOtherProfessional is anybody but the physician who made the certificate and the hospital where he works.
const toOtherProfessional = "AUTRE_PROFESSIONNEL"

// Supplement is what the author adds to a report that he signed, because the college asked: sealed as it is. The report does not change.
type Supplement struct {
	Text string `json:"text" validate:"required,max=50000"`
}

func (Supplement) Format(f fmt.State, _ rune) { redact(f) }
func (Supplement) LogValue() slog.Value       { return slog.StringValue(redacted) }

// AskedOfRapporteur is the reference of the oldest request that the college made to the author of the report and that he has not answered;
// "" when there is none.
func (c Case) AskedOfRapporteur() string {
	var open []string
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case ComplementDemande:
			if e.Stage == StageOpinion && d.To == ToRapporteur {
				open = append(open, d.Ref)
			}
		case ComplementRecu:
			open = slices.DeleteFunc(open, func(ref string) bool { return ref == d.Ref })
		}
	}
	if len(open) == 0 {
		return ""
	}
	return open[0]
}
