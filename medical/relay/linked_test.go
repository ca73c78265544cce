package relay

import (
	"testing"

	"cloison/medical/store"
	"cloison/release"
)

// T25: who comes again has a new dossier. It is a renewal, or it is linked to the opinion given before; the dossier before is not opened again.
func TestWhoComesAgainHasANewDossier(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	before := &release.PreviousCase{ID: "dossier-2025", OpinionOn: "2025-01-16", Sens: release.Favourable}
	dossiers := map[string]bool{}
	for seq, c := range []struct {
		kind            release.Kind
		before          *release.PreviousCase
		renewal, linked bool
	}{
		{release.KindFirst, nil, false, false},
		{release.KindFirst, before, false, true},
		{release.KindRenewal, before, true, false},
		{release.KindParent, before, true, false},
		{release.KindParent, nil, false, false},
	} {
		id := store.NewID()
		e := referral(int64(seq+1), id, store.NewID(), "patient")
		e.Referral.Kind, e.Referral.PreviousCase = c.kind, c.before
		must(t, z.takeReferral(t.Context(), e))
		d, err := store.GetDossier(t.Context(), z.Pool, z.dossier(t, id))
		must(t, err)
		if d.Case.Renewal != c.renewal || d.Case.Linked != c.linked || len(d.Case.Events) != 1 || dossiers[d.ID] {
			t.Errorf("%s after %v: renewal %t, linked %t, %d events", c.kind, c.before != nil, d.Case.Renewal, d.Case.Linked, len(d.Case.Events))
		}
		dossiers[d.ID] = true
	}
}
