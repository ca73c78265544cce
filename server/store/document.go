package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release"
	"cloison/release/form"
)

// Document is what an opinion's document was rendered with, and the digest of the sealed file.
type Document struct {
	Names  form.Names
	Digest []byte
}

// DocumentOf is the document of a sealed file.
func DocumentOf(file []byte, names form.Names) Document {
	sum := sha256.Sum256(file)
	return Document{names, sum[:]}
}

const insertDocument = `INSERT INTO server.opinion_documents (release, names, digest) VALUES ($1, $2, $3)`

func recordDocument(ctx context.Context, tx pgx.Tx, seq int64, d Document) error {
	names, err := release.Canonical(d.Names)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertDocument, seq, string(names), d.Digest); err != nil {
		return fmt.Errorf("inserting the document of release %d: %w", seq, err)
	}
	return nil
}

const getDocument = `SELECT d.names::jsonb, d.digest FROM server.opinion_documents d WHERE d.release = $1`

// GetDocument is the document of the opinion that a release brought, or ErrNotFound.
func GetDocument(ctx context.Context, q Querier, seq int64) (Document, error) {
	var d Document
	err := q.QueryRow(ctx, getDocument, seq).Scan(&d.Names, &d.Digest)
	if errors.Is(err, pgx.ErrNoRows) {
		return Document{}, ErrNotFound
	}
	if err != nil {
		return Document{}, fmt.Errorf("reading the document of release %d: %w", seq, err)
	}
	return d, nil
}
