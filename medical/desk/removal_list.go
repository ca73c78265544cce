package desk

import (
	"context"
	"slices"
	"time"

	"cloison/act"
	"cloison/internal/db"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
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
		queue, err := queueOf(ctx, tx, c.Who, tx.Now)
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
func queueOf(ctx context.Context, q db.Querier, who act.Subject, now time.Time) (queue store.Queue, err error) {
	if who.Role != "MEDECIN" {
		return store.Queue{All: who.Directions}, nil
	}
	if queue.All, err = store.DirectionsOnCall(ctx, q, who.ID, store.FirstOnCall, now); err != nil {
		return queue, err
	}
	rule, ok := reference.SecondCallOn(reference.LocalDate(now, ""))
	if !ok {
		return queue, nil
	}
	queue.CalledBefore = rule.After.BeforeInstant(now)
	queue.Second, err = store.DirectionsOnCall(ctx, q, who.ID, store.SecondOnCall, now)
	return queue, err
}

// callOn tells a physician on call, the first or the second, on his first page: how many removals await an author in his queue, and nothing of
// them (TestTheSecondOnCallIsCalledAndTakesTheRemoval).
func (k *Desk) callOn(c *web.Call, nav []layout.NavItem) error {
	if c.Who.Role != "MEDECIN" {
		return nil
	}
	queue, err := queueOf(c.Context(), k.Pool, c.Who, k.Clock.Now())
	if err != nil || len(queue.All)+len(queue.Second) == 0 {
		return err
	}
	waiting, err := store.ListRemovals(c.Context(), k.Pool, queue)
	if err != nil {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(r store.QueuedRemoval) bool { return r.Designee })
	for i := range nav {
		if nav[i].Href == rotaPath {
			nav[i].Count, nav[i].Hot = len(waiting), true
		}
	}
	return nil
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
