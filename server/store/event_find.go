package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const findEvents = `SELECT e.body FROM server.referral_events e WHERE e.seq > $1 ORDER BY e.seq LIMIT $2`

// FindEvents gives the canonical bytes of the referral events after a number, in order.
func FindEvents(ctx context.Context, q Querier, after int64, limit int) ([]json.RawMessage, error) {
	return findBodies(ctx, q, findEvents, after, limit)
}

const findAcknowledgements = `SELECT a.body FROM server.acknowledgements a WHERE a.seq > $1 ORDER BY a.seq LIMIT $2`

// FindAcknowledgements gives the canonical bytes of the acknowledgements after a number, in order.
func FindAcknowledgements(ctx context.Context, q Querier, after int64, limit int) ([]json.RawMessage, error) {
	return findBodies(ctx, q, findAcknowledgements, after, limit)
}

func findBodies(ctx context.Context, q Querier, sql string, after int64, limit int) ([]json.RawMessage, error) {
	rows, err := q.Query(ctx, sql, after, limit)
	if err != nil {
		return nil, fmt.Errorf("finding what follows %d: %w", after, err)
	}
	bodies, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (json.RawMessage, error) {
		var body string
		err := row.Scan(&body)
		return json.RawMessage(body), err
	})
	if err != nil {
		return nil, fmt.Errorf("reading what follows %d: %w", after, err)
	}
	return bodies, nil
}
