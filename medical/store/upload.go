package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// ErrOvertaken: another call got further with the same document, or this one was taken away by a sweep.
var ErrOvertaken = errors.New("upload was overtaken")

// What is written about the content of one document is written one after the other: two calls that send it, the act that completes it,
// the one that destroys its parts, and a sweep.
const lockContent = `SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('content ' || $1, 0))`

func lockContentOf(ctx context.Context, tx pgx.Tx, document string) error {
	if _, err := tx.Exec(ctx, lockContent, document); err != nil {
		return fmt.Errorf("locking the content of document %s: %w", document, err)
	}
	return nil
}

const insertUploadCall = `INSERT INTO medical.upload_calls (upload, document, dossier) VALUES ($1, $2, $3)`

// InsertUploadCall records a call before it writes anything to the store.
func InsertUploadCall(ctx context.Context, pool db.Beginner, d Document, upload string) error {
	return db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, insertUploadCall, upload, d.ID, d.Dossier); err != nil {
			return fmt.Errorf("beginning a call for document %s: %w", d.ID, err)
		}
		return nil
	})
}

// In one statement under the lock: the call stands, the document is not complete, and the part is the next one.
const insertReceivedPart = `
INSERT INTO medical.received_parts (document, dossier, part, size, stored, object, header_digest)
SELECT c.document, c.dossier, $3::integer, $4, $5, $6, $7 FROM medical.upload_calls c
WHERE c.upload = $1 AND c.document = $2::uuid
    AND NOT EXISTS (SELECT 1 FROM medical.uploads u WHERE u.document = c.document)
    AND NOT EXISTS (SELECT 1 FROM medical.exclusions x WHERE x.document = c.document)
    AND (SELECT count(*) FROM medical.received_parts r WHERE r.document = c.document) = $3::integer`

// InsertReceivedPart records a whole part: once it is committed the part is acknowledged. ErrOvertaken when it is not the next one, or no
// longer this call's to write.
func InsertReceivedPart(ctx context.Context, tx pgx.Tx, document, upload string, p Part) error {
	if err := lockContentOf(ctx, tx, document); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, insertReceivedPart, upload, document, p.Index, p.Size, p.Stored, p.Object, p.HeaderDigest)
	if err != nil {
		return fmt.Errorf("recording received part %d of document %s: %w", p.Index, document, err)
	}
	if tag.RowsAffected() != 1 {
		return fmt.Errorf("recording received part %d of document %s: %w", p.Index, document, ErrOvertaken)
	}
	return nil
}

const findReceivedParts = `
SELECT p.part, p.size, p.stored, p.object, p.header_digest FROM medical.received_parts p WHERE p.document = $1::uuid ORDER BY p.part`

// FindReceivedParts lists the whole parts of a document that is not complete, in order.
func FindReceivedParts(ctx context.Context, q db.Querier, document string) ([]Part, error) {
	return findPartsBy(ctx, q, findReceivedParts, document)
}

const deleteReceivedParts = `DELETE FROM medical.received_parts p WHERE p.document = $1::uuid AND p.part >= $2`

// DeleteReceivedParts forgets the received parts of a document from one index on. before is given their objects, under the lock: it marks
// what will have to be removed, so that a crash after the commit loses nothing.
func DeleteReceivedParts(ctx context.Context, pool db.Beginner, document string, from int, before func(objects []string) error) error {
	return db.InTx(ctx, pool, func(tx pgx.Tx) error {
		if err := lockContentOf(ctx, tx, document); err != nil {
			return err
		}
		parts, err := FindReceivedParts(ctx, tx, document)
		if err != nil {
			return err
		}
		var objects []string
		for _, p := range parts[min(from, len(parts)):] {
			objects = append(objects, p.Object)
		}
		if err := before(objects); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteReceivedParts, document, from); err != nil {
			return fmt.Errorf("forgetting received parts of document %s: %w", document, err)
		}
		return nil
	})
}

const insertUpload = `
INSERT INTO medical.uploads (document, dossier, parts, completed_at, author) VALUES ($1, $2, $3, $4, $5)`

// CompleteDocument records that the content of a document is whole, with its parts: those received before are moved, the others come with
// the act. Once: a second call breaks constraint uploads_pkey. ErrOvertaken when the received parts are not those given.
func CompleteDocument(ctx context.Context, tx pgx.Tx, d Document, parts []Part, author string, at time.Time) error {
	if err := lockContentOf(ctx, tx, d.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertUpload, d.ID, d.Dossier, len(parts), at, author); err != nil {
		return fmt.Errorf("completing document %s: %w", d.ID, err)
	}
	received, err := FindReceivedParts(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if len(received) > len(parts) || len(received) < len(parts)-1 {
		return fmt.Errorf("completing document %s: %w", d.ID, ErrOvertaken)
	}
	for i, p := range received {
		if p.Object != parts[i].Object {
			return fmt.Errorf("completing document %s: part %d: %w", d.ID, i, ErrOvertaken)
		}
	}
	if _, err := tx.Exec(ctx, deleteReceivedParts, d.ID, 0); err != nil {
		return fmt.Errorf("completing document %s: %w", d.ID, err)
	}
	for _, p := range parts {
		if _, err := tx.Exec(ctx, insertPart, d.ID, d.Dossier, p.Index, p.Size, p.Stored, p.Object, p.HeaderDigest); err != nil {
			return fmt.Errorf("recording part %d of document %s: %w", p.Index, d.ID, err)
		}
	}
	return nil
}

const knownObjects = `
SELECT p.object FROM medical.document_parts p WHERE p.object = ANY($1)
UNION ALL SELECT r.object FROM medical.received_parts r WHERE r.object = ANY($1)`

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

const documentOfCall = `SELECT c.document::text FROM medical.upload_calls c WHERE c.upload = $1`

const deleteUploadCall = `DELETE FROM medical.upload_calls c WHERE c.upload = $1`

// EndUploadCall takes an upload away from its call: what a committed part of it bears now is all that one ever will. It says whether there
// was a call to take it from.
func EndUploadCall(ctx context.Context, pool db.Beginner, upload string) (stood bool, err error) {
	err = db.InTx(ctx, pool, func(tx pgx.Tx) error {
		var document string
		err := tx.QueryRow(ctx, documentOfCall, upload).Scan(&document)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // it was taken away before
		}
		if err != nil {
			return fmt.Errorf("ending call %s: %w", upload, err)
		}
		if err := lockContentOf(ctx, tx, document); err != nil { // a part that is being recorded is recorded first
			return err
		}
		if _, err := tx.Exec(ctx, deleteUploadCall, upload); err != nil {
			return fmt.Errorf("ending call %s: %w", upload, err)
		}
		stood = true
		return nil
	})
	return stood, err
}

// LockUpload orders, for an upload that no call has, the act that records what it wrote and the sweep that removes it.
func LockUpload(ctx context.Context, tx pgx.Tx, upload string) error {
	if _, err := tx.Exec(ctx, lockContent, upload); err != nil {
		return fmt.Errorf("locking upload %s: %w", upload, err)
	}
	return nil
}

const uploadCalls = `SELECT c.upload FROM medical.upload_calls c ORDER BY c.upload`

// FindUploadCalls lists the calls that have not ended.
func FindUploadCalls(ctx context.Context, q db.Querier) ([]string, error) {
	rows, err := q.Query(ctx, uploadCalls)
	if err != nil {
		return nil, fmt.Errorf("listing the calls that send content: %w", err)
	}
	uploads, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing the calls that send content: %w", err)
	}
	return uploads, nil
}
