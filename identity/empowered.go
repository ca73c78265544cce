package identity

import (
	"context"
	"fmt"

	"cloison/internal/db"
)

const physicianOn = `
	select exists (select 1 from identity.people p
	where p.id = $1 and p.role = 'MEDECIN' and identity.standing(p.id, $2::text::date) = 'EN_VIGUEUR'
	  and coalesce(p.valid_from <= $2::text::date, true) and coalesce(p.valid_to >= $2::text::date, true))`

// IsPhysicianOn says whether a person of the directory is a physician whom OFII empowers on a day (ISO date): what a rapporteur must be.
// Somebody unknown is not.
func IsPhysicianOn(ctx context.Context, q db.Querier, person, on string) (bool, error) {
	var empowered bool
	if err := q.QueryRow(ctx, physicianOn, person, on).Scan(&empowered); err != nil {
		return false, fmt.Errorf("looking for a habilitation: %w", err)
	}
	return empowered, nil
}

const nationalIDOf = `select p.national_id from identity.people p where p.id = $1`

// NationalIDOf is the RPPS of a physician of the directory, "" where none is known.
func NationalIDOf(ctx context.Context, q db.Querier, person string) (string, error) {
	var id string
	if err := q.QueryRow(ctx, nationalIDOf, person).Scan(&id); err != nil {
		return "", fmt.Errorf("looking for a national id: %w", err)
	}
	return id, nil
}
