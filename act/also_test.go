package act

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/policy"
)

func otherDossier(rapporteur string) func(context.Context, pgx.Tx) (any, error) {
	return func(context.Context, pgx.Tx) (any, error) {
		return policy.Dossier{Kind: "dossier", ID: "d-2", Pipeline: "SEJOUR", Rapporteur: rapporteur, CertificateReceived: true}, nil
	}
}

func both(w *world, second Act, last func(context.Context, *Tx) error) error {
	_, err := w.gate.Do(context.Background(), rapporteur, save(), func(ctx context.Context, tx *Tx) error {
		if err := write("a")(ctx, tx); err != nil {
			return err
		}
		return tx.Also(ctx, second, func(ctx context.Context, tx *Tx) error {
			tx.Digest(make([]byte, 32))
			return last(ctx, tx)
		})
	})
	return err
}

func TestTwoActsAreOne(t *testing.T) {
	t.Parallel()
	second := Act{Action: "report.save", Object: Object{Kind: "dossier", ID: "d-2"}, RequestID: "req-1", IdempotencyKey: "k", Load: otherDossier("med-12")}

	t.Run("both are done, each with its entry", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		if err := both(w, second, write("b")); err != nil {
			t.Fatal(err)
		}
		w.wantNotes("a", "b")
		entries := map[string]audit.Entry{}
		for _, e := range w.entries() {
			entries[e.Object] = e
		}
		first, other := entries["d-1"], entries["d-2"]
		if len(entries) != 2 || first.Outcome != audit.Done || other.Outcome != audit.Done || !first.At.Equal(other.At) || len(first.Digests) != 0 || len(other.Digests) != 1 {
			t.Errorf("entries: %+v", entries)
		}
	})
	t.Run("the second is refused: neither is done, and the rule is told to nobody", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		refused := second
		refused.Load = otherDossier("med-02")
		wantError(t, both(w, refused, write("b")), Missing, "")
		w.wantNotes()
		wantEntry(t, w.lastEntry(1), audit.Deny, audit.Refused, "NOT_ASSIGNED")
	})
	t.Run("the second does not exist", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		absent := second
		absent.Load = func(context.Context, pgx.Tx) (any, error) { return nil, ErrNotFound }
		wantError(t, both(w, absent, write("b")), Missing, "")
		w.wantNotes()
		wantEntry(t, w.lastEntry(1), audit.Deny, audit.Refused, "NOT_FOUND")
	})
	t.Run("the second fails: neither is done", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		wantError(t, both(w, second, write("a")), Conflict, "ALREADY_SIGNED") // a second time
		w.wantNotes()
		w.lastEntry(1)
	})
}
