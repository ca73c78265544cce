package desk

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/internal/db"
	"cloison/missions"
	"cloison/missions/family"
	"cloison/missions/family/store"
	"cloison/web"
)

type createCaseIn struct {
	AGDREF     string         `json:"agdref" validate:"required,numeric,min=9,max=10"`
	FamilyName string         `json:"family_name" validate:"required,max=200"`
	GivenNames string         `json:"given_names" validate:"required,max=200"`
	Address    string         `json:"address" validate:"max=500"` // where letters go; may come later
	Request    family.Request `json:"request"`
}

// createCase receives a request: it is checked, and filed the same day at the direction of where the family will live.
func (d *Desk) createCase(c *web.Call, in createCaseIn) (web.Reply[Case], error) {
	if err := family.Check(in.Request); err != nil {
		return web.Reply[Case]{}, refused(err)
	}
	id, err := d.drawID()
	if err != nil {
		return web.Reply[Case]{}, err
	}
	department := missions.Department(in.Request.Commune)
	competence, err := missions.DirectionOf(department, in.Request.FiledOn)
	if err != nil {
		return web.Reply[Case]{}, refused(err)
	}
	made := store.Case{ID: id, AGDREF: in.AGDREF, FamilyName: in.FamilyName, GivenNames: in.GivenNames, Address: in.Address, Direction: competence.Direction,
		Department: department, Request: in.Request}
	a := c.Act(act.Object{Kind: "family_case"})
	a.Load = func(context.Context, pgx.Tx) (any, error) { return resourceOf(made), nil }
	result, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		numbers, err := store.Numbers(ctx, tx, in.AGDREF)
		if err != nil {
			return err
		}
		open, err := store.HasOpen(ctx, tx, numbers, id)
		if err != nil {
			return err
		}
		if open { // under this number or under one that was joined to it
			return refused(family.CaseOpen)
		}
		err = store.Create(ctx, tx, made, tx.Now)
		if name, ok := db.Constraint(err); ok && name == "case_open_once" {
			return refused(family.CaseOpen)
		}
		if err != nil {
			return err
		}
		tx.SetObject("family_case", id)
		return d.append(ctx, tx, &made, family.OFII, family.Filed{})
	})
	if err != nil {
		return web.Reply[Case]{}, err
	}
	var found store.Case
	again := c.Act(act.Object{Kind: "family_case", ID: result.Object.ID})
	again.Action, again.IdempotencyKey, again.ReadOnly, again.Load = "family.case.get", "", true, load(result.Object.ID, &found, get)
	if _, err := d.Gate.Do(c.Context(), c.Who, again, nothing); err != nil {
		return web.Reply[Case]{}, err
	}
	view, err := d.view(found)
	if err != nil {
		return web.Reply[Case]{}, err
	}
	return web.Created("/api/v1/missions/family/cases/"+found.ID, view), nil
}
