package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// findOperations find a dossier among those that the caller may list.
func (k *Desk) findOperations() []web.Operation {
	return []web.Operation{
		web.Op("searchDossiers", "POST", "/dossiers/search", "dossier.search", k.searchDossiers, web.Status(200), k.searchForm()),
	}
}

// searchDossiers finds dossiers by what their person is known by: exactly the AGDREF number, or exactly a family name, however it is written,
// and the birth date. keyholder makes the tag that the referral was filed under; SQL narrows what bears it to what the caller may list, so
// that a dossier of others is not found, and not told from none (TestASearchFindsWhatTheListShows). What was looked for enters no log.
func (k *Desk) searchDossiers(c *web.Call, in medical.SearchInput) (web.Reply[web.List[store.Summary]], error) {
	a := c.Act(act.Object{Kind: "portal"})
	a.IdempotencyKey, a.ReadOnly = "", true
	var found []store.Summary
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		class, value := tagged(in)
		if class == "" {
			return act.NewError(act.Invalid, "Indiquez le numéro AGDREF, ou le nom de famille et la date de naissance.")
		}
		tags, err := k.Keys.SearchTags(ctx, class, value)
		if err != nil {
			return vault.KeyError(err)
		}
		ids, err := store.FindByTag(ctx, tx, class, tags...)
		if err != nil || len(ids) == 0 {
			return err
		}
		found, err = store.ListDossiers(ctx, tx, scopeOf(c.Who), store.ListFilter{IDs: ids, Limit: len(ids)})
		return err
	})
	return web.OK(web.NewList(found, "")), err
}

// tagged is the class and the value of the tag that a referral would have been filed under; "" where too little was given.
func tagged(in medical.SearchInput) (class, value string) {
	switch {
	case in.AGDREF != "":
		return store.TagAGDREF, in.AGDREF
	case in.FamilyName != "" && in.BirthDate != nil:
		return store.TagName, store.NameValue(in.FamilyName, in.BirthDate.String())
	}
	return "", ""
}
