package desk

import (
	"context"

	"cloison/act"
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
// physician is on call at this instant, nothing for others. It shows codes, dates and opaque ids.
func (k *Desk) listRemovals(c *web.Call, _ listRemovalsInput) (web.Reply[Removals], error) {
	list := Removals{Items: []store.QueuedRemoval{}, Rota: []store.RotaLine{}}
	_, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(ctx context.Context, tx *act.Tx) error {
		directions := c.Who.Directions
		if c.Who.Role == "MEDECIN" {
			var err error
			if directions, err = store.DirectionsOnCall(ctx, tx, c.Who.ID, tx.Now); err != nil {
				return err
			}
		}
		if len(directions) == 0 {
			return nil
		}
		found, err := store.ListRemovals(ctx, tx, directions)
		if err != nil {
			return err
		}
		rota, err := store.FindRota(ctx, tx, directions, tx.Now)
		list.Items, list.Rota = append(list.Items, found...), append(list.Rota, rota...)
		return err
	})
	return web.OK(list), err
}
