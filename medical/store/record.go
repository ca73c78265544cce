package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Record is one sealed record. Sealed is an age file that only keyholder's file key opens; HeaderDigest is the SHA-256 of its
// header, which is random and says nothing of the content.
type Record struct {
	Dossier, Compartment, Kind, ID string
	Version                        int
	Author                         string
	WrittenAt                      time.Time
	HeaderDigest                   []byte
	Sealed                         []byte
}

const insertRecord = `
INSERT INTO medical.records (dossier, compartment, kind, id, version, author, written_at, header_digest, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// InsertRecord writes one. Versions are never rewritten.
func InsertRecord(ctx context.Context, tx pgx.Tx, r Record) error {
	_, err := tx.Exec(ctx, insertRecord, r.Dossier, r.Compartment, r.Kind, r.ID, r.Version, r.Author, r.WrittenAt, r.HeaderDigest, r.Sealed)
	if err != nil {
		return fmt.Errorf("recording %s %s of dossier %s: %w", r.Kind, r.ID, r.Dossier, err)
	}
	return nil
}

const recordColumns = `r.dossier::text, r.compartment, r.kind, r.id, r.version, r.author, r.written_at, r.header_digest, r.sealed`

func scanRecord(row pgx.CollectableRow) (Record, error) {
	var r Record
	err := row.Scan(&r.Dossier, &r.Compartment, &r.Kind, &r.ID, &r.Version, &r.Author, &r.WrittenAt, &r.HeaderDigest, &r.Sealed)
	r.WrittenAt = r.WrittenAt.UTC()
	return r, err
}

const latestRecord = `
SELECT ` + recordColumns + ` FROM medical.records r
WHERE r.dossier = $1::uuid AND r.kind = $2 AND r.id = $3 AND ($4 = 0 OR r.version = $4)
ORDER BY r.version DESC LIMIT 1`

// GetRecord is one version of a record, the latest when version is 0, or ErrNotFound.
func GetRecord(ctx context.Context, q db.Querier, dossier, kind, id string, version int) (Record, error) {
	if !ValidID(dossier) {
		return Record{}, fmt.Errorf("%s: %w", kind, ErrNotFound)
	}
	rows, err := q.Query(ctx, latestRecord, dossier, kind, id, version)
	if err != nil {
		return Record{}, fmt.Errorf("reading %s %s of dossier %s: %w", kind, id, dossier, err)
	}
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Record{}, fmt.Errorf("%s %s of dossier %s: %w", kind, id, dossier, ErrNotFound)
	case err != nil:
		return Record{}, fmt.Errorf("reading %s %s of dossier %s: %w", kind, id, dossier, err)
	}
	return r, nil
}

const nextVersion = `
SELECT 1 + coalesce(max(r.version), 0) FROM medical.records r WHERE r.dossier = $1::uuid AND r.kind = $2 AND r.id = $3`

// NextVersion is the version that a record is written as next.
func NextVersion(ctx context.Context, q db.Querier, dossier, kind, id string) (int, error) {
	var version int
	if err := q.QueryRow(ctx, nextVersion, dossier, kind, id).Scan(&version); err != nil {
		return 0, fmt.Errorf("numbering %s %s of dossier %s: %w", kind, id, dossier, err)
	}
	return version, nil
}

// RecordName says which record without its bytes.
type RecordName struct {
	Kind, ID  string
	Version   int // latest
	Author    string
	WrittenAt time.Time
}

const recordNames = `
SELECT DISTINCT ON (r.kind, r.id) r.kind, r.id, r.version, r.author, r.written_at
FROM medical.records r WHERE r.dossier = $1::uuid AND ($2 = '' OR r.kind = $2)
ORDER BY r.kind, r.id, r.version DESC`

// FindRecords names the latest version of each record of one kind, or of all when kind is empty.
func FindRecords(ctx context.Context, q db.Querier, dossier, kind string) ([]RecordName, error) {
	if !ValidID(dossier) {
		return nil, nil
	}
	rows, err := q.Query(ctx, recordNames, dossier, kind)
	if err != nil {
		return nil, fmt.Errorf("listing the records of dossier %s: %w", dossier, err)
	}
	names, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n RecordName, err error) {
		err = row.Scan(&n.Kind, &n.ID, &n.Version, &n.Author, &n.WrittenAt)
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the records of dossier %s: %w", dossier, err)
	}
	return names, nil
}
