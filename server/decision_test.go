package server_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/release"
	"cloison/server/store"
)

func TestDecisionsAreCompletedNeverChanged(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	load := func(all []release.CompositionDecision) error {
		return db.InTx(t.Context(), z.owner, func(tx pgx.Tx) error { return store.LoadDecisions(t.Context(), tx, all) })
	}
	lines := func(digest string) int {
		n, err := store.DecisionLines(t.Context(), z.pool, "DEC-2026-01", digest)
		if err != nil {
			t.Error(err)
		}
		return n
	}
	all := decisions(t)
	if err := load(all); err != nil || lines(z.digest) != 4 {
		t.Errorf("the same file again: %v", err)
	}
	longer := decisions(t)
	longer[0].Lines = append(longer[0].Lines, release.DecisionLine{Line: 5, RPPS: "99790001009", FamilyName: "CINQUIEMAUX", GivenName: "Camille", ValidFrom: "2026-04-01"})
	if err := load(longer); err != nil {
		t.Fatalf("a later file: %v", err)
	}
	if after, _ := longer[0].Digest(); lines(after) != 5 || lines(z.digest) != 4 {
		t.Error("each state of the decision keeps its digest and its number of lines")
	}
	got, err := store.GetDecision(t.Context(), z.pool, "DEC-2026-01")
	if err != nil || len(got.Lines) != 5 || *got.Lines[3].ValidTo != "2026-02-28" {
		t.Errorf("%v %+v", err, got)
	}
	for name, change := range map[string]func(*release.CompositionDecision){
		"a name":         func(d *release.CompositionDecision) { d.Lines[0].FamilyName = "AUTRAUX" },
		"fewer lines":    func(d *release.CompositionDecision) { d.Lines = d.Lines[:3] },
		"an end":         func(d *release.CompositionDecision) { d.ValidTo = ptr(release.Date("2026-06-30")) },
		"a line skipped": func(d *release.CompositionDecision) { d.Lines[4].Line = 6 },
	} {
		other := decisions(t)
		other[0].Lines = append(other[0].Lines, longer[0].Lines[4])
		change(&other[0])
		if err := load(other); err == nil {
			t.Errorf("%s: another decision was loaded over a published one", name)
		}
	}
}
