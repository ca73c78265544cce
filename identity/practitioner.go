package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Practitioner is a physician of the directory as a court must be able to identify him.
type Practitioner struct{ FamilyName, GivenName, NationalID string }

const practitionerByID = `
	select p.family_name, p.given_name, p.national_id from identity.people p where p.id = $1 and p.national_id <> ''`

// ErrNoPractitioner: the directory has no physician of that id, or no longer.
var ErrNoPractitioner = errors.New("no such practitioner in the directory")

// GetPractitioner finds a physician by his directory id, whether or not he is still empowered.
func GetPractitioner(ctx context.Context, q db.Querier, id string) (Practitioner, error) {
	var p Practitioner
	err := q.QueryRow(ctx, practitionerByID, id).Scan(&p.FamilyName, &p.GivenName, &p.NationalID)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return p, ErrNoPractitioner
	case err != nil:
		return p, fmt.Errorf("finding a practitioner: %w", err)
	}
	return p, nil
}
