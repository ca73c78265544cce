package prefecture

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/policy"
	"cloison/server/store"
	"cloison/web"
)

type getReferralIn struct {
	Referral string `path:"referral" validate:"uuid"`
}

func (d *Desk) getReferral(c *web.Call, in getReferralIn) (web.Reply[ReferralDetail], error) {
	var found store.Referral
	a := c.Act(act.Object{Kind: "referral", ID: in.Referral})
	a.Load = loadReferral(in.Referral, &found)
	var twins []string
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		twins, err = twinsOf(ctx, tx, found)
		return err
	})
	if err != nil {
		return web.Reply[ReferralDetail]{}, err
	}
	return web.OK(viewDetail(found, twins)), nil
}

// twinsOf are the duplicates of a referral that waits for its opinion, within the prefecture in charge of it.
func twinsOf(ctx context.Context, q store.Querier, r store.Referral) ([]string, error) {
	if r.Issued || r.Withdrawn {
		return []string{}, nil
	}
	return store.FindTwins(ctx, q, r.Prefecture, r.AGDREF, r.ID)
}

// loadReferral reads the referral in the act's transaction and says of it what policy decides on.
func loadReferral(id string, into *store.Referral) func(context.Context, pgx.Tx) (any, error) {
	return loadReferralBy(id, into, plainReferral)
}

type referralGetter func(ctx context.Context, tx pgx.Tx, id string) (store.Referral, error)

func plainReferral(ctx context.Context, tx pgx.Tx, id string) (store.Referral, error) {
	return store.GetReferral(ctx, tx, id)
}

func loadReferralBy(id string, into *store.Referral, get referralGetter) func(context.Context, pgx.Tx) (any, error) {
	return func(ctx context.Context, tx pgx.Tx) (any, error) {
		found, err := get(ctx, tx, id)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.NotFound()
		}
		if err != nil {
			return nil, err
		}
		*into = found
		return policy.Referral{
			Kind: "referral", ID: found.ID, Prefecture: found.Prefecture, Issued: found.Issued, Acknowledged: found.Acknowledged,
			Withdrawn: found.Withdrawn, Decided: found.Decision != "", Appealed: found.Appeal != nil, Attested: found.Appeal != nil && found.Appeal.Asked,
		}, nil
	}
}

// nothing is the work of an act that only reads: Load did it.
func nothing(context.Context, *act.Tx) error { return nil }
