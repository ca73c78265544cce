package prefecture

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/web"
)

// mayStillSee asks policy before a replayed Idempotency-Key shows an object: an agent keeps his keys when he changes prefecture
// (TestAReplayShowsNothingToAnAgentWhoMoved).
func (d *Desk) mayStillSee(c *web.Call, action string, object act.Object, load func(context.Context, pgx.Tx) (any, error)) error {
	a := c.Act(object)
	a.Action, a.IdempotencyKey, a.ReadOnly, a.Load = action, "", true, load
	_, err := d.Gate.Do(c.Context(), c.Who, a, nothing)
	return err
}
