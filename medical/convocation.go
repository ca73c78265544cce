package medical

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"cloison/medical/reference"
)

// The mentions without which a summons cannot be sent (REQ-23; TA Châlons-en-Champagne, 30 November 2017, n° 1701775).
var mandatoryMentions = []string{"DATE", "LIEU", "PIECE_IDENTITE", "INTERPRETE", "MEDECIN_DE_SON_CHOIX", "EMPECHEMENT", "CONSEQUENCES_ABSENCE", "LANGUE"}

// mentionForMinor is wanted of the letter to a minor's representative. Invariant 14.
const mentionForMinor = "REPRESENTANT_LEGAL"

// CheckMentions refuses a letter that lacks a mandatory mention.
func (c Case) CheckMentions(made []string) error {
	wanted := mandatoryMentions
	if c.Minor() {
		wanted = append([]string{mentionForMinor}, wanted...)
	}
	for _, m := range wanted {
		if !slices.Contains(made, m) {
			return ConvocationMentions
		}
	}
	return nil
}

// Letter is a summons as it was sent: its text, to whom, and on which model. It is sealed in the civil compartment, with the names and the
// address that its face bears.
type Letter struct {
	Model     string   `json:"model"`
	Certainty string   `json:"certainty"` // to_confirm: no official wording could be read
	Addressee string   `json:"addressee"`
	Mentions  []string `json:"mentions"`
	Text      string   `json:"text"`
}

func (Letter) Format(f fmt.State, _ rune) { redact(f) }
func (Letter) LogValue() slog.Value       { return slog.StringValue(redacted) }

// ComposeLetter writes the letter of a summons from the request itself, so that the date it says is the date of the appointment. Names and
// address are not in the text: composing opens nothing, and the face is printed from the civil record.
func (c Case) ComposeLetter(d ConvocationEnvoyee, on Date) (Letter, error) {
	model, ok := reference.LetterOn("CONVOCATION", on)
	place, known := reference.DirectionByCode(d.Place)
	if !ok || !known {
		return Letter{}, ConvocationMentions
	}
	at := letterAt(d).In(reference.Location(d.Place))
	fill := strings.NewReplacer("{lieu}", place.Label, "{date}", longDate(at), "{heure}", at.Format("15 h 04"))
	l := Letter{Model: model.Code, Certainty: model.Certainty, Addressee: d.Addressee}
	var text []string
	for _, p := range model.Paragraphs {
		if p.Mention == mentionForMinor && !c.Minor() {
			continue
		}
		if p.Mention != "" {
			l.Mentions = append(l.Mentions, p.Mention)
		}
		text = append(text, fill.Replace(p.Text))
	}
	l.Text = strings.Join(text, "\n\n")
	return l, c.CheckMentions(l.Mentions)
}

var (
	weekdays = []string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months   = []string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

func longDate(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %s %d", weekdays[t.Weekday()], day, months[t.Month()-1], t.Year())
}
