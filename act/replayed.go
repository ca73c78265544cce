package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Replayed says whether the act's Idempotency-Key was used before. It is for an act that must open something before it is done: the second
// time nothing needs opening, since Do will only answer what the first one did. It decides nothing and records nothing; Do does both.
func (g *Gate) Replayed(ctx context.Context, who Subject, a Act) (bool, error) {
	t := g.begin(who, a)
	if !t.keyed() {
		return false, nil
	}
	object, key := t.key()
	var result Result
	err := g.o.Pool.QueryRow(ctx, findIdempotency, who.ID, a.Action, object, key).Scan(
		&result.Status, &result.Object.Kind, &result.Object.ID, &result.Object.Item, &result.Entry, &result.At)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return false, nil
	case err != nil:
		return false, Wrap(Unavailable, "", fmt.Errorf("looking for the idempotency key of %s: %w", a.Action, err))
	}
	return result.At.After(t.now.Add(-keyLife)), nil
}
