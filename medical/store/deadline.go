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

// RefreshDeadlines rewrites the deadlines of a locked dossier as they are at an instant: a change of the law's data may have moved them.
func RefreshDeadlines(ctx context.Context, tx pgx.Tx, d Dossier, at time.Time) error {
	return writeDeadlines(ctx, tx, d, at)
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
	return opaqueIDs(ctx, q, "passed deadlines", passedDeadlines, now, sweepPage)
}

// LocalDay is the civil date where a territorial direction is.
type LocalDay struct{ Direction, On string }

const localDays = `JOIN unnest($1::text[], $2::text[]) AS z (direction, today) ON z.direction = d.direction `

func perDirection(days []LocalDay) (directions, dates []string) {
	for _, d := range days {
		directions, dates = append(directions, d.Direction), append(dates, d.On)
	}
	return directions, dates
}

const ofAge = `
SELECT d.id::text FROM medical.dossiers d ` + localDays + `
WHERE d.majority_on <= z.today::date AND d.closed_at IS NULL AND d.state <> 'PURGE'
  AND NOT EXISTS (SELECT 1 FROM medical.events e WHERE e.dossier = d.id AND e.type = 'MAJORITE_ATTEINTE')
ORDER BY d.majority_on LIMIT $3`

// FindOfAge lists the dossiers in progress of a minor who is of age by the day of his territorial direction.
func FindOfAge(ctx context.Context, q db.Querier, days []LocalDay) ([]string, error) {
	directions, dates := perDirection(days)
	return opaqueIDs(ctx, q, "minors of age", ofAge, directions, dates, sweepPage)
}

const endedListings = `
SELECT d.id::text FROM medical.dossiers d ` + localDays + `
JOIN medical.college_members m ON m.dossier = d.id AND m.composition = d.composition
JOIN medical.decisions c ON c.ref = m.decision_ref
WHERE d.closed_at IS NULL AND d.issued_at IS NULL AND least(m.valid_to, c.valid_to) < z.today::date
  AND NOT EXISTS (SELECT 1 FROM medical.events e
      WHERE e.dossier = d.id AND e.type = 'COMPOSITION_CLOSE' AND e.data ->> 'composition' = d.composition::text)
  AND NOT EXISTS (SELECT 1 FROM medical.tasks t
      WHERE t.dossier = d.id AND t.code = 'MEMBRE_NON_INSCRIT' AND t.ref = d.composition::text || ':' || m.member)
GROUP BY d.id, d.position ORDER BY d.position LIMIT $3`

// FindEndedListings lists the dossiers whose college in progress has a member whose listing, or whose decision, is over by the day of the
// territorial direction, and no task for him.
func FindEndedListings(ctx context.Context, q db.Querier, days []LocalDay) ([]string, error) {
	directions, dates := perDirection(days)
	return opaqueIDs(ctx, q, "ended listings", endedListings, directions, dates, sweepPage)
}

const endedMembers = `
SELECT m.member FROM medical.college_members m JOIN medical.decisions c ON c.ref = m.decision_ref
WHERE m.dossier = $1::uuid AND m.composition = $2 AND least(m.valid_to, c.valid_to) < $3::text::date ORDER BY m.seat`

// EndedMembers names the members of a composition whose listing is over on a day (ISO date).
func EndedMembers(ctx context.Context, q db.Querier, dossier string, composition int, on string) ([]string, error) {
	return opaqueIDs(ctx, q, "members whose listing ended", endedMembers, dossier, composition, on)
}

// opaqueIDs answers a column of opaque ids.
func opaqueIDs(ctx context.Context, q db.Querier, what, query string, args ...any) ([]string, error) {
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
