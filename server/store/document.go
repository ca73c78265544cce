package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
	"cloison/release/form"
)

// Document is what an opinion's document was rendered with, and the digest of the sealed file.
type Document struct {
	Names  form.Names
	Digest []byte
	Stamp  *SealStamp // of the seal, once an authority dated it
}

// DocumentOf is the document of a sealed file.
func DocumentOf(file []byte, names form.Names) Document {
	sum := sha256.Sum256(file)
	return Document{Names: names, Digest: sum[:]}
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

const getDocument = `
SELECT d.names::jsonb, d.digest, s.at, s.token FROM server.opinion_documents d
LEFT JOIN server.seal_stamps s ON s.release = d.release WHERE d.release = $1`

// GetDocument is the document of the opinion that a release brought, or ErrNotFound.
func GetDocument(ctx context.Context, q Querier, seq int64) (Document, error) {
	var d Document
	var at *time.Time
	var token []byte
	err := q.QueryRow(ctx, getDocument, seq).Scan(&d.Names, &d.Digest, &at, &token)
	if errors.Is(err, pgx.ErrNoRows) {
		return Document{}, ErrNotFound
	}
	if err != nil {
		return Document{}, fmt.Errorf("reading the document of release %d: %w", seq, err)
	}
	if at != nil {
		d.Stamp = &SealStamp{At: at.UTC(), Token: token}
	}
	return d, nil
}
