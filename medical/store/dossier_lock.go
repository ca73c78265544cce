package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

const lockDossiers = `
SELECT d.id::text FROM medical.dossiers d WHERE d.id = ANY($1::uuid[]) ORDER BY d.id FOR UPDATE`

// LockDossiers locks several dossiers, always in the same order: two acts that concern the same two, each begun from its own end, wait for
// one another instead of failing both (TestTwoLinksFromBothEndsAreOneAfterTheOther). What is no id, or no dossier, is left to whoever loads it.
func LockDossiers(ctx context.Context, tx pgx.Tx, ids ...string) error {
	var valid []string
	for _, id := range ids {
		if ValidID(id) {
			valid = append(valid, id)
		}
	}
	if _, err := tx.Exec(ctx, lockDossiers, valid); err != nil {
		return fmt.Errorf("locking dossiers: %w", err)
	}
	return nil
}
