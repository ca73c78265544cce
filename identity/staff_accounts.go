package identity

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// StaffAccount is a physician or a secretary of the directory, by the account that he signs in with, and where he stands on a day.
type StaffAccount struct {
	ID, Role, Subject, NationalID, Standing string
}

const staffAccounts = `
	select p.id, p.role, p.subject, p.national_id, identity.standing(p.id, $1::text::date)
	from identity.people p where p.role in ('MEDECIN', 'SECRETARIAT_MEDICAL') order by p.id`

// StaffAccounts lists them all, whoever is empowered and whoever is not: what the custodians' roster is held against.
func StaffAccounts(ctx context.Context, q db.Querier, on string) ([]StaffAccount, error) {
	rows, err := q.Query(ctx, staffAccounts, on)
	if err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StaffAccount])
	if err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	return list, nil
}
