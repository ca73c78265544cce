package desk

import (
	"fmt"

	"cloison/identity"
	"cloison/medical"
	"cloison/web"
	"cloison/web/layout"
)

// reviewAsked is how long before its term a habilitation is to be looked at again: a month, of the quarter that it holds. Ours, to confirm.
const reviewAsked = 30 // days

// reviewAwaited: the term of a habilitation is near, or over.
func (k *Desk) reviewAwaited(due *string) bool {
	if due == nil {
		return false
	}
	today, err := medical.ParseDate(k.dayOfService())
	return err == nil && *due <= today.AddDays(reviewAsked).String()
}

// teamNotice is what a first page says of habilitations: to whoever's own is near its term, when that is; to a head of service, what of the team
// awaits him. keyholder sealed or silent names no head there (TestTheQuarterIsConfirmedOrEnds).
func (k *Desk) teamNotice(c *web.Call) (layout.TeamNotice, error) {
	var notice layout.TeamNotice
	own, err := identity.ReviewDueOf(c.Context(), k.Pool, c.Who.ID, k.dayOfService())
	if err != nil {
		return notice, err
	}
	if k.reviewAwaited(own) {
		notice.Own = frenchDay(*own)
	}
	if head, err := k.isHead(c); err != nil || !head {
		return notice, nil
	}
	staff, err := identity.StaffOn(c.Context(), k.Pool, k.dayOfService())
	for _, one := range staff {
		if one.ID == c.Who.ID {
			continue
		}
		for _, entry := range one.Awaiting {
			if entry.EnteredBy != c.Who.ID {
				notice.Confirmations++
			}
		}
		if k.reviewAwaited(one.ReviewDue) {
			notice.Reviews++
		}
	}
	return notice, err
}

// reviewText says what the review of a quarter does, and what happens without it.
func reviewText(one identity.Standing) string {
	if one.Standing == identity.Lapsed {
		return fmt.Sprintf("Elle valait jusqu’au %s et n’a pas été revue : cette personne ne peut plus se connecter. La confirmer lui rend l’accès, pour trois mois.", frenchDay(*one.ReviewDue))
	}
	return fmt.Sprintf("L’habilitation vaut jusqu’au %s. Sans revue d’ici là, cette personne ne pourra plus se connecter. La confirmer vaut trois mois à compter de ce jour.", frenchDay(*one.ReviewDue))
}
