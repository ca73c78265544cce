package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Reasons of a link, and of its end.
const (
	LinkSamePerson = "MEME_PERSONNE"
	LinkFollowUp   = "SUITE" // a new request, after an annulment for instance
	LinkEnded      = "SEPARATION"
)

// Link is what stands between a dossier and another of the same person.
type Link struct {
	Dossier string    `json:"dossier"` // the other one
	Reason  string    `json:"reason_code"`
	At      time.Time `json:"at"`
}

const insertLink = `
INSERT INTO medical.dossier_links (dossier, other, seq, at, author, reason)
SELECT least($1::uuid, $2::uuid), greatest($1::uuid, $2::uuid), count(*) + 1, $3, $4, $5
FROM medical.dossier_links l WHERE l.dossier = least($1::uuid, $2::uuid) AND l.other = greatest($1::uuid, $2::uuid)`

// InsertLink says something of two dossiers; it takes the place of what was said before, which is kept.
func InsertLink(ctx context.Context, tx pgx.Tx, dossier, author string, l Link) error {
	if _, err := tx.Exec(ctx, insertLink, dossier, l.Dossier, l.At, author, l.Reason); err != nil {
		return fmt.Errorf("linking dossier %s: %w", dossier, err)
	}
	return nil
}

const findLinks = `
SELECT pair.id::text, pair.reason, pair.at FROM (
    SELECT DISTINCT ON (l.dossier, l.other) CASE WHEN l.dossier = $1 THEN l.other ELSE l.dossier END AS id, l.reason, l.at
    FROM medical.dossier_links l WHERE l.dossier = $1 OR l.other = $1
    ORDER BY l.dossier, l.other, l.seq DESC) AS pair
WHERE pair.reason <> 'SEPARATION' ORDER BY pair.at, pair.id`

// FindLinks are the dossiers that this one is linked to now, oldest link first.
func FindLinks(ctx context.Context, q db.Querier, dossier string) ([]Link, error) {
	rows, err := q.Query(ctx, findLinks, dossier)
	if err != nil {
		return nil, fmt.Errorf("finding the links of dossier %s: %w", dossier, err)
	}
	links, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l Link, err error) {
		err = row.Scan(&l.Dossier, &l.Reason, &l.At)
		l.At = l.At.UTC()
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("finding the links of dossier %s: %w", dossier, err)
	}
	return links, nil
}
