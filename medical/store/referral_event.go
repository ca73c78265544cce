package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Types of what waits for a person.
const (
	PendingLiberty    = "LIBERTY"
	PendingWithdrawal = "WITHDRAWAL"
)

// PendingEvent is what a prefecture signalled and that changes the author of the opinion, or ends a case. It is nothing until a person of
// the medical service confirms it (architecture, section 6).
type PendingEvent struct {
	Seq        int64      `json:"seq"` // the other zone's number
	Referral   string     `json:"referral"`
	Type       string     `json:"type"` // LIBERTY or WITHDRAWAL
	Code       string     `json:"code"` // the status, or the neutral reason
	At         time.Time  `json:"at"`   // when it happened, as told
	ReceivedAt time.Time  `json:"received_at"`
	Confirmed  *time.Time `json:"confirmed_at"`
}

const insertPending = `
INSERT INTO medical.referral_events (seq, dossier, referral, type, code, at, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertPending keeps what was signalled.
func InsertPending(ctx context.Context, tx pgx.Tx, dossier string, p PendingEvent) error {
	if _, err := tx.Exec(ctx, insertPending, p.Seq, dossier, p.Referral, p.Type, p.Code, p.At, p.ReceivedAt); err != nil {
		return fmt.Errorf("keeping referral event %d of dossier %s: %w", p.Seq, dossier, err)
	}
	return nil
}

const pendingColumns = `
SELECT e.seq, e.referral, e.type, e.code, e.at, e.received_at, c.confirmed_at
FROM medical.referral_events e LEFT JOIN medical.referral_event_confirmations c ON c.seq = e.seq
WHERE e.dossier = $1::uuid`

// FindPending lists what was signalled about a dossier, confirmed or not, in order.
func FindPending(ctx context.Context, q db.Querier, dossier string) ([]PendingEvent, error) {
	if !ValidID(dossier) {
		return nil, nil
	}
	rows, err := q.Query(ctx, pendingColumns+` ORDER BY e.seq`, dossier)
	if err != nil {
		return nil, fmt.Errorf("listing the referral events of dossier %s: %w", dossier, err)
	}
	found, err := pgx.CollectRows(rows, scanPending)
	if err != nil {
		return nil, fmt.Errorf("listing the referral events of dossier %s: %w", dossier, err)
	}
	return found, nil
}

// GetPending is one of them, or ErrNotFound. The dossier's lock orders two confirmations.
func GetPending(ctx context.Context, q db.Querier, dossier string, seq int64) (PendingEvent, error) {
	rows, err := q.Query(ctx, pendingColumns+` AND e.seq = $2`, dossier, seq)
	if err != nil {
		return PendingEvent{}, fmt.Errorf("reading referral event %d: %w", seq, err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, scanPending)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return PendingEvent{}, fmt.Errorf("referral event %d: %w", seq, ErrNotFound)
	case err != nil:
		return PendingEvent{}, fmt.Errorf("reading referral event %d: %w", seq, err)
	}
	return found, nil
}

func scanPending(row pgx.CollectableRow) (PendingEvent, error) {
	var p PendingEvent
	err := row.Scan(&p.Seq, &p.Referral, &p.Type, &p.Code, &p.At, &p.ReceivedAt, &p.Confirmed)
	p.At, p.ReceivedAt = p.At.UTC(), p.ReceivedAt.UTC()
	return p, err
}

const insertConfirmation = `
INSERT INTO medical.referral_event_confirmations (seq, dossier, confirmed_at, confirmed_by) VALUES ($1, $2, $3, $4)`

// ConfirmPending records who confirmed. A second time breaks constraint referral_event_confirmed_once.
func ConfirmPending(ctx context.Context, tx pgx.Tx, dossier string, seq int64, at time.Time, by string) error {
	if _, err := tx.Exec(ctx, insertConfirmation, seq, dossier, at, by); err != nil {
		return fmt.Errorf("confirming referral event %d: %w", seq, err)
	}
	return nil
}
