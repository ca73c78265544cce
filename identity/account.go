package identity

import (
	"context"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// NoDossier stands for the dossier of a step-up whose act is upon none.
const NoDossier = "none"

// Account is how an issuer, and so keyholder's roster, speaks of a person; Reference is how the record does.
type Account struct{ Issuer, Subject, Reference string }

const accountOf = `select p.issuer, p.subject, p.reference::text from identity.people p where p.id = $1`

// AccountOf gives the account of a person of the directory, or not found.
func (s *Service) AccountOf(ctx context.Context, q db.Querier, person string) (Account, error) {
	var a Account
	var kind IssuerKind
	err := q.QueryRow(ctx, accountOf, person).Scan(&kind, &a.Subject, &a.Reference)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Account{}, act.NotFound()
	case err != nil:
		return Account{}, fmt.Errorf("finding an account: %w", err)
	}
	i := s.issuer(kind)
	if i == nil {
		return Account{}, act.NotFound()
	}
	a.Issuer = i.URL
	return a, nil
}
