package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// HeldTag is a search tag of a dossier, and where a walk over those of one class stands.
type HeldTag struct {
	Dossier string
	Tag     []byte
}

const selectTags = `
SELECT t.dossier::text, t.tag FROM medical.search_tags t
WHERE t.class = $1 AND (t.dossier, t.tag) > ($2::uuid, $3::bytea) ORDER BY t.dossier, t.tag LIMIT $4`

// FindTags walks over the search tags of a class.
func FindTags(ctx context.Context, q db.Querier, class string, after HeldTag, limit int) ([]HeldTag, error) {
	rows, err := q.Query(ctx, selectTags, class, from(KeyAfter{Dossier: after.Dossier}), after.Tag, limit)
	if err != nil {
		return nil, fmt.Errorf("listing search tags: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t HeldTag, err error) {
		return t, row.Scan(&t.Dossier, &t.Tag)
	})
	if err != nil {
		return nil, fmt.Errorf("listing search tags: %w", err)
	}
	return list, nil
}

const (
	insertMoved = `
INSERT INTO medical.search_tags (dossier, class, tag) SELECT m.dossier, $1, m.tag FROM unnest($2::uuid[], $3::bytea[]) AS m (dossier, tag)
ON CONFLICT DO NOTHING`

	deleteMoved = `
DELETE FROM medical.search_tags t USING unnest($2::uuid[], $3::bytea[]) AS m (dossier, tag)
WHERE t.class = $1 AND t.dossier = m.dossier AND t.tag = m.tag`
)

// ReplaceTags puts other tags in the place of some, in order. Only the schema's owner may.
func ReplaceTags(ctx context.Context, tx pgx.Tx, class string, old []HeldTag, fresh [][]byte) error {
	dossiers, before := make([]string, len(old)), make([][]byte, len(old))
	for i, t := range old {
		dossiers[i], before[i] = t.Dossier, t.Tag
	}
	if _, err := tx.Exec(ctx, insertMoved, class, dossiers, fresh); err != nil {
		return fmt.Errorf("recording %d search tags under another key: %w", len(fresh), err)
	}
	if _, err := tx.Exec(ctx, deleteMoved, class, dossiers, before); err != nil {
		return fmt.Errorf("removing %d search tags of a former key: %w", len(old), err)
	}
	return nil
}
