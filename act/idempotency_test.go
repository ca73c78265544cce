package act

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/audit"
)

func TestARepeatedKeyIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey = "k-1"
	create := func(ctx context.Context, tx *Tx) error {
		tx.SetObject("dossier", "d-7")
		tx.SetItem("doc-7")
		return write("a")(ctx, tx)
	}
	first, err := w.gate.Do(t.Context(), rapporteur, a, create)
	if err != nil {
		t.Fatal(err)
	}
	// The act is done and policy would now refuse it: the key answers all the same, under another request.
	again := a
	again.Load, again.RequestID = signedDossier, "req-2"
	second, err := w.gate.Do(t.Context(), rapporteur, again, create)
	if err != nil {
		t.Fatal(err)
	}
	if !second.Replayed || second.Entry != first.Entry || second.Object != first.Object || second.Status != 201 || !second.At.Equal(first.At) {
		t.Errorf("replay = %+v, first %+v", second, first)
	}
	w.wantNotes("a")
	e := w.lastEntry(2)
	wantEntry(t, e, audit.None, audit.Replayed, "")
	if e.RequestID != "req-2" || e.Object != "d-7" {
		t.Errorf("entry = %+v", e)
	}
}

func TestAKeyIsBoundToWhoWhatAndOnWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey = "k-1"
	if _, err := w.gate.Do(t.Context(), rapporteur, a, write("a")); err != nil {
		t.Fatal(err)
	}
	_, err := w.gate.Do(t.Context(), stranger, a, write("b"))
	wantError(t, err, Missing, "") // another person's key answers nothing

	other := a
	other.Object.ID = "d-2"
	if r, err := w.gate.Do(t.Context(), rapporteur, other, write("c")); err != nil || r.Replayed {
		t.Errorf("another object: %+v, %v", r, err)
	}
	other = a
	other.Action, other.Load = "report.sign", signedDossier
	_, err = w.gate.Do(t.Context(), rapporteur, other, write("d"))
	wantError(t, err, Conflict, "REPORT_ALREADY_SIGNED")
	w.wantNotes("a", "c")
}

func TestAFailedActKeepsNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey = "k-1"
	if _, err := w.gate.Do(t.Context(), rapporteur, a, func(context.Context, *Tx) error { return Deny("Q4_REQUIRED") }); err == nil {
		t.Fatal("no error")
	}
	if r, err := w.gate.Do(t.Context(), rapporteur, a, write("a")); err != nil || r.Replayed {
		t.Errorf("after a failure: %+v, %v", r, err)
	}
	long := save()
	long.IdempotencyKey = strings.Repeat("k", 256)
	_, err := w.gate.Do(t.Context(), rapporteur, long, write("b"))
	wantError(t, err, Invalid, "")
}

// Two requests with the same key at the same time: one act, one replay.
func TestTwoRequestsWithOneKeyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey = "k-1"
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // without the lock both would wait for ever
	defer cancel()
	var group sync.WaitGroup
	results := make([]Result, 2)
	for i := range results {
		group.Go(func() {
			var err error
			results[i], err = w.gate.Do(ctx, rapporteur, a, func(ctx context.Context, tx *Tx) error {
				if err := write("a")(ctx, tx); err != nil {
					return err
				}
				// Hold the lock until the other request waits for it.
				for {
					var waiting bool
					err := w.owner.QueryRow(ctx, waitingForALock).Scan(&waiting)
					if err != nil || waiting {
						return err
					}
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if results[0].Replayed == results[1].Replayed || results[0].Entry != results[1].Entry {
		t.Errorf("results = %+v", results)
	}
	w.wantNotes("a")
}

// A key that a reading had used would go on answering after the right to read has ended.
func TestAReadingTakesNoKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey, a.ReadOnly = "k-1", true
	for _, note := range []string{"a", "b"} {
		r, err := w.gate.Do(t.Context(), rapporteur, a, write(note))
		if err != nil || r.Replayed {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	w.wantNotes("a", "b")
}

func TestAKeyEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := save()
	a.IdempotencyKey = "k-1"
	if _, err := w.gate.Do(t.Context(), rapporteur, a, write("a")); err != nil {
		t.Fatal(err)
	}
	w.at = w.at.Add(keyLife)
	w.gate = w.gateWith(w.engine)
	if known, err := w.gate.Replayed(t.Context(), rapporteur, a); err != nil || known {
		t.Errorf("replayed %v, %v", known, err)
	}
	r, err := w.gate.Do(t.Context(), rapporteur, a, write("b"))
	if err != nil || r.Replayed {
		t.Fatalf("%+v, %v", r, err)
	}
	w.wantNotes("a", "b")
}
