package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The things that are numbered without a gap.
const (
	referralEvents   = "referral_event"
	acknowledgements = "acknowledgement"
	releases         = "release"
)

const takeNumber = `UPDATE server.counters SET value = value + 1 WHERE name = $1 RETURNING value`

// take locks the counter's row until the act commits: the next act waits, so numbers follow commit order, and an act
// that rolls back gives its number back (TestNumbersHaveNoGap).
func take(ctx context.Context, tx pgx.Tx, name string) (int64, error) {
	var n int64
	if err := tx.QueryRow(ctx, takeNumber, name).Scan(&n); err != nil {
		return 0, fmt.Errorf("taking the next %s number: %w", name, err)
	}
	return n, nil
}

const lockNumber = `SELECT value FROM server.counters WHERE name = $1 FOR UPDATE`

// LockReleases locks the counter of received releases and answers the last number received.
func LockReleases(ctx context.Context, tx pgx.Tx) (int64, error) {
	var n int64
	if err := tx.QueryRow(ctx, lockNumber, releases).Scan(&n); err != nil {
		return 0, fmt.Errorf("locking the %s number: %w", releases, err)
	}
	return n, nil
}

// Numbers are the last numbers given or received.
type Numbers struct{ ReferralEvent, Acknowledgement, Release int64 }

const readNumbers = `
SELECT max(value) FILTER (WHERE name = 'referral_event'), max(value) FILTER (WHERE name = 'acknowledgement'),
       max(value) FILTER (WHERE name = 'release')
FROM server.counters`

// GetNumbers reads the counters without locking them.
func GetNumbers(ctx context.Context, q Querier) (Numbers, error) {
	var n Numbers
	if err := q.QueryRow(ctx, readNumbers).Scan(&n.ReferralEvent, &n.Acknowledgement, &n.Release); err != nil {
		return Numbers{}, fmt.Errorf("reading the counters: %w", err)
	}
	return n, nil
}
