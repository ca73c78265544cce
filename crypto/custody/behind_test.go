package custody_test

import (
	"testing"
	"time"

	"cloison/crypto/keyholder"
)

// A clock that is set back opens nothing, signs nobody in and approves nothing, across a restart too; a small correction is none. It is over when the
// clock has caught up, or at an order of k custodians.
func TestAClockSetBackOpensNothing(t *testing.T) {
	t.Parallel()
	w := opened(t)
	d := w.dossier("d1")
	w.clock.forward(48 * time.Hour)
	a := w.signIn("med-a")
	_, err := w.openMedical(a, d)
	must(t, err)

	w.clock.forward(-4 * time.Minute)
	a = w.signIn("med-a") // the handle of before is dead: it is of a later hour
	_, err = w.openMedical(a, d)
	must(t, err)
	w.clock.forward(-24 * time.Hour)
	refusedAll := func(when string) {
		t.Helper()
		if _, err := w.openMedical(a, d); err == nil {
			t.Errorf("%s: a dossier opens", when)
		}
		if _, err := w.Nonce(t.Context(), keyholder.ActSession, "", nil); err == nil {
			t.Errorf("%s: a session may begin", when)
		}
	}
	_, err = w.openMedical(a, d)
	want(t, err, keyholder.ErrUnavailable)
	refusedAll("set back")
	w.restart()
	refusedAll("restarted")
	if st, err := w.Status(t.Context()); err != nil || st.Sealed {
		t.Errorf("status %+v, %v", st, err)
	}
	_, err = w.CreateDossier(t.Context(), "d9") // no hour decides it: referrals that arrive are filed
	must(t, err)

	w.clock.forward(25 * time.Hour)
	_, err = w.openMedical(w.signIn("med-a"), d)
	must(t, err)
	w.clock.forward(-72 * time.Hour)
	refusedAll("set back again")
	w.setRoster(usualRoster())
	_, err = w.openMedical(w.signIn("med-a"), d)
	must(t, err)
	w.restart()
	_, err = w.openMedical(w.signIn("med-a"), d)
	must(t, err)
}
