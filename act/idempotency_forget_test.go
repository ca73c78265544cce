package act

import (
	"testing"
	"time"

	"cloison/audit"
)

// Keys that answer no more are deleted, in one act an hour at most; a key that still answers stays.
func TestOldKeysAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	insert := func(key byte, age time.Duration) {
		t.Helper()
		hash := make([]byte, 32)
		hash[0] = key
		_, err := w.owner.Exec(t.Context(), storeIdempotency, "u", "report.save", "dossier/d-1/", hash, 200, "dossier", "d-1", "",
			audit.NewID(), instant.Add(-age))
		if err != nil {
			t.Fatal(err)
		}
	}
	forget := func(want int) {
		t.Helper()
		if n, err := w.gate.ForgetKeys(t.Context()); n != want || err != nil {
			t.Errorf("forgot %d (%v), want %d", n, err, want)
		}
	}
	insert(1, 23*time.Hour)
	insert(2, 24*time.Hour+time.Minute)
	forget(0) // the oldest is not yet one for an hour
	w.lastEntry(0)
	insert(3, 25*time.Hour+time.Minute)
	forget(2)
	if e := w.lastEntry(1); e.Action != "idempotency.forget" || e.Subject != "sweep" {
		t.Errorf("entry %+v", e)
	}
	forget(0)
	w.lastEntry(1)
}
