package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// The forms that a physician may leave and take up again.
const (
	DraftReport  = "report"
	DraftAnswers = "answers"
)

const saveDraft = `
INSERT INTO medical.drafts (dossier, form, author, version, saved_at, header_digest, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (dossier, form, author) DO UPDATE SET version = excluded.version, saved_at = excluded.saved_at,
    header_digest = excluded.header_digest, sealed = excluded.sealed`

// SaveDraft writes a draft over the one before. r.ID is the form.
func SaveDraft(ctx context.Context, tx pgx.Tx, r Record) error {
	if _, err := tx.Exec(ctx, saveDraft, r.Dossier, r.ID, r.Author, r.Version, r.WrittenAt, r.HeaderDigest, r.Sealed); err != nil {
		return fmt.Errorf("saving a draft of dossier %s: %w", r.Dossier, err)
	}
	return nil
}

const findDraft = `
SELECT d.dossier::text, 'medical', 'draft', d.form, d.version, d.author, d.saved_at, d.header_digest, d.sealed
FROM medical.drafts d WHERE d.dossier = $1::uuid AND d.form = $2 AND d.author = $3`

// GetDraft is an author's draft of a form, as a record of kind draft whose id is the form; ErrNotFound when there is none.
func GetDraft(ctx context.Context, q db.Querier, dossier, form, author string) (Record, error) {
	rows, err := q.Query(ctx, findDraft, dossier, form, author)
	if err != nil {
		return Record{}, fmt.Errorf("reading a draft of dossier %s: %w", dossier, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Record{}, fmt.Errorf("draft: %w", ErrNotFound)
	case err != nil:
		return Record{}, fmt.Errorf("reading a draft of dossier %s: %w", dossier, err)
	}
	return r, nil
}

const draftSavedAt = `SELECT d.saved_at FROM medical.drafts d WHERE d.dossier = $1::uuid AND d.form = $2 AND d.author = $3`

// DraftSavedAt says when an author saved a draft; zero when there is none.
func DraftSavedAt(ctx context.Context, q db.Querier, dossier, form, author string) (time.Time, error) {
	var at time.Time
	err := q.QueryRow(ctx, draftSavedAt, dossier, form, author).Scan(&at)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return time.Time{}, fmt.Errorf("finding a draft of dossier %s: %w", dossier, err)
	}
	return at, nil
}

const dropDraft = `DELETE FROM medical.drafts d WHERE d.dossier = $1::uuid AND d.form = $2 AND d.author = $3`

// DropDraft forgets a draft, if there is one.
func DropDraft(ctx context.Context, tx pgx.Tx, dossier, form, author string) error {
	if _, err := tx.Exec(ctx, dropDraft, dossier, form, author); err != nil {
		return fmt.Errorf("forgetting a draft of dossier %s: %w", dossier, err)
	}
	return nil
}
