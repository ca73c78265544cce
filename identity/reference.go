package identity

import (
	"context"
	"errors"
	"fmt"

	"cloison/internal/db"

	"github.com/jackc/pgx/v5"
)

// ErrNoAccount: nobody in the directory has that login.
var ErrNoAccount = errors.New("no such account")

const referenceOfAccount = `select p.reference::text from identity.people p where p.login = $1`

// ReferenceOfAccount is what stands for an account in the log, by its login; or ErrNoAccount.
func ReferenceOfAccount(ctx context.Context, q db.Querier, login string) (string, error) {
	var reference string
	err := q.QueryRow(ctx, referenceOfAccount, login).Scan(&reference)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNoAccount
	}
	if err != nil {
		return "", fmt.Errorf("finding the reference of an account: %w", err)
	}
	return reference, nil
}

const namesOfReferences = `
	select p.reference::text, p.given_name, p.family_name, p.directions from identity.people p where p.reference::text = any($1)`

// NamesOfReferences says who stands behind references of the log. Somebody whom the directory has forgotten is absent: the log cannot tell either.
func NamesOfReferences(ctx context.Context, q db.Querier, references []string) (map[string]string, error) {
	found, err := collectNamed(ctx, q, namesOfReferences, references)
	if err != nil {
		return nil, fmt.Errorf("naming references of the log: %w", err)
	}
	names := map[string]string{}
	for _, n := range found {
		names[n.ID] = n.Name()
	}
	return names, nil
}
