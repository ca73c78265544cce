package act

import (
	"fmt"
	"testing"
	"time"

	"cloison/audit"
)

// One session leaves so many refusals in the log, and an entry that says that there were more; it learns nothing by going on, what it may do it still does, and
// another session's refusals are recorded as ever.
func TestRefusalsOfASessionAreCapped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	options := w.gate.o
	options.Refusals = 5
	gate := New(options)
	refused := func(who Subject, want Kind) {
		t.Helper()
		if _, err := gate.Do(t.Context(), who, save(), write("x")); !IsKind(err, want) {
			t.Errorf("refused as %v, want %s", err, want)
		}
	}
	for n := range 20 {
		want := Missing
		if n >= 5 {
			want = RateLimited
		}
		refused(stranger, want)
	}
	absent := save()
	absent.Object.ID = "00000000-0000-4000-8000-00000000ffff"
	if _, err := gate.Do(t.Context(), stranger, absent, write("x")); !IsKind(err, RateLimited) {
		t.Errorf("an object that is not there: %v", err)
	}
	entries := w.entries()
	if len(entries) != 6 || entries[5].Rule != "REFUSALS_CAPPED" || entries[5].Outcome != audit.Refused || entries[4].Rule == "REFUSALS_CAPPED" {
		t.Fatalf("%d entries: %+v", len(entries), entries)
	}
	other := stranger
	other.Session = "s-other"
	refused(other, Missing)
	if got := len(w.entries()); got != 7 {
		t.Errorf("another session: %d entries", got)
	}
	if _, err := gate.Do(t.Context(), rapporteur, save(), write("a")); err != nil {
		t.Errorf("what is allowed: %v", err)
	}
	w.wantNotes("a")
}

// A minute later it is told again that there were more, and a second makes room for one.
func TestACapFillsAgain(t *testing.T) {
	t.Parallel()
	c := newRefusalCap(2)
	at := instant
	take := func() string {
		recorded, told := c.take("s", at)
		return fmt.Sprint(recorded, told)
	}
	for n, want := range []string{"true false", "true false", "false true", "false false"} {
		if got := take(); got != want {
			t.Errorf("refusal %d: %s, want %s", n, got, want)
		}
	}
	at = at.Add(time.Second)
	if got := take(); got != "true false" {
		t.Errorf("a second later: %s", got)
	}
	if got := take(); got != "false false" {
		t.Errorf("in the same second: %s", got)
	}
	for range 3 {
		at = at.Add(time.Hour)
	}
	take()
	take()
	if got := take(); got != "false true" {
		t.Errorf("later: %s", got)
	}
}

// As many sessions as there may be: memory stays bounded, and nobody's refusals are lost by it.
func TestManySessionsAreCounted(t *testing.T) {
	t.Parallel()
	c := newRefusalCap(1)
	for n := range 3 * cappedSessions {
		if recorded, _ := c.take(fmt.Sprint(n), instant); !recorded {
			t.Fatalf("the first refusal of session %d is not recorded", n)
		}
	}
	if len(c.sessions) > cappedSessions {
		t.Errorf("%d sessions are kept", len(c.sessions))
	}
}
