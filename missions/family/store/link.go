package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Link is the limited link of a town hall: one case, one commune, until an instant. Its secret is nowhere: Digest is the SHA-256 of it.
type Link struct {
	ID      string
	CaseID  string
	Commune string
	MadeAt  time.Time
	EndsAt  time.Time
	Closed  bool
}

// OpenAt says that it can be used then.
func (l Link) OpenAt(now time.Time) bool { return !l.Closed && now.Before(l.EndsAt) }

const closeLinks = `UPDATE family.links SET closed_at = $2 WHERE case_id = $1::text::uuid AND closed_at IS NULL`

// CloseLinks ends what links a case has.
func CloseLinks(ctx context.Context, tx pgx.Tx, caseID string, at time.Time) error {
	if _, err := tx.Exec(ctx, closeLinks, caseID, at); err != nil {
		return fmt.Errorf("closing the links of case %s: %w", caseID, err)
	}
	return nil
}

const insertLink = `INSERT INTO family.links (id, digest, case_id, commune, made_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)`

// MakeLink keeps a link; those that the case had are closed.
func MakeLink(ctx context.Context, tx pgx.Tx, l Link, digest [32]byte, at time.Time) error {
	if err := CloseLinks(ctx, tx, l.CaseID, at); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertLink, l.ID, digest[:], l.CaseID, l.Commune, at, l.EndsAt); err != nil {
		return fmt.Errorf("making a link of case %s: %w", l.CaseID, err)
	}
	return nil
}

const linkColumns = `SELECT l.id::text, l.case_id::text, l.commune, l.made_at, l.ends_at, l.closed_at IS NOT NULL FROM family.links l `

const (
	linkByDigest = linkColumns + `WHERE l.digest = $1`
	linkByID     = linkColumns + `WHERE l.id = $1::text::uuid`
	linksOfCase  = linkColumns + `WHERE l.case_id = $1::text::uuid ORDER BY l.made_at DESC LIMIT 1`
)

// LinkOf is the link of a secret, by its digest, or ErrNotFound.
func LinkOf(ctx context.Context, q db.Querier, digest [32]byte) (Link, error) {
	return link(ctx, q, linkByDigest, digest[:])
}

// GetLink is a link by its id, or ErrNotFound.
func GetLink(ctx context.Context, q db.Querier, id string) (Link, error) {
	return link(ctx, q, linkByID, id)
}

// LastLink is the last one of a case, or ErrNotFound.
func LastLink(ctx context.Context, q db.Querier, caseID string) (Link, error) {
	return link(ctx, q, linksOfCase, caseID)
}

func link(ctx context.Context, q db.Querier, sql string, key any) (Link, error) {
	rows, err := q.Query(ctx, sql, key)
	if err != nil {
		return Link{}, fmt.Errorf("finding a link: %w", err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Link])
	if errors.Is(err, pgx.ErrNoRows) {
		return Link{}, ErrNotFound
	}
	if err != nil {
		return Link{}, fmt.Errorf("reading a link: %w", err)
	}
	return found, nil
}
