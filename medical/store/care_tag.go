package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

const insertCareTag = `INSERT INTO medical.care_tags (dossier, tag) VALUES ($1, $2) ON CONFLICT DO NOTHING`

// InsertCareTag records keyholder's tag of a physician who treats the person.
func InsertCareTag(ctx context.Context, tx pgx.Tx, dossier string, tag []byte) error {
	if _, err := tx.Exec(ctx, insertCareTag, dossier, tag); err != nil {
		return fmt.Errorf("recording a care tag of dossier %s: %w", dossier, err)
	}
	return nil
}

const treatingMembers = `
SELECT m.member FROM medical.college_members m
WHERE m.dossier = $1::uuid AND m.composition = $2
  AND EXISTS (SELECT 1 FROM medical.care_tags t WHERE t.dossier = m.dossier AND t.tag = m.care_tag)`

// TreatingMembers are the members of a composition who treat the person.
func TreatingMembers(ctx context.Context, q db.Querier, dossier string, composition int) ([]string, error) {
	rows, err := q.Query(ctx, treatingMembers, dossier, composition)
	if err != nil {
		return nil, fmt.Errorf("comparing the care tags of dossier %s: %w", dossier, err)
	}
	members, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("comparing the care tags of dossier %s: %w", dossier, err)
	}
	return members, nil
}

const careTags = `SELECT t.tag FROM medical.care_tags t WHERE t.dossier = $1::uuid`

// CareTags are the tags of those who treat the person of a dossier.
func CareTags(ctx context.Context, q db.Querier, dossier string) ([][]byte, error) {
	rows, err := q.Query(ctx, careTags, dossier)
	if err != nil {
		return nil, fmt.Errorf("reading the care tags of dossier %s: %w", dossier, err)
	}
	tags, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, fmt.Errorf("reading the care tags of dossier %s: %w", dossier, err)
	}
	return tags, nil
}
