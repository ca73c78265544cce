package web

import (
	"strings"
	"testing"

	"cloison/act"
)

// Were it not, an act that reads would answer from what it answered before, without a decision on the object as it is now.
func TestIdempotencyKeyOfAReadIsIgnored(t *testing.T) {
	t.Parallel()
	p := newPortal(t, Op("write", "POST", "/keyed", "note.write", func(c *Call, _ None) (Reply[noteOutput], error) {
		return OK(noteOutput{ID: c.Act(act.Object{}).IdempotencyKey}), nil
	}))
	for _, key := range []string{"again", "é", strings.Repeat("x", 200)} {
		for _, path := range []string{Prefix + "/notes/1", "/notes/1"} {
			if got := p.do(t, "GET", path, "", "Idempotency-Key", key); got.status != 200 || strings.Contains(got.body, "again") {
				t.Errorf("%s, key %.6q: %d %s", path, key, got.status, got.body)
			}
		}
	}
	if got := p.do(t, "POST", Prefix+"/keyed", "", "Idempotency-Key", "again"); got.status != 200 || !strings.Contains(got.body, "again") {
		t.Errorf("a write lost its key: %d %s", got.status, got.body)
	}
}
