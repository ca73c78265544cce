package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type setHoldInput struct {
	Dossier string `path:"dossier" json:"-"`
	Type    string `json:"type" validate:"required,oneof=GEL_CONSERVATION LEVEE_GEL"`
	Reason  string `json:"hold_reason" validate:"required,oneof=CONTENTIEUX"`
}

// Retention is what the data-protection officer sees of a dossier: how long it is kept, and nothing of what it holds.
type Retention struct {
	ID            string        `json:"id"`
	State         string        `json:"state"`
	Version       int           `json:"version"`
	RetainedUntil *medical.Date `json:"retained_until"`
	Held          bool          `json:"held"`     // a hold, or a pending appeal
	HoldSet       bool          `json:"hold_set"` // a hold
	Purge         string        `json:"purge"`    // the last assessment that still counts; "" when there is none
}

func retentionOf(d store.Dossier) Retention {
	return Retention{ID: d.ID, State: d.Policy.State, Version: d.Version, RetainedUntil: d.Case.RetainedUntil(), Held: d.Policy.Held,
		HoldSet: d.Policy.HoldSet, Purge: d.Case.LastAssessment()}
}

// setHold sets or lifts the hold that suspends the purge of a dossier (invariant 11, SC15).
func (k *Desk) setHold(c *web.Call, in setHoldInput) (web.Reply[Retention], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	var data medical.EventData = medical.GelConservation{HoldReason: in.Reason}
	if in.Type == string(medical.EvHoldLifted) {
		a.Action, data = "hold.lift", medical.LeveeGel{HoldReason: in.Reason}
	}
	return k.keep(c, a, &d, func(w work) error { return w.append(store.With{}, event(c, w.Now, medical.StageNone, data)) })
}

// keep does an act on the retention of a dossier and answers that alone. A replayed key answers what the caller may see now.
func (k *Desk) keep(c *web.Call, a act.Act, d *store.Dossier, fn func(work) error) (web.Reply[Retention], error) {
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		return refusal(fn(work{Tx: tx, ctx: ctx, d: d}))
	})
	if err != nil {
		return web.Reply[Retention]{}, err
	}
	if result.Replayed {
		a.Action, a.IdempotencyKey, a.ReadOnly = "retention.get", "", true
		if _, err := k.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error { return nil }); err != nil {
			return web.Reply[Retention]{}, err
		}
	}
	return web.OK(retentionOf(*d)), nil
}
