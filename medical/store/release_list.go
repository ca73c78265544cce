package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Sent is a release of a dossier: what crossed to which referral, and when. Its body is not read.
type Sent struct {
	Seq      int64
	Referral string
	Code     string
	QueuedAt time.Time
}

const releasesOf = `
SELECT r.seq, r.referral, r.code, r.queued_at FROM medical.releases r WHERE r.dossier = $1::uuid ORDER BY r.seq`

// FindSent lists the releases of a dossier, oldest first.
func FindSent(ctx context.Context, q db.Querier, dossier string) ([]Sent, error) {
	rows, err := q.Query(ctx, releasesOf, dossier)
	if err != nil {
		return nil, fmt.Errorf("listing the releases of dossier %s: %w", dossier, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Sent, err error) {
		err = row.Scan(&s.Seq, &s.Referral, &s.Code, &s.QueuedAt)
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the releases of dossier %s: %w", dossier, err)
	}
	return list, nil
}
