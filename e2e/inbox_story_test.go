package e2e_test

import "testing"

// From the inbox an opinion is read, its proofs are unfolded, and it is acknowledged, in five choices at most, with the keyboard, each page held to
// the accessibility rules. What came before is done by programs: the same way by pages alone is TestCase01GoesThereAndBackByItsPages.
func TestAnOpinionIsReadVerifiedAndAcknowledgedInFiveChoices(t *testing.T) {
	t.Parallel()
	s := newScreens(t, shared(t), "case-01", plainLook)
	s.to(t, "signOpinion "+s.lastSigner(t))
	s.acknowledge()
}
