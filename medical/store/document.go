package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Document is one that was begun. Its label, name and type are in its sealed record (KindDocument).
type Document struct {
	ID, Dossier, Compartment, Author string
	Size                             int64 // declared
	BegunAt                          time.Time
	Parts                            int       // 0 until complete
	CompletedAt                      time.Time // zero until complete
}

// Complete says whether the content is whole.
func (d Document) Complete() bool { return d.Parts > 0 }

const insertDocument = `
INSERT INTO medical.documents (id, dossier, compartment, author, size, begun_at) VALUES ($1, $2, $3, $4, $5, $6)`

// InsertDocument begins one.
func InsertDocument(ctx context.Context, tx pgx.Tx, d Document) error {
	if _, err := tx.Exec(ctx, insertDocument, d.ID, d.Dossier, d.Compartment, d.Author, d.Size, d.BegunAt); err != nil {
		return fmt.Errorf("beginning document %s: %w", d.ID, err)
	}
	return nil
}

const documentColumns = `d.id::text, d.dossier::text, d.compartment, d.author, d.size, d.begun_at, coalesce(u.parts, 0), u.completed_at
FROM medical.documents d LEFT JOIN medical.uploads u ON u.document = d.id`

func scanDocument(row pgx.CollectableRow) (Document, error) {
	var d Document
	var completed *time.Time
	err := row.Scan(&d.ID, &d.Dossier, &d.Compartment, &d.Author, &d.Size, &d.BegunAt, &d.Parts, &completed)
	d.BegunAt = d.BegunAt.UTC()
	if completed != nil {
		d.CompletedAt = completed.UTC()
	}
	return d, err
}

const selectDocument = `SELECT ` + documentColumns + ` WHERE d.dossier = $1::uuid AND d.id = $2::uuid`

// GetDocument is one document of a dossier, or ErrNotFound.
func GetDocument(ctx context.Context, q db.Querier, dossier, document string) (Document, error) {
	if !ValidID(dossier) || !ValidID(document) {
		return Document{}, fmt.Errorf("document: %w", ErrNotFound)
	}
	rows, err := q.Query(ctx, selectDocument, dossier, document)
	if err != nil {
		return Document{}, fmt.Errorf("reading document %s: %w", document, err)
	}
	d, err := pgx.CollectExactlyOneRow(rows, scanDocument)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Document{}, fmt.Errorf("document %s: %w", document, ErrNotFound)
	case err != nil:
		return Document{}, fmt.Errorf("reading document %s: %w", document, err)
	}
	return d, nil
}

const findDocuments = `SELECT ` + documentColumns + ` WHERE d.dossier = $1::uuid ORDER BY d.begun_at, d.id`

// FindDocuments lists a dossier's documents, oldest first.
func FindDocuments(ctx context.Context, q db.Querier, dossier string) ([]Document, error) {
	if !ValidID(dossier) {
		return nil, nil
	}
	rows, err := q.Query(ctx, findDocuments, dossier)
	if err != nil {
		return nil, fmt.Errorf("listing the documents of dossier %s: %w", dossier, err)
	}
	documents, err := pgx.CollectRows(rows, scanDocument)
	if err != nil {
		return nil, fmt.Errorf("listing the documents of dossier %s: %w", dossier, err)
	}
	return documents, nil
}

// Part is one stored part: an age file of its own under an opaque object name.
type Part struct {
	Index        int
	Size, Stored int64 // of the content, of the object
	Object       string
	HeaderDigest []byte
}

const insertPart = `
INSERT INTO medical.document_parts (document, dossier, part, size, stored, object, header_digest) VALUES ($1, $2, $3, $4, $5, $6, $7)`

const insertUpload = `
INSERT INTO medical.uploads (document, dossier, parts, completed_at, author) VALUES ($1, $2, $3, $4, $5)`

// CompleteDocument records the parts of a document, once: a second call breaks constraint uploads_pkey.
func CompleteDocument(ctx context.Context, tx pgx.Tx, d Document, parts []Part, author string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertUpload, d.ID, d.Dossier, len(parts), at, author); err != nil {
		return fmt.Errorf("completing document %s: %w", d.ID, err)
	}
	for _, p := range parts {
		if _, err := tx.Exec(ctx, insertPart, d.ID, d.Dossier, p.Index, p.Size, p.Stored, p.Object, p.HeaderDigest); err != nil {
			return fmt.Errorf("recording part %d of document %s: %w", p.Index, d.ID, err)
		}
	}
	return nil
}

const findParts = `
SELECT p.part, p.size, p.stored, p.object, p.header_digest FROM medical.document_parts p WHERE p.document = $1::uuid ORDER BY p.part`

// FindParts lists the parts of a document, in order.
func FindParts(ctx context.Context, q db.Querier, document string) ([]Part, error) {
	if !ValidID(document) {
		return nil, nil
	}
	rows, err := q.Query(ctx, findParts, document)
	if err != nil {
		return nil, fmt.Errorf("listing the parts of document %s: %w", document, err)
	}
	parts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Part, err error) {
		err = row.Scan(&p.Index, &p.Size, &p.Stored, &p.Object, &p.HeaderDigest)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the parts of document %s: %w", document, err)
	}
	return parts, nil
}

const knownObjects = `SELECT p.object FROM medical.document_parts p WHERE p.object = ANY($1)`

// KnownObjects says which of these object names a committed part bears.
func KnownObjects(ctx context.Context, q db.Querier, objects []string) (map[string]bool, error) {
	rows, err := q.Query(ctx, knownObjects, objects)
	if err != nil {
		return nil, fmt.Errorf("looking for stored parts: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("looking for stored parts: %w", err)
	}
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[name] = true
	}
	return known, nil
}
