package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Disclosure is what left by a lawful exit: its archive is a document of the dossier.
type Disclosure struct {
	Document, Dossier, Bundle, Requester, Ref, Approval, CreatedBy string
	CreatedAt                                                      time.Time
}

const insertDisclosure = `
INSERT INTO medical.disclosures (document, dossier, bundle, requester, ref, approval, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertDisclosure records one. An L2 for anybody but a court, or an L4 for a prefecture, breaks constraint disclosure_recipient.
func InsertDisclosure(ctx context.Context, tx pgx.Tx, d Disclosure) error {
	_, err := tx.Exec(ctx, insertDisclosure, d.Document, d.Dossier, d.Bundle, d.Requester, d.Ref, d.Approval, d.CreatedAt, d.CreatedBy)
	if err != nil {
		return fmt.Errorf("recording disclosure %s: %w", d.Document, err)
	}
	return nil
}

const selectDisclosure = `
SELECT d.document::text, d.dossier::text, d.bundle, d.requester, d.ref, d.approval, d.created_by, d.created_at
FROM medical.disclosures d WHERE d.dossier = $1::uuid AND d.document = $2::uuid`

// GetDisclosure is one of a dossier, or ErrNotFound.
func GetDisclosure(ctx context.Context, q db.Querier, dossier, document string) (Disclosure, error) {
	if !ValidID(dossier) || !ValidID(document) {
		return Disclosure{}, fmt.Errorf("disclosure: %w", ErrNotFound)
	}
	var d Disclosure
	err := q.QueryRow(ctx, selectDisclosure, dossier, document).Scan(
		&d.Document, &d.Dossier, &d.Bundle, &d.Requester, &d.Ref, &d.Approval, &d.CreatedBy, &d.CreatedAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Disclosure{}, fmt.Errorf("disclosure %s: %w", document, ErrNotFound)
	case err != nil:
		return Disclosure{}, fmt.Errorf("reading disclosure %s: %w", document, err)
	}
	return d, nil
}

const findOpinions = `SELECT r.body FROM medical.releases r WHERE r.dossier = $1::uuid AND r.kind = 'opinion' ORDER BY r.seq`

// FindOpinions lists the opinions of a dossier as they left, in their canonical bytes.
func FindOpinions(ctx context.Context, q db.Querier, dossier string) ([]string, error) {
	rows, err := q.Query(ctx, findOpinions, dossier)
	if err != nil {
		return nil, fmt.Errorf("listing the opinions of dossier %s: %w", dossier, err)
	}
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("listing the opinions of dossier %s: %w", dossier, err)
	}
	return bodies, nil
}

// SignatureEvidence is what stands behind one signature, by opaque ids.
type SignatureEvidence struct {
	Member   string    `json:"member"`
	SignedAt time.Time `json:"signed_at"`
	Approval string    `json:"approval"`
	ProvenAt time.Time `json:"authenticated_at"`
}

const findEvidence = `
SELECT s.member, s.at, s.approval, s.step_up_at FROM medical.signatures s
WHERE s.dossier = $1::uuid AND s.composition = $2 ORDER BY s.at, s.member`

// FindEvidence lists what stands behind the signatures of a composition, oldest first.
func FindEvidence(ctx context.Context, q db.Querier, dossier string, composition int) ([]SignatureEvidence, error) {
	rows, err := q.Query(ctx, findEvidence, dossier, composition)
	if err != nil {
		return nil, fmt.Errorf("listing the signatures of dossier %s: %w", dossier, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e SignatureEvidence, err error) {
		err = row.Scan(&e.Member, &e.SignedAt, &e.Approval, &e.ProvenAt)
		e.SignedAt, e.ProvenAt = e.SignedAt.UTC(), e.ProvenAt.UTC()
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the signatures of dossier %s: %w", dossier, err)
	}
	return found, nil
}

const findDisclosures = `
SELECT d.document::text, d.dossier::text, d.bundle, d.requester, d.ref, d.approval, d.created_by, d.created_at
FROM medical.disclosures d WHERE d.dossier = $1::uuid ORDER BY d.created_at, d.document`

// FindDisclosures lists what left of a dossier, oldest first.
func FindDisclosures(ctx context.Context, q db.Querier, dossier string) ([]Disclosure, error) {
	rows, err := q.Query(ctx, findDisclosures, dossier)
	if err != nil {
		return nil, fmt.Errorf("listing what left of dossier %s: %w", dossier, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d Disclosure, err error) {
		err = row.Scan(&d.Document, &d.Dossier, &d.Bundle, &d.Requester, &d.Ref, &d.Approval, &d.CreatedBy, &d.CreatedAt)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing what left of dossier %s: %w", dossier, err)
	}
	return list, nil
}
