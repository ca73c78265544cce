package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

const insertQuarantine = `INSERT INTO medical.quarantines (seq, quarantined_at) VALUES ($1, $2)`

// QuarantineRelease records that the other zone took a release's number and set the release aside.
func QuarantineRelease(ctx context.Context, tx pgx.Tx, seq int64, at time.Time) error {
	if _, err := tx.Exec(ctx, insertQuarantine, seq, at); err != nil {
		return fmt.Errorf("recording that release %d was set aside: %w", seq, err)
	}
	return nil
}

const insertQuarantineEnd = `INSERT INTO medical.quarantine_ends (seq, taken_at) VALUES ($1, $2)`

// EndQuarantine records that the other zone has taken it after all.
func EndQuarantine(ctx context.Context, tx pgx.Tx, seq int64, at time.Time) error {
	if _, err := tx.Exec(ctx, insertQuarantineEnd, seq, at); err != nil {
		return fmt.Errorf("recording that release %d was taken after all: %w", seq, err)
	}
	return nil
}

const findQuarantined = `
SELECT r.seq, r.dossier::text, r.body, r.queued_at FROM medical.releases r JOIN medical.quarantines a ON a.seq = r.seq
WHERE r.body <> '{}' AND NOT EXISTS (SELECT 1 FROM medical.quarantine_ends e WHERE e.seq = r.seq) ORDER BY r.seq`

// FindQuarantined lists what is set aside, in order; what was purged since says nothing any more.
func FindQuarantined(ctx context.Context, q db.Querier) ([]Release, error) {
	rows, err := q.Query(ctx, findQuarantined)
	if err != nil {
		return nil, fmt.Errorf("finding what was set aside: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Release, err error) {
		var body string
		err = row.Scan(&r.Seq, &r.Dossier, &body, &r.QueuedAt)
		r.Body = []byte(body)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading what was set aside: %w", err)
	}
	return found, nil
}
