package prefecture

import (
	"context"
	"strconv"

	"cloison/act"
	"cloison/server/store"
	"cloison/web"
)

type listReferralsIn struct {
	web.Cursor
	Show string `query:"show" validate:"omitempty,oneof=en_cours avis a_accuser"` // for a page, which has the newest first
}

func (d *Desk) listReferrals(c *web.Call, in listReferralsIn) (web.Reply[web.List[ReferralSummary]], error) {
	after, err := cursor(in.After)
	if err != nil {
		return web.Reply[web.List[ReferralSummary]]{}, err
	}
	if in.Show != "" && !c.Page {
		return web.Reply[web.List[ReferralSummary]]{}, wrongField("show")
	}
	var found []store.Referral
	look := func(ctx context.Context, tx *act.Tx) error {
		var err error
		// Narrowed in SQL by the prefecture of the session (TestListIsFilterOfSingleDecisions).
		if c.Page {
			found, err = store.FindRecentReferrals(ctx, tx, c.Who.Prefecture, in.Show, after, in.Count())
			return err
		}
		found, err = store.FindReferrals(ctx, tx, c.Who.Prefecture, after, in.Count())
		return err
	}
	if _, err := d.Gate.Do(c.Context(), c.Who, c.Act(act.Object{}), look); err != nil {
		return web.Reply[web.List[ReferralSummary]]{}, err
	}
	var items []ReferralSummary
	next := ""
	for _, r := range found {
		items = append(items, viewSummary(r))
		next = strconv.FormatInt(r.Position, 10)
	}
	if len(found) < in.Count() {
		next = ""
	}
	return web.OK(web.NewList(items, next)), nil
}

// cursor reads a numeric cursor; none is before the first.
func cursor(after string) (int64, error) {
	if after == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(after, 10, 64)
	if err != nil || n < 0 {
		return 0, wrongField("after")
	}
	return n, nil
}
