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
	Verdict, Reason                  string    // of the inspection of its content; empty until inspected
	Excluded                         Exclusion // zero unless set aside
}

// Complete says whether the content is whole.
func (d Document) Complete() bool { return d.Parts > 0 }

// Exclusion says that a document was set aside: by whom, and for which reason of the closed list.
type Exclusion struct {
	At             time.Time
	Author, Reason string
}

const insertDocument = `
INSERT INTO medical.documents (id, dossier, compartment, author, size, begun_at) VALUES ($1, $2, $3, $4, $5, $6)`

// InsertDocument begins one.
func InsertDocument(ctx context.Context, tx pgx.Tx, d Document) error {
	if _, err := tx.Exec(ctx, insertDocument, d.ID, d.Dossier, d.Compartment, d.Author, d.Size, d.BegunAt); err != nil {
		return fmt.Errorf("beginning document %s: %w", d.ID, err)
	}
	return nil
}

const documentColumns = `d.id::text, d.dossier::text, d.compartment, d.author, d.size, d.begun_at, coalesce(u.parts, 0), u.completed_at,
    coalesce(i.verdict, ''), coalesce(i.reason, ''), x.at, coalesce(x.author, ''), coalesce(x.reason, '')
FROM medical.documents d LEFT JOIN medical.uploads u ON u.document = d.id
    LEFT JOIN medical.inspections i ON i.document = d.id LEFT JOIN medical.exclusions x ON x.document = d.id`

func scanDocument(row pgx.CollectableRow) (Document, error) {
	var d Document
	var completed, excluded *time.Time
	err := row.Scan(&d.ID, &d.Dossier, &d.Compartment, &d.Author, &d.Size, &d.BegunAt, &d.Parts, &completed,
		&d.Verdict, &d.Reason, &excluded, &d.Excluded.Author, &d.Excluded.Reason)
	d.BegunAt = d.BegunAt.UTC()
	if completed != nil {
		d.CompletedAt = completed.UTC()
	}
	if excluded != nil {
		d.Excluded.At = excluded.UTC()
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

const findParts = `
SELECT p.part, p.size, p.stored, p.object, p.header_digest FROM medical.document_parts p WHERE p.document = $1::uuid ORDER BY p.part`

// FindParts lists the parts of a document, in order.
func FindParts(ctx context.Context, q db.Querier, document string) ([]Part, error) {
	return findPartsBy(ctx, q, findParts, document)
}

func findPartsBy(ctx context.Context, q db.Querier, query, document string) ([]Part, error) {
	if !ValidID(document) {
		return nil, nil
	}
	rows, err := q.Query(ctx, query, document)
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
