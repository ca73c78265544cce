package relay

import (
	"errors"
	"testing"

	"cloison/medical/store"
)

// A residence permit does not go to the minister, whatever the other zone says: its opinion would go there too (L. 631-3, R. 425-13).
func TestNoReferralGoesToAnAuthorityThatRefersNoSuchKind(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := store.NewID()
	must(t, z.takeReferral(t.Context(), referral(1, id, store.NewID(), "patient")))
	if err := z.takeChange(t.Context(), change(2, id, transfer(id, "MI"))); !errors.Is(err, errUnlawful) {
		t.Errorf("taken: %v", err)
	}
	if got := z.loaded(t, z.dossier(t, id)).Policy.Prefecture; got != "75" {
		t.Errorf("it went to %s", got)
	}
	must(t, z.takeChange(t.Context(), change(2, id, transfer(id, "93"))))
}
