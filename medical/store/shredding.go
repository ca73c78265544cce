package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

const (
	insertShredding = `INSERT INTO medical.shreddings_to_tell (dossier) VALUES ($1::uuid)`

	nextShredding = `SELECT s.dossier::text FROM medical.shreddings_to_tell s ORDER BY s.dossier LIMIT 1`

	deleteShredding = `DELETE FROM medical.shreddings_to_tell WHERE dossier = $1::uuid`
)

// NextShredding is a destruction that the other zone was not told of yet, or ErrNotFound.
func NextShredding(ctx context.Context, q db.Querier) (dossier string, err error) {
	err = q.QueryRow(ctx, nextShredding).Scan(&dossier)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("looking for a destruction to tell: %w", err)
	}
	return dossier, nil
}

// ForgetShredding says that the other zone has it.
func ForgetShredding(ctx context.Context, tx pgx.Tx, dossier string) error {
	if _, err := tx.Exec(ctx, deleteShredding, dossier); err != nil {
		return fmt.Errorf("forgetting that the destruction of %s is to be told: %w", dossier, err)
	}
	return nil
}
