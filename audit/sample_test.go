package audit_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

// Anybody who has the signed head and the entries of the month draws the same accesses, and nobody could before the month was over.
func TestASampleCanBeDrawnAgain(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "medical")
	all := drawn(t, app)
	integrateAll(t, app)
	signer, log := ownLog(t)
	from, until := noon, noon.Add(48*time.Hour)
	draw := func() (s audit.Sample, err error) {
		err = db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			s, err = audit.DrawSample(t.Context(), tx, "2026-03", from, until, until.Add(time.Hour))
			return err
		})
		return s, err
	}
	signHead(t, app, signer, log) // signed at noon: the month is not over
	if _, err := draw(); !errors.Is(err, audit.ErrNotOver) {
		t.Errorf("before the end: %v", err)
	}
	mustAdd(t, app, entry())
	integrateAll(t, app)
	head, err := audit.SignHead(t.Context(), app, signer, log, until)
	if err != nil {
		t.Fatal(err)
	}
	s, err := draw()
	if err != nil || s.Size != head.Size || !bytes.Equal(s.Seed, audit.SampleSeed("2026-03", head.Root[:])) {
		t.Fatalf("%+v, %v", s, err)
	}
	var want []string
	for _, e := range all {
		read := e.Outcome == audit.Intent && e.Action != "document.upload" || e.Outcome == audit.Done && e.Retention == audit.Access
		if read && (e.ObjectKind == "dossier" || e.ObjectKind == "referral") && !e.At.Before(from) && e.At.Before(until) {
			want = append(want, e.ID)
		}
	}
	if s.Population != int64(len(want)) {
		t.Errorf("population %d, want %d", s.Population, len(want))
	}
	rank := func(id string) []byte {
		sum := sha256.Sum256(append(slices.Clone(s.Seed), id...))
		return sum[:]
	}
	slices.SortFunc(want, func(a, b string) int { return bytes.Compare(rank(a), rank(b)) })
	found, err := audit.FindSampled(t.Context(), app, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, one := range found {
		got = append(got, one.Entry.ID)
	}
	if !slices.Equal(got, want[:audit.SampleSize]) {
		t.Errorf("drawn %v, want %v", got, want[:audit.SampleSize])
	}
	if _, err := draw(); err == nil {
		t.Error("one month is drawn twice")
	}
}
