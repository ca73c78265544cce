package installed_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	family "cloison/missions/family/module"
	"cloison/policy"
)

// TestDecisionsOfAMissionAreDecidedAgain: what its gate decided is recorded without the case and without the person, and comes out the same.
func TestDecisionsOfAMissionAreDecidedAgain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var kept bytes.Buffer
	n := 0
	o := newOfficeThatKeeps(t, func(r policy.Recorded) {
		mu.Lock()
		defer mu.Unlock()
		line, err := json.Marshal(r)
		if err != nil {
			t.Error(err)
		}
		kept.Write(append(line, '\n'))
		n++
	})
	id := o.created("69123")
	o.atMayor(id)
	o.event("agent", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 403)
	o.event("elsewhere", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 404)
	_, got := o.ask("agent", "POST", cases+"/"+id+"/links", map[string]any{})
	if status, _ := o.ask("nobody", "GET", got["path"].(string), nil); status != 200 {
		t.Fatal(status)
	}
	if text := kept.String(); strings.Contains(text, id) || strings.Contains(text, "mis-01") || !strings.Contains(text, "family.link.read") {
		t.Errorf("the record of decisions holds a case or a person, or not those of a link:\n%s", text)
	}
	rules, err := policy.With(family.Module().Policy)
	if err != nil {
		t.Fatal(err)
	}
	again, err := rules.Replay(t.Context(), &kept)
	if err != nil || again.Decisions != n || n < 8 || again.SameRules != n || again.Refused+again.Allowed+again.OtherRule != 0 {
		t.Errorf("%d kept; %+v %v", n, again, err)
	}
}
