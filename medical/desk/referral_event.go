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
// change of liberty counts from the instant it happened, and ends a composition that it leaves without competence; a withdrawal ends the referral as closeDossier does, and N7 tells its prefecture.
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
			return w.append(store.With{}, d.Case.ConfirmLiberty([]medical.Signalled{signalledLiberty(signalled)}, c.Who.ID, w.Now)...)
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

func signalledLiberty(p store.PendingEvent) medical.Signalled {
	return medical.Signalled{At: p.At, Liberty: medical.Liberty(p.Code)}
}

// closeForLiberty closes the composition because the person's status made another author competent. What the prefecture signalled of it and
// nobody had confirmed is confirmed by the same act.
func (k *Desk) closeForLiberty(c *web.Call, w work) ([]medical.Event, error) {
	pending, err := store.FindPending(w.ctx, w.Tx, w.d.ID)
	if err != nil {
		return nil, err
	}
	var changes []medical.Signalled
	for _, p := range pending {
		if p.Type != store.PendingLiberty || p.Confirmed != nil {
			continue
		}
		if err := store.ConfirmPending(w.ctx, w.Tx, w.d.ID, p.Seq, w.Now, c.Who.ID); err != nil {
			return nil, err
		}
		changes = append(changes, signalledLiberty(p))
	}
	events := w.d.Case.ConfirmLiberty(changes, c.Who.ID, w.Now)
	if len(events) == len(changes) {
		return nil, &medical.FieldError{Field: "reason_code", Sentence: "Aucun changement de statut connu ne change l’auteur de l’avis. Choisissez le motif de la clôture, ou attendez que la préfecture signale le changement."}
	}
	return events, nil
}
