package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const insertInspection = `
INSERT INTO medical.inspections (document, dossier, at, verdict, reason) VALUES ($1, $2, $3, $4, $5)`

// InsertInspection records what the inspection of a content said, once: it is never said again.
func InsertInspection(ctx context.Context, tx pgx.Tx, d Document, at time.Time, verdict, reason string) error {
	if _, err := tx.Exec(ctx, insertInspection, d.ID, d.Dossier, at, verdict, reason); err != nil {
		return fmt.Errorf("recording the inspection of document %s: %w", d.ID, err)
	}
	return nil
}

const insertExclusion = `
INSERT INTO medical.exclusions (document, dossier, at, author, reason) VALUES ($1, $2, $3, $4, $5)`

// InsertExclusion sets a document aside. A call that is sending it records no part any more.
func InsertExclusion(ctx context.Context, tx pgx.Tx, d Document, x Exclusion) error {
	if err := lockContentOf(ctx, tx, d.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertExclusion, d.ID, d.Dossier, x.At, x.Author, x.Reason); err != nil {
		return fmt.Errorf("setting document %s aside: %w", d.ID, err)
	}
	return nil
}
