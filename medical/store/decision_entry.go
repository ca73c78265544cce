package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/release"
)

// DecisionEntry is a composition decision as one person entered it. It lists nobody before another confirmed it and the owner published it.
type DecisionEntry struct {
	ID          string                      `json:"id"`
	Decision    release.CompositionDecision `json:"decision"`
	Persons     []string                    `json:"persons"` // the directory's ids, line by line
	Digest      string                      `json:"digest"`  // the one that an opinion given under it carries
	EnteredAt   time.Time                   `json:"entered_at"`
	EnteredBy   string                      `json:"entered_by"`
	ConfirmedAt *time.Time                  `json:"confirmed_at"`
	ConfirmedBy *string                     `json:"confirmed_by"`
	Published   bool                        `json:"published"` // it lists, in this zone
}

const insertDecisionEntry = `
INSERT INTO medical.decision_entries (id, ref, decision, persons, digest, entered_at, entered_by) VALUES ($1::uuid, $2, $3, $4, $5, $6, $7)`

// EnterDecision writes what one person entered, in its canonical form.
func EnterDecision(ctx context.Context, tx pgx.Tx, e DecisionEntry) error {
	canonical, err := release.Canonical(e.Decision)
	if err != nil {
		return fmt.Errorf("entering decision %s: %w", e.Decision.Ref, err)
	}
	if _, err := tx.Exec(ctx, insertDecisionEntry, e.ID, e.Decision.Ref, string(canonical), e.Persons, e.Digest, e.EnteredAt, e.EnteredBy); err != nil {
		return fmt.Errorf("entering decision %s: %w", e.Decision.Ref, err)
	}
	return nil
}

const insertDecisionConfirmation = `
INSERT INTO medical.decision_confirmations (entry, digest, persons, entered_by, confirmed_at, confirmed_by) VALUES ($1::uuid, $2, $3, $4, $5, $6)`

// ConfirmDecision is the second hand. The database refuses that of whoever entered it, and of whoever stands in it (TestADecisionTakesTwoHands).
func ConfirmDecision(ctx context.Context, tx pgx.Tx, e DecisionEntry, by string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertDecisionConfirmation, e.ID, e.Digest, e.Persons, e.EnteredBy, at, by); err != nil {
		return fmt.Errorf("confirming decision %s: %w", e.Decision.Ref, err)
	}
	return nil
}

const decisionEntries = `
SELECT e.id::text, e.decision, e.persons, e.digest, e.entered_at, e.entered_by, c.confirmed_at, c.confirmed_by,
    EXISTS (SELECT 1 FROM medical.decisions d WHERE d.ref = e.ref AND d.digest = e.digest)
FROM medical.decision_entries e LEFT JOIN medical.decision_confirmations c ON c.entry = e.id`

const decisionEntryByID = decisionEntries + ` WHERE e.id = $1::uuid`

// GetDecisionEntry is what was entered, or ErrNotFound.
func GetDecisionEntry(ctx context.Context, q db.Querier, id string) (DecisionEntry, error) {
	return oneDecisionEntry(ctx, q, decisionEntryByID, id)
}

const confirmedDecision = decisionEntries + ` WHERE e.ref = $1 AND c.entry IS NOT NULL ORDER BY c.confirmed_at DESC LIMIT 1`

// GetConfirmedDecision is the last decision of that reference that two hands made, or ErrNotFound.
func GetConfirmedDecision(ctx context.Context, q db.Querier, ref string) (DecisionEntry, error) {
	return oneDecisionEntry(ctx, q, confirmedDecision, ref)
}

func oneDecisionEntry(ctx context.Context, q db.Querier, sql, of string) (DecisionEntry, error) {
	list, err := listDecisionEntries(ctx, q, sql, of)
	if err != nil || len(list) == 0 {
		return DecisionEntry{}, errors.Join(err, fmt.Errorf("decision %s: %w", of, ErrNotFound))
	}
	return list[0], nil
}

const lastDecisionEntries = decisionEntries + ` ORDER BY e.entered_at DESC, e.id LIMIT 100`

// FindDecisionEntries lists what was entered, the last first.
func FindDecisionEntries(ctx context.Context, q db.Querier) ([]DecisionEntry, error) {
	return listDecisionEntries(ctx, q, lastDecisionEntries)
}

func listDecisionEntries(ctx context.Context, q db.Querier, sql string, arguments ...any) ([]DecisionEntry, error) {
	rows, err := q.Query(ctx, sql, arguments...)
	if err != nil {
		return nil, fmt.Errorf("listing entered decisions: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e DecisionEntry, err error) {
		var canonical string
		err = row.Scan(&e.ID, &canonical, &e.Persons, &e.Digest, &e.EnteredAt, &e.EnteredBy, &e.ConfirmedAt, &e.ConfirmedBy, &e.Published)
		if err == nil {
			err = json.Unmarshal([]byte(canonical), &e.Decision)
		}
		for i := range min(len(e.Persons), len(e.Decision.Lines)) {
			e.Decision.Lines[i].Person = e.Persons[i]
		}
		e.EnteredAt = e.EnteredAt.UTC()
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing entered decisions: %w", err)
	}
	return list, nil
}
