package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// What a person may narrow a list of referrals to.
const (
	ShowOpen           = "en_cours" // no opinion yet, and not closed
	ShowOpinions       = "avis"
	ShowUnacknowledged = "a_accuser"
)

const recentReferrals = referralColumns + `
WHERE f.prefecture = $1 AND ($2 = 0 OR f.position < $2) AND CASE $3
    WHEN 'en_cours' THEN o.id IS NULL AND NOT EXISTS (SELECT 1 FROM server.releases x WHERE x.referral = f.id AND x.code = 'N7')
    WHEN 'avis' THEN o.id IS NOT NULL
    WHEN 'a_accuser' THEN o.id IS NOT NULL AND k.seq IS NULL
    ELSE true END
ORDER BY f.position DESC LIMIT $4`

// FindRecentReferrals lists a prefecture's referrals newest first, before a position (0: from the last), narrowed to one of the Show constants
// or to nothing.
func FindRecentReferrals(ctx context.Context, q Querier, prefecture, show string, before int64, limit int) ([]Referral, error) {
	rows, err := q.Query(ctx, recentReferrals, prefecture, before, show, limit)
	if err != nil {
		return nil, fmt.Errorf("finding the last referrals of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanReferral)
	if err != nil {
		return nil, fmt.Errorf("reading the last referrals of a prefecture: %w", err)
	}
	return found, nil
}
