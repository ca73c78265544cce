package desk

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/identity"
	"cloison/policy"
	"cloison/web"
)

// listPeople shows who keeps the list of people where each stands, what awaits a confirmation, and what is to be looked at again.
func (k *Desk) listPeople(c *web.Call, _ web.None) (web.Reply[web.List[identity.Standing]], error) {
	staff, err := k.staff(c, c.Act(act.Object{Kind: "portal"}))
	return web.OK(web.NewList(staff, "")), err
}

func (k *Desk) staff(c *web.Call, a act.Act) ([]identity.Standing, error) {
	a.Load = func(context.Context, pgx.Tx) (any, error) {
		head, err := k.isHead(c)
		return policy.Habilitation{Kind: "habilitation", Head: head}, err
	}
	var staff []identity.Standing
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		staff, err = identity.StaffOn(ctx, tx, k.dayOfService())
		return err
	})
	return staff, err
}
