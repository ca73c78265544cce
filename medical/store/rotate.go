package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// HeldKey is a compartment's current identity, with whose it is.
type HeldKey struct {
	Dossier string
	Key
}

// KeyAfter is where a walk over identities stands; the zero value is before the first.
type KeyAfter struct{ Dossier, Compartment string }

const noDossier = "00000000-0000-0000-0000-000000000000"

// A page is read in the order of the key, and stops at its limit; written as one sorted query, PostgreSQL reads all that is left for every page.
// The limit counts rows of all epochs, so that a page may be shorter; it is empty at the end alone.
const selectCurrentKeys = `
WITH page AS (
	SELECT k.dossier, k.compartment FROM medical.dossier_keys k WHERE (k.dossier, k.compartment) > ($1::uuid, $2::text)
	ORDER BY k.dossier, k.compartment, k.epoch LIMIT $3)` + currentOfPage

const selectKeysToRotate = `
WITH page AS (
	SELECT k.dossier, k.compartment FROM medical.dossier_keys k WHERE (k.dossier, k.compartment) > ($1::uuid, $2::text)
	AND NOT EXISTS (SELECT 1 FROM medical.dossier_keys n WHERE n.dossier = k.dossier AND n.compartment = k.compartment AND n.epoch = $4 OFFSET 0)
	ORDER BY k.dossier, k.compartment, k.epoch LIMIT $3)` + currentOfPage

const currentOfPage = `
SELECT c.dossier::text, c.compartment, c.epoch, c.recipient, c.signature, c.wrapped
FROM (SELECT DISTINCT dossier, compartment FROM page) p CROSS JOIN LATERAL (
	SELECT k.* FROM medical.dossier_keys k WHERE k.dossier = p.dossier AND k.compartment = p.compartment
	ORDER BY k.written_at DESC, k.epoch DESC LIMIT 1) c
ORDER BY c.dossier, c.compartment`

// FindCurrentKeys walks over every compartment's current identity, as GetKey would give it.
func FindCurrentKeys(ctx context.Context, q db.Querier, after KeyAfter, limit int) ([]HeldKey, error) {
	return heldKeys(ctx, q, selectCurrentKeys, from(after), after.Compartment, limit)
}

// FindKeysToRotate walks over the identities that are not wrapped to an epoch: what is left of a rotation, wherever it was cut. OFFSET 0 has each
// row looked up by the key as it comes, rather than joined.
func FindKeysToRotate(ctx context.Context, q db.Querier, epoch string, after KeyAfter, limit int) ([]HeldKey, error) {
	return heldKeys(ctx, q, selectKeysToRotate, from(after), after.Compartment, limit, epoch)
}

func from(after KeyAfter) string {
	if after.Dossier == "" {
		return noDossier
	}
	return after.Dossier
}

func heldKeys(ctx context.Context, q db.Querier, query string, args ...any) ([]HeldKey, error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing identities: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (k HeldKey, err error) {
		err = row.Scan(&k.Dossier, &k.Compartment, &k.Epoch, &k.Recipient, &k.Signature, &k.Wrapped)
		return k, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing identities: %w", err)
	}
	return list, nil
}

// The lock is that of an act on the dossier: a purge is over before, and leaves no identity behind, or begins after.
const insertRotated = `
INSERT INTO medical.dossier_keys (dossier, compartment, epoch, recipient, signature, wrapped, written_at)
SELECT d.id, $2::text, $3::text, $4::text, $5::bytea, $6::bytea, $7::timestamptz FROM medical.dossiers d
WHERE d.id = $1::uuid AND d.state <> 'PURGE' FOR UPDATE OF d
ON CONFLICT DO NOTHING`

// InsertRotated adds the row of another epoch beside the one that stands: nothing is written over, so a cut loses nothing. Of a dossier that
// was destroyed meanwhile nothing is added; of one that another run added, neither.
func InsertRotated(ctx context.Context, tx pgx.Tx, keys []HeldKey, at time.Time) error {
	var batch pgx.Batch
	for _, k := range keys {
		batch.Queue(insertRotated, k.Dossier, k.Compartment, k.Epoch, k.Recipient, k.Signature, k.Wrapped, at)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("recording rotated identities: %w", err)
	}
	return nil
}

const selectEpochKeys = `
SELECT k.dossier::text, k.compartment, k.epoch, k.recipient, k.signature, k.wrapped
FROM medical.dossier_keys k WHERE k.dossier = ANY($1::uuid[]) AND k.epoch = $2 ORDER BY k.dossier, k.compartment`

// FindEpochKeys reads back the rows of an epoch of some dossiers.
func FindEpochKeys(ctx context.Context, q db.Querier, dossiers []string, epoch string) ([]HeldKey, error) {
	return heldKeys(ctx, q, selectEpochKeys, dossiers, epoch)
}

const countEpochs = `
SELECT c.epoch, count(*) FROM (
	SELECT DISTINCT ON (k.dossier, k.compartment) k.epoch FROM medical.dossier_keys k
	ORDER BY k.dossier, k.compartment, k.written_at DESC, k.epoch DESC) c
GROUP BY c.epoch`

// CountEpochs counts the current identities by epoch.
func CountEpochs(ctx context.Context, q db.Querier) (map[string]int, error) {
	rows, err := q.Query(ctx, countEpochs)
	if err != nil {
		return nil, fmt.Errorf("counting identities by epoch: %w", err)
	}
	counts := map[string]int{}
	var epoch string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&epoch, &n}, func() error {
		counts[epoch] = n
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("counting identities by epoch: %w", err)
	}
	return counts, nil
}

const deleteEpoch = `
DELETE FROM medical.dossier_keys k WHERE k.epoch = $1 AND EXISTS (
	SELECT 1 FROM medical.dossier_keys n
	WHERE n.dossier = k.dossier AND n.compartment = k.compartment AND (n.written_at, n.epoch) > (k.written_at, k.epoch))`

// DeleteEpoch takes away the rows of an epoch that others have replaced, with the owner's rights: the program has no DELETE here. A row that
// none replaces stays, whatever was said of it.
func DeleteEpoch(ctx context.Context, tx pgx.Tx, epoch string) (int64, error) {
	done, err := tx.Exec(ctx, deleteEpoch, epoch)
	if err != nil {
		return 0, fmt.Errorf("deleting the rows of epoch %s: %w", epoch, err)
	}
	return done.RowsAffected(), nil
}
