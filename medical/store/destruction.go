package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Destruction is what is known of a dossier that was destroyed: when, and the yearly epochs that its keys were wrapped for.
type Destruction struct {
	At     time.Time
	Epochs []string
}

const getDestruction = `SELECT x.destroyed_at, x.epochs FROM medical.destructions x WHERE x.dossier = $1::uuid`

// GetDestruction is that of a dossier, or ErrNotFound.
func GetDestruction(ctx context.Context, q db.Querier, dossier string) (d Destruction, err error) {
	err = q.QueryRow(ctx, getDestruction, dossier).Scan(&d.At, &d.Epochs)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return d, fmt.Errorf("destruction of dossier %s: %w", dossier, ErrNotFound)
	case err != nil:
		return d, fmt.Errorf("reading the destruction of dossier %s: %w", dossier, err)
	}
	return d, nil
}

// Kept is one line of what retention says of the dossiers: no name and nothing of what they hold.
type Kept struct {
	Dossier, State, Decision string
	PurgeFrom                *time.Time
	Held                     bool
}

// A page of the dossiers that are held, whose term is over, or that were destroyed: the last ones first, by their id within one day.
const findKept = `
SELECT d.id::text, d.state, d.purge_decision, d.purge_from, d.held FROM medical.dossiers d
WHERE d.held OR d.purge_from <= $1 ORDER BY d.state = 'PURGE', d.purge_from NULLS LAST, d.id LIMIT $2`

// FindKept lists at most limit of them.
func FindKept(ctx context.Context, q db.Querier, now time.Time, limit int) ([]Kept, error) {
	rows, err := q.Query(ctx, findKept, now, limit)
	if err != nil {
		return nil, fmt.Errorf("listing what retention says: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k Kept, err error) {
		err = row.Scan(&k.Dossier, &k.State, &k.Decision, &k.PurgeFrom, &k.Held)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing what retention says: %w", err)
	}
	return list, nil
}
