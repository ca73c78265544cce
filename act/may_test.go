package act

import (
	"bytes"
	"encoding/json"
	"strings"
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

// A decision is kept with what it rested on, allowed or not, and nobody stands in it; decided again, it is the same.
func TestADecisionIsKeptWithoutItsPersons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var kept bytes.Buffer
	options := w.gate.o
	options.Decided = func(d policy.Recorded) { _ = json.NewEncoder(&kept).Encode(d) }
	gate := New(options)
	done, err := gate.Do(t.Context(), rapporteur, save(), write("kept"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gate.Do(t.Context(), stranger, save(), write("never")); err == nil {
		t.Fatal("a stranger wrote")
	}
	again, err := w.engine.Replay(t.Context(), bytes.NewReader(kept.Bytes()))
	if err != nil || again.Decisions != 2 || again.SameRules != 2 || len(again.First) != 0 {
		t.Errorf("%+v, %v", again, err)
	}
	if !strings.Contains(kept.String(), done.Entry) || !strings.Contains(kept.String(), "NOT_ASSIGNED") {
		t.Errorf("what was kept: %s", kept.String())
	}
	for _, person := range []Subject{rapporteur, stranger} {
		if strings.Contains(kept.String(), person.ID) || strings.Contains(kept.String(), person.Reference) {
			t.Errorf("%s stands in what was kept", person.ID)
		}
	}
}
