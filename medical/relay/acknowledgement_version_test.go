package relay

import (
	"testing"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

// An opinion was corrected, and its next version has left. The version before may still be acknowledged: that closes nothing, the last one does.
func TestAnEarlierVersionThatIsAcknowledgedLateClosesNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	dossier, id, first := z.issued(t)
	members := []string{"med-02", "med-03", "med-06"}
	z.append(t, dossier, store.With{}, medical.CompositionClose{Composition: 1, ReasonCode: medical.ReasonRectified, Motive: "REPONSE_ERRONEE"},
		medical.CollegeDesigne{Composition: 2, DecisionRef: "DEC-2026-01", Members: members})
	for _, m := range members {
		z.appendAs(t, dossier, m, store.With{}, medical.ReponseMembre{Composition: 2, Round: 1})
	}
	z.appendAs(t, dossier, members[0], store.With{}, medical.Synthese{Composition: 2, Round: 1})
	for _, m := range members {
		z.appendAs(t, dossier, m, store.With{Approval: &store.Approval{ID: "second-" + m, StepUp: "second-step-up-" + m, At: start}}, medical.Signature{Composition: 2})
	}
	second, before := opinion(t, id), release.OpinionID(id, 1)
	second.ID, second.Version, second.Replaces = release.OpinionID(id, 2), 2, &before
	z.append(t, dossier, store.With{Opinions: []release.Opinion{second}}, medical.AvisEmis{Composition: 2, Version: 2}, medical.AvisTransmis{Version: 2})
	var last int64
	must(t, z.Pool.QueryRow(t.Context(), "SELECT max(r.seq) FROM medical.releases r WHERE r.kind = 'opinion'").Scan(&last))

	for i, x := range []struct {
		release int64
		version int
		state   string
	}{{first, 1, "AVIS_TRANSMIS"}, {last, 2, "CLOS"}} {
		z.peer.acknowledge(t, z.peer.key, release.AcknowledgementBody{Seq: int64(i + 1), Referral: id, Release: x.release, Version: x.version, On: "2026-03-13", At: release.InstantOf(start)})
		if did, err := z.takeAcknowledgements(t.Context()); !did || err != nil {
			t.Fatal(err)
		}
		if d := z.loaded(t, dossier); d.Policy.State != x.state {
			t.Errorf("version %d acknowledged: %s, want %s", x.version, d.Policy.State, x.state)
		}
	}
}
