package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Key is one compartment's identity: the recipient that anyone in the zone may seal to, keyholder's signature over it, and the
// identity wrapped by the zone identity of an epoch.
type Key struct {
	Compartment, Epoch, Recipient string
	Signature, Wrapped            []byte
}

const insertKey = `
INSERT INTO medical.dossier_keys (dossier, compartment, epoch, recipient, signature, wrapped, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

// InsertKeys records the identities of a dossier.
func InsertKeys(ctx context.Context, tx pgx.Tx, dossier string, keys []Key, at time.Time) error {
	for _, k := range keys {
		if _, err := tx.Exec(ctx, insertKey, dossier, k.Compartment, k.Epoch, k.Recipient, k.Signature, k.Wrapped, at); err != nil {
			return fmt.Errorf("recording the %s identity of dossier %s: %w", k.Compartment, dossier, err)
		}
	}
	return nil
}

const selectKey = `
SELECT k.compartment, k.epoch, k.recipient, k.signature, k.wrapped
FROM medical.dossier_keys k WHERE k.dossier = $1::uuid AND k.compartment = $2
ORDER BY k.written_at DESC, k.epoch DESC LIMIT 1`

// GetKey is the current identity of a compartment, or ErrNotFound.
func GetKey(ctx context.Context, q db.Querier, dossier, compartment string) (Key, error) {
	if !ValidID(dossier) {
		return Key{}, fmt.Errorf("%s identity: %w", compartment, ErrNotFound)
	}
	var k Key
	err := q.QueryRow(ctx, selectKey, dossier, compartment).Scan(&k.Compartment, &k.Epoch, &k.Recipient, &k.Signature, &k.Wrapped)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Key{}, fmt.Errorf("%s identity of dossier %s: %w", compartment, dossier, ErrNotFound)
	case err != nil:
		return Key{}, fmt.Errorf("reading the %s identity of dossier %s: %w", compartment, dossier, err)
	}
	return k, nil
}
