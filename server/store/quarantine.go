package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const insertQuarantined = `
INSERT INTO server.quarantined_releases (seq, referral, body_digest, quarantined_at) VALUES ($1, $2, $3, $4)`

// QuarantineRelease takes the next number for a release that is set aside, so that those after it are not held back. The caller has locked
// the counter (LockReleases) and compared.
func QuarantineRelease(ctx context.Context, tx pgx.Tx, seq int64, referral string, bodyDigest []byte, at time.Time) error {
	next, err := take(ctx, tx, releases)
	if err != nil {
		return err
	}
	if next != seq {
		return fmt.Errorf("setting release %d aside: the next number is %d", seq, next)
	}
	if _, err := tx.Exec(ctx, insertQuarantined, seq, referral, bodyDigest, at); err != nil {
		return fmt.Errorf("setting release %d aside: %w", seq, err)
	}
	return nil
}

const getQuarantined = `
SELECT a.body_digest FROM server.quarantined_releases a
WHERE a.seq = $1 AND NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.seq = a.seq)`

// GetQuarantined is the digest of the release set aside under a number and not taken since, or ErrNotFound.
func GetQuarantined(ctx context.Context, q Querier, seq int64) ([]byte, error) {
	var digest []byte
	err := q.QueryRow(ctx, getQuarantined, seq).Scan(&digest)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("looking for release %d among those set aside: %w", seq, err)
	}
	return digest, nil
}
