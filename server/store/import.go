package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ImportedLine is a line of a file that was taken before.
type ImportedLine struct {
	Referral string
	Digest   []byte
}

const getImportedLine = `
SELECT l.referral::text, l.digest FROM server.imported_lines l WHERE l.prefecture = $1 AND l.key = $2`

// GetImportedLine finds what a prefecture's key was used for, or ErrNotFound.
func GetImportedLine(ctx context.Context, q Querier, prefecture, key string) (ImportedLine, error) {
	var l ImportedLine
	err := q.QueryRow(ctx, getImportedLine, prefecture, key).Scan(&l.Referral, &l.Digest)
	if errors.Is(err, pgx.ErrNoRows) {
		return ImportedLine{}, ErrNotFound
	}
	if err != nil {
		return ImportedLine{}, fmt.Errorf("finding an imported line: %w", err)
	}
	return l, nil
}

const insertImportedLine = `
INSERT INTO server.imported_lines (prefecture, key, digest, referral, at) VALUES ($1, $2, $3, $4, $5)`

// RecordImportedLine keeps the key of a line with the referral that it made. A second one breaks the constraint imported_once.
func RecordImportedLine(ctx context.Context, tx pgx.Tx, prefecture, key string, l ImportedLine, at time.Time) error {
	if _, err := tx.Exec(ctx, insertImportedLine, prefecture, key, l.Digest, l.Referral, at); err != nil {
		return fmt.Errorf("recording an imported line of referral %s: %w", l.Referral, err)
	}
	return nil
}

const findTwins = `
SELECT f.id::text FROM server.referrals f
WHERE f.prefecture = $1 AND f.agdref = $2 AND f.id::text <> $3
    AND NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.referral = f.id AND r.code IN ('N6', 'N7'))
    AND NOT EXISTS (SELECT 1 FROM server.referral_events w WHERE w.referral = f.id AND w.type = 'WITHDRAWAL')
ORDER BY f.position LIMIT 10`

// FindTwins lists the other referrals of a prefecture that still wait for an opinion under the same administrative number. Another
// prefecture's are never looked at.
func FindTwins(ctx context.Context, q Querier, prefecture, agdref, except string) ([]string, error) {
	rows, err := q.Query(ctx, findTwins, prefecture, agdref, except)
	if err != nil {
		return nil, fmt.Errorf("finding the twins of a referral: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading the twins of a referral: %w", err)
	}
	return found, nil
}
