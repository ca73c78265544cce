package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const findUntold = `
SELECT coalesce(max(r.seq), 0) FROM server.releases r
WHERE r.received_by = $1 AND r.seq > coalesce((SELECT m.release FROM server.mail_notices m WHERE m.prefecture = $1), 0)`

// LastUntold is the number of the last release that a prefecture received since it was last told by mail, 0 when there is none.
func LastUntold(ctx context.Context, q Querier, prefecture string) (int64, error) {
	var seq int64
	if err := q.QueryRow(ctx, findUntold, prefecture).Scan(&seq); err != nil {
		return 0, fmt.Errorf("looking for what prefecture %s was not told of: %w", prefecture, err)
	}
	return seq, nil
}

const tellUpTo = `
INSERT INTO server.mail_notices AS m (prefecture, release, at) VALUES ($1, $2, $3)
ON CONFLICT (prefecture) DO UPDATE SET release = excluded.release, at = excluded.at WHERE m.release < excluded.release`

// TellUpTo keeps up to which release a prefecture was told.
func TellUpTo(ctx context.Context, tx pgx.Tx, prefecture string, seq int64, at time.Time) error {
	if _, err := tx.Exec(ctx, tellUpTo, prefecture, seq, at); err != nil {
		return fmt.Errorf("recording what prefecture %s was told of: %w", prefecture, err)
	}
	return nil
}
