package act

import (
	"context"
	"fmt"
	"time"
)

const countOldIdempotency = `select count(*) from identity.idempotency i where i.at <= $1`

const forgetOldIdempotency = `delete from identity.idempotency i where i.at <= $1`

// forgetEvery spaces the acts: a busy zone would leave an entry every minute to say that it forgot some keys.
const forgetEvery = time.Hour

// ForgetKeys is the sweep of both zones that deletes the Idempotency-Keys that answer no more. It waits until the oldest has been one for
// an hour, so that it is one act an hour at most.
func (g *Gate) ForgetKeys(ctx context.Context) (int, error) {
	now := g.now()
	var old int
	if err := g.o.Pool.QueryRow(ctx, countOldIdempotency, now.Add(-keyLife-forgetEvery)).Scan(&old); err != nil {
		return 0, fmt.Errorf("looking for old idempotency keys: %w", err)
	}
	if old == 0 {
		return 0, nil
	}
	forgotten := 0
	_, err := g.Do(ctx, System("sweep"), Act{Action: "idempotency.forget", Object: Object{Kind: "portal"}}, func(ctx context.Context, tx *Tx) error {
		tag, err := tx.Exec(ctx, forgetOldIdempotency, tx.Now.Add(-keyLife))
		if err != nil {
			return fmt.Errorf("forgetting old idempotency keys: %w", err)
		}
		forgotten = int(tag.RowsAffected())
		return nil
	})
	if err != nil {
		return 0, err
	}
	return forgotten, nil
}
