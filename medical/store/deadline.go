package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
)

const deleteDeadlines = `DELETE FROM medical.deadlines WHERE dossier = $1::uuid`

const insertDeadline = `
INSERT INTO medical.deadlines (dossier, rank, code, ref, start_event, start_on, start_at, duration, due_on, due_at, over_at,
    fulfilled_on, fulfilled_at, status, task, raise_at)
VALUES ($1, $2, $3, coalesce($4::text, ''), $5, $6::text::date, $7, $8, $9::text::date, $10, $11, $12::text::date, $13, $14, $15, $16)`

// writeDeadlines rewrites the deadlines of a dossier as they are at an instant.
func writeDeadlines(ctx context.Context, tx pgx.Tx, d Dossier, at time.Time) error {
	batch := &pgx.Batch{}
	batch.Queue(deleteDeadlines, d.ID)
	for i, w := range medical.Watch(d.Case, at) {
		var raise *time.Time
		if w.Task != "" {
			raise = &w.RaiseAt
		}
		batch.Queue(insertDeadline, d.ID, i+1, w.Code, w.Ref, w.StartEvent, text(w.StartOn), w.StartAt, w.Duration, text(w.DueOn), w.DueAt,
			w.Over, text(w.FulfilledOn), w.FulfilledAt, w.Outcome, w.Task, raise)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("writing the deadlines of dossier %s: %w", d.ID, err)
	}
	return nil
}

// A page of what a sweep has to do in one round: the rest waits a minute.
const sweepPage = 200

const passedDeadlines = `
SELECT l.dossier::text FROM medical.deadlines l
WHERE l.task <> '' AND l.raise_at <= $1
  AND NOT EXISTS (SELECT 1 FROM medical.tasks t WHERE t.dossier = l.dossier AND t.code = l.task AND t.ref = l.ref)
GROUP BY l.dossier ORDER BY min(l.raise_at) LIMIT $2`

// FindPassedDeadlines lists the dossiers of which a deadline is over and has not raised its task, the oldest first.
func FindPassedDeadlines(ctx context.Context, q db.Querier, now time.Time) ([]string, error) {
	return dossierIDs(ctx, q, "passed deadlines", passedDeadlines, now, sweepPage)
}

const ofAge = `
SELECT d.id::text FROM medical.dossiers d
WHERE d.majority_on <= $1::text::date AND d.closed_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM medical.events e WHERE e.dossier = d.id AND e.type = 'MAJORITE_ATTEINTE')
ORDER BY d.majority_on LIMIT $2`

// FindOfAge lists the dossiers in progress of a minor who is of age by a day (ISO date).
func FindOfAge(ctx context.Context, q db.Querier, on string) ([]string, error) {
	return dossierIDs(ctx, q, "minors of age", ofAge, on, sweepPage)
}

const endedListings = `
SELECT d.id::text FROM medical.dossiers d
JOIN medical.college_members m ON m.dossier = d.id AND m.composition = d.composition
JOIN medical.decisions c ON c.ref = m.decision_ref
WHERE d.closed_at IS NULL AND d.issued_at IS NULL AND least(m.valid_to, c.valid_to) < $1::text::date
  AND NOT EXISTS (SELECT 1 FROM medical.tasks t
      WHERE t.dossier = d.id AND t.code = 'MEMBRE_NON_INSCRIT' AND t.ref = d.composition::text || ':' || m.member)
GROUP BY d.id, d.position ORDER BY d.position LIMIT $2`

// FindEndedListings lists the dossiers whose last composition, not yet ended by an opinion, has a member whose listing is over on a day.
func FindEndedListings(ctx context.Context, q db.Querier, on string) ([]string, error) {
	return dossierIDs(ctx, q, "ended listings", endedListings, on, sweepPage)
}

func dossierIDs(ctx context.Context, q db.Querier, what, query string, args ...any) ([]string, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", what, err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("looking for %s: %w", what, err)
	}
	return ids, nil
}
