package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// LeftOpinion is an opinion that left before a restore: its number, and the SHA-256 of the bytes that the other zone holds; "" where its list gave none.
type LeftOpinion struct {
	Release  int64
	Dossier  string
	Referral string
	Digest   string
}

const findLeft = `
SELECT l.seq, r.dossier::text, l.referral, l.digest FROM medical.lost_releases l JOIN medical.dossier_referrals r ON r.referral = l.referral
WHERE l.code = 'N6' AND l.stood_at IS NULL AND ($1 = '' OR r.dossier = nullif($1, '')::uuid) ORDER BY l.seq LIMIT 200`

// FindLeftOpinions are those upon which nobody has closed the dossier yet: of one dossier, or of all where id is "".
func FindLeftOpinions(ctx context.Context, q db.Querier, id string) ([]LeftOpinion, error) {
	rows, err := q.Query(ctx, findLeft, id)
	if err != nil {
		return nil, fmt.Errorf("looking for opinions that left before a restore: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[LeftOpinion])
	if err != nil {
		return nil, fmt.Errorf("looking for opinions that left before a restore: %w", err)
	}
	return list, nil
}

const standLeft = `
UPDATE medical.lost_releases SET stood_at = $2, stood_by = $3, approval = $4 WHERE seq = $1 AND stood_at IS NULL`

// StandLeft records that an opinion that left stands, by whom, and upon which approval.
func StandLeft(ctx context.Context, tx pgx.Tx, seq int64, at time.Time, by, approval string) error {
	done, err := tx.Exec(ctx, standLeft, seq, at, by, approval)
	if err == nil && done.RowsAffected() != 1 {
		err = ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("closing upon release %d: %w", seq, err)
	}
	return nil
}
