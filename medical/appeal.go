package medical

import "slices"

// AppealPending: a court has still to rule, whether the appeal came before the dossier was closed (a prefect's silence is a decision too) or
// after. Each referral has its own: the judgment of one ends nothing of another (TestEachAppealIsPendingUntilItsOwnJudgment).
func (c Case) AppealPending() bool { return len(c.appeals()) > 0 }

// AppealPendingOn says it of one referral.
func (c Case) AppealPendingOn(referral string) bool {
	pending := c.appeals()
	return slices.Contains(pending, referral) || slices.Contains(pending, "")
}

// appeals are the referrals whose appeal is pending; "" is one that was told of no referral.
func (c Case) appeals() (pending []string) {
	for _, e := range c.Events {
		switch d := e.Data.(type) {
		case RecoursDepose:
			if !slices.Contains(pending, d.Referral) {
				pending = append(pending, d.Referral)
			}
		case Jugement:
			pending = judged(pending, d.Referral)
		}
	}
	return pending
}

// judged takes out the appeal that was ruled on. Where the judgment or the appeal names no referral, it is the only one there is; among several
// nobody knows which, and all stay.
func judged(pending []string, referral string) []string {
	if i := slices.Index(pending, referral); i >= 0 {
		return slices.Delete(pending, i, i+1)
	}
	if len(pending) == 1 && (referral == "" || pending[0] == "") {
		return nil
	}
	return pending
}
