package custody_test

import (
	"testing"

	"cloison/crypto/keyholder"
)

// TestWhoMayApproveWhat: the secretariat confirms what it lets leave, and neither report nor opinion.
func TestWhoMayApproveWhat(t *testing.T) {
	t.Parallel()
	w := opened(t)
	digest := make([]byte, 32)
	for act, allowed := range map[string]bool{keyholder.ActDisclosure: true, keyholder.ActReportSign: false, keyholder.ActOpinionSign: false} {
		nonce, err := w.Nonce(t.Context(), act, "d1", digest)
		must(t, err)
		_, err = w.Approve(t.Context(), nonce, w.pro.token("sec-a", nonce))
		if allowed {
			must(t, err)
		} else {
			wantRule(t, err, keyholder.RuleClassNotProven)
		}
	}
	_, err := w.tryApprove(keyholder.ActDisclosure, "d1", digest, "med-a")
	must(t, err)
}

// Upon an opinion that a restore lost, a head of service alone: no other physician, and not the secretariat.
func TestAHeadAloneApprovesAClosingUponALostOpinion(t *testing.T) {
	t.Parallel()
	w := opened(t)
	roster := usualRoster()
	roster.Lines[3].Head, roster.Lines[4].Head = true, true // med-d and sec-a
	w.setRoster(roster)
	digest := make([]byte, 32)
	_, err := w.tryApprove(keyholder.ActLeft, "d1", digest, "med-a")
	wantRule(t, err, keyholder.RuleNotHead)
	nonce, err := w.Nonce(t.Context(), keyholder.ActLeft, "d1", digest)
	must(t, err)
	_, err = w.Approve(t.Context(), nonce, w.pro.token("sec-a", nonce))
	wantRule(t, err, keyholder.RuleClassNotProven)
	_, err = w.tryApprove(keyholder.ActLeft, "d1", digest, "med-d")
	must(t, err)
}
