package prefecture

import (
	"context"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type recordDecisionIn struct {
	Referral string                  `path:"referral" json:"-" validate:"uuid"`
	Type     string                  `json:"type" validate:"omitempty,eq=DECISION_PREFET"`
	Outcome  release.DecisionOutcome `json:"outcome" validate:"required,oneof=ACCORD REFUS"`
}

// recordDecision tells what the prefect decided. It may come without an opinion: the prefect decides alone where none was given in time.
func (d *Desk) recordDecision(c *web.Call, in recordDecisionIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		decision := release.PrefectDecision{Referral: r.ID, Outcome: in.Outcome}
		return tell(ctx, tx, release.ReferralEvent{Type: release.EventDecision, Decision: &decision})
	})
}
