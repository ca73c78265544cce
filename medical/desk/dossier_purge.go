package desk

import (
	"slices"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

type purgeDossierInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// purgeDossier does now what the sweep does within a minute: it takes away a dossier whose retention is over, that no hold keeps, and whose
// keys the custodians have destroyed. Nobody's order replaces theirs (TestNobodyPurgesBeforeTheCustodians).
func (k *Desk) purgeDossier(c *web.Call, in purgeDossierInput) (web.Reply[Retention], error) {
	var d store.Dossier
	return k.keep(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		if err := medical.CheckPurge(d.Case, w.Now); err != nil {
			return err // the day of a lift is the domain's to count
		}
		shredded, err := k.Keys.Shredded(w.ctx, []string{d.ID})
		if err != nil {
			return vault.KeyError(err)
		}
		if !slices.Contains(shredded, d.ID) {
			return act.Deny("CUSTODIANS_REQUIRED")
		}
		after, err := store.Purge(w.ctx, w, d, c.Who.ID, w.Now)
		if err == nil {
			d = after
		}
		return err
	})
}
