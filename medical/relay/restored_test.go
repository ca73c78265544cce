package relay

import (
	"testing"

	"cloison/medical/store"
	"cloison/release"
)

// TestAnAcknowledgementAfterARestore: one of an opinion that this zone lost, and one given again because the other zone was restored: the cursor
// moves, and nothing else.
func TestAnAcknowledgementAfterARestore(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, id, seq := z.issued(t)
	_, err := z.owner.Exec(t.Context(), `INSERT INTO medical.lost_releases (seq, referral, code, found_at) VALUES ($1, $2, 'N6', $3)`, seq+1, store.NewID(), start)
	must(t, err)
	acknowledged := func(n, of int64, referral string) {
		t.Helper()
		z.peer.acknowledge(t, z.peer.key, release.AcknowledgementBody{Seq: n, Referral: referral, Release: of, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
		if did, err := z.takeAcknowledgements(t.Context()); !did || err != nil {
			t.Fatalf("acknowledgement %d: %v, %v", n, did, err)
		}
		z.cursor(t, store.CursorAcknowledgements, n)
	}
	acknowledged(1, seq, id)
	before, err := store.LoadDossier(t.Context(), z.Pool, dossier)
	must(t, err)
	acknowledged(2, seq, id)
	acknowledged(3, seq+1, store.NewID())
	after, err := store.LoadDossier(t.Context(), z.Pool, dossier)
	must(t, err)
	if len(after.Case.Events) != len(before.Case.Events) {
		t.Errorf("%d events, then %d", len(before.Case.Events), len(after.Case.Events))
	}
}
