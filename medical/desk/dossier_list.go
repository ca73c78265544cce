package desk

import (
	"context"

	"cloison/act"
	"cloison/medical/store"
	"cloison/web"
)

type listDossiersInput struct {
	web.Cursor
	Referral string `query:"referral" validate:"omitempty,max=64"`
	State    string `query:"state" validate:"omitempty,max=32"`
}

// listDossiers is one page of the dossiers that the caller has to do with. Policy decides that he may list; SQL narrows to what policy
// would let him see one by one (TestListEqualsDecisions).
func (k *Desk) listDossiers(c *web.Call, in listDossiersInput) (web.Reply[web.List[store.Summary]], error) {
	filter := store.ListFilter{Referral: in.Referral, State: in.State, After: in.After, Limit: in.Count()}
	scope := scopeOf(c.Who)
	var page []store.Summary
	_, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) (err error) {
		page, err = store.ListDossiers(ctx, tx, scope, filter)
		return err
	})
	if err != nil {
		return web.Reply[web.List[store.Summary]]{}, err
	}
	next := "" // a full page may be followed by another
	if len(page) == in.Count() {
		next = page[len(page)-1].Cursor
	}
	return web.OK(web.NewList(page, next)), nil
}

func scopeOf(who act.Subject) store.Scope {
	switch who.Role {
	case "MEDECIN":
		return store.Scope{Physician: who.ID}
	case "SECRETARIAT_MEDICAL":
		return store.Scope{Directions: who.Directions}
	}
	return store.Scope{}
}
