package desk

import (
	"context"
	"slices"
	"time"

	"cloison/act"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
)

// Removals is the queue of opinions "sans délai", and who is on call.
type Removals struct {
	Items []store.QueuedRemoval `json:"items"` // what is due first on top
	Rota  []store.RotaLine      `json:"rota"`  // of the same directions, not over yet
}

type listRemovalsInput struct{}

// listRemovals is the queue of removals, by the hour (REQ-6): that of their territories for a secretariat, that of the territories for which a
// physician is on call at this instant, nothing for others. The second on call has what the first let wait. It shows codes, dates and opaque ids.
func (k *Desk) listRemovals(c *web.Call, _ listRemovalsInput) (web.Reply[Removals], error) {
	list := Removals{Items: []store.QueuedRemoval{}, Rota: []store.RotaLine{}}
	_, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) error {
		queue, err := queueOf(ctx, tx, c.Who)
		if err != nil || len(queue.All)+len(queue.Second) == 0 {
			return err
		}
		found, err := store.ListRemovals(ctx, tx, queue)
		if err != nil {
			return err
		}
		rota, err := store.FindRota(ctx, tx, slices.Concat(queue.All, queue.Second), tx.Now)
		list.Items, list.Rota = append(list.Items, found...), append(list.Rota, rota...)
		return err
	})
	for i, r := range list.Items {
		list.Items[i].SecondAt = secondAt(r)
	}
	return web.OK(list), err
}

// queueOf is what somebody has of the queue: the second on call, what the first has let wait for the hours in force.
func queueOf(ctx context.Context, tx *act.Tx, who act.Subject) (queue store.Queue, err error) {
	if who.Role != "MEDECIN" {
		return store.Queue{All: who.Directions}, nil
	}
	if queue.All, err = store.DirectionsOnCall(ctx, tx, who.ID, store.FirstOnCall, tx.Now); err != nil {
		return queue, err
	}
	rule, ok := reference.SecondCallOn(reference.LocalDate(tx.Now, ""))
	if !ok {
		return queue, nil
	}
	queue.CalledBefore = rule.After.BeforeInstant(tx.Now)
	queue.Second, err = store.DirectionsOnCall(ctx, tx, who.ID, store.SecondOnCall, tx.Now)
	return queue, err
}

// secondAt is when the second on call is called for what nobody answers yet.
func secondAt(r store.QueuedRemoval) *time.Time {
	if r.From == nil || r.Designee {
		return nil
	}
	rule, ok := reference.SecondCallOn(reference.LocalDate(*r.From, r.Direction))
	if !ok {
		return nil
	}
	at := rule.After.AfterInstant(*r.From).UTC()
	return &at
}
