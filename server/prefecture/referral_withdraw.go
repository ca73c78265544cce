package prefecture

import (
	"context"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type withdrawReferralIn struct {
	Referral   string              `path:"referral" json:"-" validate:"uuid"`
	Type       string              `json:"type" validate:"omitempty,eq=SAISINE_ANNULEE"`
	ReasonCode release.ClosureCode `json:"reason_code" validate:"omitempty,oneof=RETRAIT DECES SAISINE_ANNULEE DOUBLON MAUVAISE_SAISINE"`
}

// withdrawReferral says that no opinion is asked any more. The dossier ends there once a person of the medical service has confirmed it;
// N7 then says so.
func (d *Desk) withdrawReferral(c *web.Call, in withdrawReferralIn) (web.Reply[ReferralDetail], error) {
	if in.ReasonCode == "" {
		in.ReasonCode = release.ClosedCancelled
	}
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		withdrawal := release.Withdrawal{Referral: r.ID, Reason: in.ReasonCode}
		return tell(ctx, tx, release.ReferralEvent{Type: release.EventWithdrawal, Withdrawal: &withdrawal})
	})
}
