package prefecture

import (
	"context"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type transferReferralIn struct {
	Referral      string `path:"referral" json:"-" validate:"uuid"`
	Type          string `json:"type" validate:"omitempty,eq=CHANGEMENT_PREFECTURE"`
	PrefectureOld string `json:"prefecture_old" validate:"omitempty,max=3"`
	PrefectureNew string `json:"prefecture_new" validate:"required,max=3"`
}

// transferReferral puts another prefecture in charge. From then on this one sees what it had received, and nothing of the referral
// (docs/decisions/0014-a-transferred-referral.md).
func (d *Desk) transferReferral(c *web.Call, in transferReferralIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		switch {
		case in.PrefectureOld != "" && in.PrefectureOld != r.Prefecture:
			return wrongField("prefecture_old")
		case in.PrefectureNew == r.Prefecture || !release.ValidPrefecture(in.PrefectureNew):
			return wrongField("prefecture_new")
		case !release.MayRefer(in.PrefectureNew, r.Kind):
			return act.Deny("AUTHORITY_NOT_COMPETENT")
		}
		transfer := release.Transfer{Referral: r.ID, Prefecture: in.PrefectureNew}
		seq, err := store.AppendEvent(ctx, tx, release.ReferralEvent{Type: release.EventTransfer, Transfer: &transfer}, tx.Now)
		if err != nil {
			return refuseField(err)
		}
		return store.Transfer(ctx, tx, r, in.PrefectureNew, seq, tx.Now)
	})
}
