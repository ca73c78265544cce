package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

// ReferralEvents is what prefectures signalled about a dossier and that takes effect by a confirmation here.
type ReferralEvents struct {
	Items []store.PendingEvent `json:"items"`
}

func (k *Desk) listReferralEvents(c *web.Call, in dossierInput) (web.Reply[ReferralEvents], error) {
	var d store.Dossier
	list := ReferralEvents{Items: []store.PendingEvent{}}
	_, err := k.Gate.Do(c.Context(), c.Who, on(c, in.Dossier, "", &d), func(ctx context.Context, tx *act.Tx) error {
		found, err := store.FindPending(ctx, tx, in.Dossier)
		list.Items = append(list.Items, found...)
		return err
	})
	return web.OK(list), err
}

type confirmReferralEventInput struct {
	Dossier string `path:"dossier" json:"-"`
	Event   int64  `path:"event" json:"-" validate:"min=1"`
}

// confirmReferralEvent gives effect to what a prefecture signalled: a person of the medical service says that it is so (architecture, section 6). A
// change of liberty counts from the instant it happened; a withdrawal ends the referral as closeDossier does, and N7 tells its prefecture.
func (k *Desk) confirmReferralEvent(c *web.Call, in confirmReferralEventInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		signalled, err := store.GetPending(w.ctx, w.Tx, d.ID, in.Event)
		if err != nil {
			return err
		}
		if err := store.ConfirmPending(w.ctx, w.Tx, d.ID, in.Event, w.Now, c.Who.ID); err != nil {
			return err
		}
		if signalled.Type == store.PendingLiberty {
			change := event(c, signalled.At, medical.StageNone, medical.ChangementLiberte{Liberty: medical.Liberty(signalled.Code)})
			return w.append(store.With{}, change)
		}
		list, err := d.Case.DropSignalled(signalled.Code, signalled.Referral)
		if err != nil {
			return err
		}
		var events []medical.Event
		for _, data := range list {
			events = append(events, dropped(event(c, w.Now, medical.StageNone, data)))
		}
		return w.append(store.With{}, events...)
	})
}
