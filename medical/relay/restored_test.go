package relay

import (
	"crypto/ed25519"
	"errors"
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
	before := z.eventsOf(t, dossier)
	acknowledged(2, seq, id)
	acknowledged(3, seq+1, store.NewID())
	if after := z.eventsOf(t, dossier); after != before {
		t.Errorf("%d events, then %d", before, after)
	}
}

func (z *zone) eventsOf(t *testing.T, dossier string) (n int) {
	t.Helper()
	must(t, z.Pool.QueryRow(t.Context(), `SELECT count(*) FROM medical.events e WHERE e.dossier = $1::uuid`, dossier).Scan(&n))
	return n
}

// TestTheKeyOfAcknowledgementsIsReplaced: while both are pinned either signs; once the old one is not, it signs nothing.
func TestTheKeyOfAcknowledgementsIsReplaced(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	_, id, seq := z.issued(t)
	fresh, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	old := z.peer.key.Public().(ed25519.PublicKey)
	take := func(n int64, by ed25519.PrivateKey, pinned ...ed25519.PublicKey) error {
		z.Relay = z.relay(t, pinned...)
		z.peer.acknowledge(t, by, release.AcknowledgementBody{Seq: n, Referral: id, Release: seq, Version: 1, On: "2026-03-13", At: release.InstantOf(start)})
		_, err := z.takeAcknowledgements(t.Context())
		return err
	}
	must(t, take(1, z.peer.key, old, fresh))
	must(t, take(2, key, old, fresh))
	if err := take(3, z.peer.key, fresh); !errors.Is(err, release.ErrSignature) {
		t.Errorf("the key that was replaced: %v", err)
	}
	z.cursor(t, store.CursorAcknowledgements, 2)
}
