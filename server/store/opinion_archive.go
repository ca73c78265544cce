package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ArchivedOpinion is one opinion to put in an archive.
type ArchivedOpinion struct {
	Release  int64
	Referral string
}

const opinionsToArchive = `
SELECT o.release, o.referral::text FROM server.opinions o JOIN server.referrals f ON f.id = o.referral
WHERE f.prefecture = $1 AND o.release > $2
    AND NOT EXISTS (SELECT 1 FROM server.opinions later WHERE later.referral = o.referral AND later.version > o.version)
    AND (NOT $3 OR NOT EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = o.release))
ORDER BY o.release LIMIT $4`

// FindOpinionsToArchive lists the last opinions of the referrals that a prefecture is in charge of, after a number, oldest first; waiting alone:
// those that it has not acknowledged.
func FindOpinionsToArchive(ctx context.Context, q Querier, prefecture string, after int64, waiting bool, limit int) ([]ArchivedOpinion, error) {
	rows, err := q.Query(ctx, opinionsToArchive, prefecture, after, waiting, limit)
	if err != nil {
		return nil, fmt.Errorf("finding the opinions of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ArchivedOpinion])
	if err != nil {
		return nil, fmt.Errorf("reading the opinions of a prefecture: %w", err)
	}
	return found, nil
}
