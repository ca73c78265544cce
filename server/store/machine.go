package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// Machine is a prefecture's own system, as it stands on a day.
type Machine struct {
	Name, Reference, Prefecture string
	InForce                     bool // that day lies within its dates
	Revoked                     bool
}

const getMachine = `
SELECT m.name, m.reference::text, m.prefecture, $2::date BETWEEN m.valid_from AND m.valid_to, m.revoked_at IS NOT NULL
FROM server.machines m WHERE m.name = $1`

// GetMachine finds who has a name, or ErrNotFound.
func GetMachine(ctx context.Context, q Querier, name string, on release.Date) (Machine, error) {
	var m Machine
	err := q.QueryRow(ctx, getMachine, name, string(on)).Scan(&m.Name, &m.Reference, &m.Prefecture, &m.InForce, &m.Revoked)
	if errors.Is(err, pgx.ErrNoRows) {
		return Machine{}, ErrNotFound
	}
	if err != nil {
		return Machine{}, fmt.Errorf("finding a machine: %w", err)
	}
	return m, nil
}
