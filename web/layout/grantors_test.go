package layout

import (
	"strings"
	"testing"
)

// A refused form says who can change it: where the rule has nobody of its own and is about what was typed, whoever typed it.
func TestARefusedFormNamesWhoCanChangeIt(t *testing.T) {
	for rule, want := range map[string]string{
		"COLLEGE_BEFORE_REPORT": rapporteurActs,
		"Q4_REQUIRED":           "Vous-même",
		"UNKNOWN_ACTION":        "Votre responsable de service",
		"":                      "",
	} {
		f := NewForm("/x", storyKey, typed{values: map[string][]string{"a": {"b"}}}, nil)
		f.Refuse(Refused{Sentence: "Non.", Rule: rule, Yours: rule == "Q4_REQUIRED"})
		page := render(t, "form", FormView{Heading: "x", Form: f, Submit: "x"})
		if said := strings.Contains(page, "Qui peut y remédier"); said != (want != "") || !strings.Contains(page, want) {
			t.Errorf("%q: want %q", rule, want)
		}
	}
}
