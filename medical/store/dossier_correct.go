package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/medical"
)

const correctPerson = `UPDATE medical.dossiers SET version = version + 1, minor = $2, majority_on = $3::date, representatives = $4 WHERE id = $1::uuid`

// CorrectPerson rewrites what stands in clear of the person: whether he was a minor, when he comes of age, who is written to for him.
func CorrectPerson(ctx context.Context, tx pgx.Tx, dossier string, c medical.Case) error {
	_, err := tx.Exec(ctx, correctPerson, dossier, c.MinorAtReferral, text(c.MajorityOn), append([]string{}, c.Representatives...))
	if err != nil {
		return fmt.Errorf("correcting the person of dossier %s: %w", dossier, err)
	}
	return nil
}
