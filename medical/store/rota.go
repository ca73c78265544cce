package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Ranks of a rota: the second is called when the first has not acted in time.
const (
	FirstOnCall  = 1
	SecondOnCall = 2
)

// RotaLine says who is on call for the removals of a territorial direction, from an instant until another.
type RotaLine struct {
	Direction string    `json:"direction"`
	Physician string    `json:"physician"`
	Rank      int       `json:"rank"`
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
}

const insertRotaLine = `
INSERT INTO medical.rota_lines (direction, physician, rank, from_at, to_at, set_at, set_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertRotaLine adds a line. It counts before any other of the same instants.
func InsertRotaLine(ctx context.Context, tx pgx.Tx, l RotaLine, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertRotaLine, l.Direction, l.Physician, l.Rank, l.From, l.To, at, by); err != nil {
		return fmt.Errorf("setting the rota of %s: %w", l.Direction, err)
	}
	return nil
}

const onCall = `
SELECT r.physician FROM medical.rota_lines r WHERE r.direction = $1 AND r.rank = $3 AND r.from_at <= $2 AND $2 < r.to_at
ORDER BY r.position DESC LIMIT 1`

// OnCall is who is on call for a territorial direction at an instant, first or second; "" when nobody is.
func OnCall(ctx context.Context, q db.Querier, direction string, rank int, at time.Time) (string, error) {
	var physician string
	err := q.QueryRow(ctx, onCall, direction, at, rank).Scan(&physician)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking who is on call for %s: %w", direction, err)
	}
	return physician, nil
}

const directionsOnCall = `
SELECT l.direction FROM (SELECT DISTINCT ON (r.direction) r.direction, r.physician FROM medical.rota_lines r
    WHERE r.rank = $3 AND r.from_at <= $2 AND $2 < r.to_at ORDER BY r.direction, r.position DESC) l WHERE l.physician = $1 ORDER BY l.direction`

// DirectionsOnCall are those for which a physician is on call at an instant, first or second.
func DirectionsOnCall(ctx context.Context, q db.Querier, physician string, rank int, at time.Time) ([]string, error) {
	return opaqueIDs(ctx, q, "directions on call", directionsOnCall, physician, at, rank)
}

const rotaAfter = `
SELECT r.direction, r.physician, r.rank, r.from_at, r.to_at FROM medical.rota_lines r
WHERE r.direction = ANY($1) AND r.to_at > $2 ORDER BY r.direction, r.rank, r.from_at, r.position LIMIT 200`

// FindRota lists the lines of some directions that are not over at an instant.
func FindRota(ctx context.Context, q db.Querier, directions []string, at time.Time) ([]RotaLine, error) {
	return rotaLines(ctx, q, rotaAfter, directions, at)
}

func rotaLines(ctx context.Context, q db.Querier, query string, args ...any) ([]RotaLine, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing the rota: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l RotaLine, err error) {
		err = row.Scan(&l.Direction, &l.Physician, &l.Rank, &l.From, &l.To)
		l.From, l.To = l.From.UTC(), l.To.UTC()
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the rota: %w", err)
	}
	return list, nil
}

// QueuedRemoval is one line of the queue of removals: what is due, by the hour.
type QueuedRemoval struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	State     string     `json:"state"`
	Direction string     `json:"direction"`
	Received  bool       `json:"certificate_received"`
	Designee  bool       `json:"author_designated"` // somebody is to answer, and has not been relieved
	From      *time.Time `json:"urgent_from"`
	DueAt     *time.Time `json:"urgent_due_at"`
	SecondAt  *time.Time `json:"second_called_at"` // from when on the second on call is called; nil where somebody is to answer
	Escalated bool       `json:"escalated"`        // the hours ran out: AVIS_URGENT_EN_RETARD stands
}

const listRemovals = `
SELECT d.id::text, d.kind, d.state, d.direction, d.certificate_received_at IS NOT NULL,
    d.composition > 0 AND NOT EXISTS (SELECT 1 FROM medical.composition_closures x WHERE x.dossier = d.id AND x.composition = d.composition),
    h.start_at, h.due_at,
    EXISTS (SELECT 1 FROM medical.tasks t WHERE t.dossier = d.id AND t.code = 'AVIS_URGENT_EN_RETARD' AND t.done_at IS NULL)
FROM medical.dossiers d
LEFT JOIN LATERAL (SELECT l.start_at, l.due_at FROM medical.deadlines l WHERE l.dossier = d.id AND l.code = 'DL8' AND l.fulfilled_at IS NULL
    AND l.status <> 'SANS_OBJET' ORDER BY l.due_at LIMIT 1) h ON true
WHERE d.pipeline = 'ELOIGNEMENT' AND d.sent_at IS NULL AND d.closed_at IS NULL AND d.state <> 'PURGE'
    AND (d.direction = ANY($1) OR d.direction = ANY($2) AND h.start_at <= $3
        AND (d.composition = 0 OR EXISTS (SELECT 1 FROM medical.composition_closures x WHERE x.dossier = d.id AND x.composition = d.composition)))
ORDER BY h.due_at NULLS LAST, d.position LIMIT 200`

// Queue narrows the queue of removals: every one of All; of Second, those that have been urgent since CalledBefore and that nobody answers.
type Queue struct {
	All, Second  []string // directions
	CalledBefore time.Time
}

// ListRemovals are the removals of a queue whose opinion has not left, what is due first on top.
func ListRemovals(ctx context.Context, q db.Querier, of Queue) ([]QueuedRemoval, error) {
	rows, err := q.Query(ctx, listRemovals, of.All, of.Second, of.CalledBefore)
	if err != nil {
		return nil, fmt.Errorf("listing removals: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r QueuedRemoval, err error) {
		err = row.Scan(&r.ID, &r.Kind, &r.State, &r.Direction, &r.Received, &r.Designee, &r.From, &r.DueAt, &r.Escalated)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing removals: %w", err)
	}
	return list, nil
}

const findUncalled = `
SELECT DISTINCT d.id::text FROM medical.dossiers d JOIN medical.deadlines l ON l.dossier = d.id AND l.code = 'DL8' AND l.fulfilled_at IS NULL
    AND l.status <> 'SANS_OBJET' AND l.start_at <= $1
JOIN LATERAL (SELECT r.physician FROM medical.rota_lines r WHERE r.direction = d.direction AND r.rank = 2 AND r.from_at <= $2 AND $2 < r.to_at
    ORDER BY r.position DESC LIMIT 1) s ON true
WHERE d.pipeline = 'ELOIGNEMENT' AND d.sent_at IS NULL AND d.closed_at IS NULL AND d.state <> 'PURGE'
    AND (d.composition = 0 OR EXISTS (SELECT 1 FROM medical.composition_closures x WHERE x.dossier = d.id AND x.composition = d.composition))
    AND NOT EXISTS (SELECT 1 FROM medical.tasks t WHERE t.dossier = d.id AND t.code = 'SECOND_APPELE' AND t.ref = s.physician)`

// FindUncalled are the removals that have been urgent since an instant, that nobody answers, and whose second on call was not called.
func FindUncalled(ctx context.Context, q db.Querier, since, now time.Time) ([]string, error) {
	return opaqueIDs(ctx, q, "removals to call the second for", findUncalled, since, now)
}
