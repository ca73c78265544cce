package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// OpinionVersion is one version of a referral's opinion. A corrected one names the version it replaces; none is ever changed.
type OpinionVersion struct {
	ID           string
	Version      int
	Release      int64
	Replaces     *string
	IssuedOn     release.Date
	ReceivedAt   time.Time
	Acknowledged bool
	Decided      bool // the prefect had decided before it came, on the version before
}

const opinionVersions = `
SELECT o.id::text, o.version, o.release, o.replaces::text, o.issued_on::text, r.received_at,
    EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = o.release),
    o.version > 1 AND EXISTS (SELECT 1 FROM server.referral_events e
        WHERE e.referral = o.referral AND e.type = 'DECISION' AND e.at <= r.received_at)
FROM server.opinions o JOIN server.releases r ON r.seq = o.release
WHERE o.referral = $1::text::uuid ORDER BY o.version`

// FindOpinionVersions lists the versions of a referral's opinion, in their order.
func FindOpinionVersions(ctx context.Context, q Querier, referral string) ([]OpinionVersion, error) {
	rows, err := q.Query(ctx, opinionVersions, referral)
	if err != nil {
		return nil, fmt.Errorf("finding the opinions of referral %s: %w", referral, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (v OpinionVersion, err error) {
		var on string
		err = row.Scan(&v.ID, &v.Version, &v.Release, &v.Replaces, &on, &v.ReceivedAt, &v.Acknowledged, &v.Decided)
		v.IssuedOn, v.ReceivedAt = release.Date(on), v.ReceivedAt.UTC()
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the opinions of referral %s: %w", referral, err)
	}
	return found, nil
}
