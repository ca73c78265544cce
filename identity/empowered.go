package identity

import (
	"context"
	"fmt"

	"cloison/internal/db"
)

const physicianOn = `
	select exists (select 1 from identity.people p
	where p.id = $1 and p.role = 'MEDECIN' and p.habilitated
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
