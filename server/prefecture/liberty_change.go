package prefecture

import (
	"context"
	"slices"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type changeLibertyIn struct {
	Referral string          `path:"referral" json:"-" validate:"uuid"`
	Type     string          `json:"type" validate:"omitempty,eq=CHANGEMENT_LIBERTE"`
	Liberty  release.Liberty `json:"liberty" validate:"required,oneof=LIBRE ASSIGNE_EXECUTION RETENTION DETENU"`
}

// changeLiberty tells the person's status from now on (R. 631-1, R. 731-1: it decides who gives the opinion). It takes effect there once a
// person of the medical service has confirmed it.
func (d *Desk) changeLiberty(c *web.Call, in changeLibertyIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		if r.LibertyHistory[len(r.LibertyHistory)-1].Status == in.Liberty {
			return act.Deny("LIBERTY_UNCHANGED")
		}
		change := release.LibertyChange{Referral: r.ID, Liberty: in.Liberty}
		if err := tell(ctx, tx, release.ReferralEvent{Type: release.EventLiberty, Liberty: &change}); err != nil {
			return err
		}
		from := release.InstantOf(tx.Now)
		return store.SetLiberty(ctx, tx, r.Group, append(slices.Clone(r.LibertyHistory), release.LibertyPeriod{Status: in.Liberty, From: &from}))
	})
}
