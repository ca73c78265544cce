package desk

import (
	"context"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

type listDossiersInput struct {
	web.Cursor
	Referral string `query:"referral" validate:"omitempty,max=64"`
	State    string `query:"state" validate:"omitempty,max=32"`
	Open     string `query:"open" validate:"omitempty,oneof=civil"`
}

// Listed is one line of the list, with its names where they were opened.
type Listed struct {
	store.Summary
	Applicant *medical.CivilLine `json:"applicant,omitempty"`
}

// listDossiers is one page of the dossiers that the caller has to do with. Policy decides that he may list; SQL narrows to what policy
// would let him see one by one (TestEveryNarrowedListIsTheFilterOfSingleDecisions). With open=civil the names of that page are opened, in one reading for a purpose.
func (k *Desk) listDossiers(c *web.Call, in listDossiersInput) (web.Reply[web.List[Listed]], error) {
	filter := store.ListFilter{Referral: in.Referral, State: in.State, After: in.After, Limit: in.Count()}
	var page []store.Summary
	find := func(ctx context.Context, tx pgx.Tx) (err error) {
		page, err = store.ListDossiers(ctx, tx, scopeOf(c.Who), filter)
		return err
	}
	var names map[string]*medical.CivilLine
	var err error
	if in.Open == "" {
		_, err = k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) error { return find(ctx, tx) })
	} else {
		names, err = k.namesOn(c, &page, find)
	}
	if err != nil {
		return web.Reply[web.List[Listed]]{}, err
	}
	var list []Listed
	for _, one := range page {
		list = append(list, Listed{Summary: one, Applicant: names[one.ID]})
	}
	next := "" // a full page may be followed by another
	if len(page) == in.Count() {
		next = page[len(page)-1].Cursor
	}
	return web.OK(web.NewList(list, next)), nil
}

// namesOn opens who the dossiers of a page are about. The page is found in the transaction that decides.
func (k *Desk) namesOn(c *web.Call, page *[]store.Summary, find func(context.Context, pgx.Tx) error) (map[string]*medical.CivilLine, error) {
	a := c.Act(act.Object{Kind: "portal"})
	a.Action, a.Context = "dossier.names", policy.Context{Open: store.Civil}
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		err := find(ctx, tx)
		var shown []string
		for _, one := range *page {
			shown = append(shown, one.ID)
		}
		return act.Loaded{Resource: policy.Portal{Kind: "portal", Zone: identity.Medical}, Shows: shown}, err
	}
	people := map[string]medical.Civil{}
	err := k.read(c, a, func(permit *act.Permit) error {
		var ids []string
		for _, one := range *page {
			ids = append(ids, one.ID)
		}
		return k.Vault.OpenCivil(c.Context(), permit, ids, func(dossier, kind string, plain []byte) error {
			if kind == store.KindCorrection {
				by, err := unseal[medical.Correction](plain)
				people[dossier] = people[dossier].Correct(by)
				return err
			}
			civil, err := unseal[medical.Civil](plain)
			people[dossier] = civil
			return err
		})
	})
	names := map[string]*medical.CivilLine{}
	for dossier, civil := range people {
		line := civil.Line()
		names[dossier] = &line
	}
	return names, err
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
