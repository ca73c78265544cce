package act

import (
	"testing"

	"cloison/policy"
)

// A page offers what policy would allow, by the same rules as the act; asking leaves no trace and opens no way to act.
func TestMayDecidesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := dossier(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	after, _ := signedDossier(t.Context(), nil)
	for _, c := range []struct {
		name     string
		who      Subject
		resource any
		want     bool
	}{
		{"the rapporteur", rapporteur, before, true},
		{"another physician", stranger, before, false},
		{"once the report is signed", rapporteur, after, false},
		{"nothing", rapporteur, policy.Portal{Kind: "portal", Zone: "medical"}, false},
	} {
		open, err := w.gate.May(t.Context(), c.who, c.resource, Offer{Action: "report.save"}, Offer{Action: "no.such"})
		if err != nil || open["report.save"] != c.want || open["no.such"] {
			t.Errorf("%s: %v, %v", c.name, open, err)
		}
	}
	if entries := w.entries(); len(entries) > 0 {
		t.Errorf("asking left %d entries", len(entries))
	}
	if _, err := w.gate.Do(t.Context(), stranger, save(), write("n")); err == nil {
		t.Error("asking opened the act")
	}
	w.wantNotes()
}
