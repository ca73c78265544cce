package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

const meetLost = `
UPDATE medical.lost_releases l SET met_at = $3
WHERE l.seq = (SELECT min(n.seq) FROM medical.lost_releases n WHERE n.referral = $1 AND n.code = $2 AND n.met_at IS NULL) RETURNING l.seq`

// meetLost says that a release left before a restore, and counts it as the one now due: the other zone has it already, and takes no second one
// (TestWhatLeftBeforeARestoreDoesNotLeaveAgain). An opinion is never met: its constraint refuses another.
func meetLostRelease(ctx context.Context, tx pgx.Tx, referral, code string, at time.Time) (met bool, err error) {
	var seq int64
	err = tx.QueryRow(ctx, meetLost, referral, code, at).Scan(&seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for what was lost of referral %s: %w", referral, err)
	}
	return true, nil
}

const isLost = `SELECT EXISTS (SELECT 1 FROM medical.lost_releases l WHERE l.seq = $1)`

// IsLost says whether a release was delivered before a restore that lost it.
func IsLost(ctx context.Context, q db.Querier, seq int64) (bool, error) {
	var lost bool
	if err := q.QueryRow(ctx, isLost, seq).Scan(&lost); err != nil {
		return false, fmt.Errorf("looking for release %d among those lost: %w", seq, err)
	}
	return lost, nil
}

const isAcknowledged = `SELECT EXISTS (SELECT 1 FROM medical.acknowledgements a WHERE a.referral = $1 AND a.version = $2 AND a.release = $3)`

// IsAcknowledged says whether an opinion was acknowledged already.
func IsAcknowledged(ctx context.Context, q db.Querier, referral string, version int, release int64) (bool, error) {
	var done bool
	if err := q.QueryRow(ctx, isAcknowledged, referral, version, release).Scan(&done); err != nil {
		return false, fmt.Errorf("looking for the acknowledgement of release %d: %w", release, err)
	}
	return done, nil
}
