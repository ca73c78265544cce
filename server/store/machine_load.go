package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/release"
)

// MachineLine is one line of the list that the owner enters. The list is whole: who stands in it no more is revoked.
type MachineLine struct {
	Name       string       `json:"name"`
	Prefecture string       `json:"prefecture"`
	ValidFrom  release.Date `json:"valid_from"`
	ValidTo    release.Date `json:"valid_to"`
}

const enterMachine = `
INSERT INTO server.machines AS m (name, reference, prefecture, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to
WHERE m.prefecture = excluded.prefecture AND m.revoked_at IS NULL`

const revokeMachines = `UPDATE server.machines SET revoked_at = $2 WHERE revoked_at IS NULL AND NOT name = ANY ($1)`

// LoadMachines enters the list, as the owner. A name serves one prefecture and comes back from no revocation: its key may be in other hands.
func LoadMachines(ctx context.Context, tx pgx.Tx, lines []MachineLine, at time.Time) error {
	names := []string{}
	for _, l := range lines {
		if !l.ValidFrom.Valid() || !l.ValidTo.Valid() {
			return fmt.Errorf("entering machine %s: its dates are not dates", l.Name)
		}
		if !release.ValidPrefecture(l.Prefecture) {
			return fmt.Errorf("entering machine %s: no prefecture %s", l.Name, l.Prefecture)
		}
		done, err := tx.Exec(ctx, enterMachine, l.Name, audit.NewID(), l.Prefecture, string(l.ValidFrom), string(l.ValidTo))
		if err != nil {
			return fmt.Errorf("entering machine %s: %w", l.Name, err)
		}
		if done.RowsAffected() == 0 {
			return fmt.Errorf("entering machine %s: the name was revoked, or serves another prefecture; give its successor a name of its own", l.Name)
		}
		names = append(names, l.Name)
	}
	if _, err := tx.Exec(ctx, revokeMachines, names, at); err != nil {
		return fmt.Errorf("revoking the machines that the list leaves out: %w", err)
	}
	return nil
}
