package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/release"
)

const nextNumber = `UPDATE medical.counters SET value = value + 1 WHERE name = 'release' RETURNING value`

const insertRelease = `
INSERT INTO medical.releases (seq, dossier, referral, kind, code, version, queued_at, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// queueRelease numbers r and writes it. The counter's row stays locked until the commit: numbers follow commit order without a gap
// (TestReleaseNumbersHaveNoGap).
func queueRelease(ctx context.Context, tx pgx.Tx, dossier string, r release.Release, at time.Time) error {
	code, version := describe(r)
	if r.Opinion == nil {
		met, err := meetLostRelease(ctx, tx, r.Referral(), code, at)
		if err != nil || met {
			return err
		}
	}
	if err := tx.QueryRow(ctx, nextNumber).Scan(&r.Seq); err != nil {
		return fmt.Errorf("numbering a release of dossier %s: %w", dossier, err)
	}
	if err := r.Validate(); err != nil {
		return fmt.Errorf("checking a release of dossier %s: %w", dossier, err)
	}
	body, err := release.Canonical(r)
	if err != nil {
		return fmt.Errorf("encoding a release of dossier %s: %w", dossier, err)
	}
	_, err = tx.Exec(ctx, insertRelease, r.Seq, dossier, r.Referral(), string(r.Kind), code, version, at, string(body))
	if err != nil {
		return fmt.Errorf("queueing release %d of dossier %s: %w", r.Seq, dossier, err)
	}
	return nil
}

func describe(r release.Release) (code string, version int) {
	switch {
	case r.Notice != nil:
		return string(r.Notice.Code), 0
	case r.Opinion != nil:
		return string(release.OpinionReleased), r.Opinion.Version
	}
	return release.AttestationReleased, 0
}

// QueueAttestation numbers and writes the answer to a request for the attestation of the procedure.
func QueueAttestation(ctx context.Context, tx pgx.Tx, dossier string, a release.Attestation, at time.Time) error {
	return queueRelease(ctx, tx, dossier, release.Release{Kind: release.ReleaseAttestation, Attestation: &a}, at)
}

// Release is one row of the outbox.
type Release struct {
	Seq      int64
	Dossier  string
	Body     []byte // the canonical bytes that cross
	QueuedAt time.Time
}

const nextUndelivered = `
SELECT r.seq, r.dossier::text, r.body, r.queued_at FROM medical.releases r
WHERE NOT EXISTS (SELECT 1 FROM medical.deliveries d WHERE d.seq = r.seq) ORDER BY r.seq LIMIT 1`

// NextUndelivered is the oldest release that the other zone has not taken, or ErrNotFound.
func NextUndelivered(ctx context.Context, q db.Querier) (Release, error) {
	var r Release
	var body string
	err := q.QueryRow(ctx, nextUndelivered).Scan(&r.Seq, &r.Dossier, &body, &r.QueuedAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Release{}, fmt.Errorf("undelivered release: %w", ErrNotFound)
	case err != nil:
		return Release{}, fmt.Errorf("reading the outbox: %w", err)
	}
	r.Body = []byte(body)
	return r, nil
}

const insertDelivery = `INSERT INTO medical.deliveries (seq, delivered_at) VALUES ($1, $2)`

// MarkDelivered records that the other zone has taken a release. Out of order breaks constraint delivery_in_order; twice breaks
// deliveries_pkey.
func MarkDelivered(ctx context.Context, tx pgx.Tx, seq int64, at time.Time) error {
	if _, err := tx.Exec(ctx, insertDelivery, seq, at); err != nil {
		return fmt.Errorf("recording the delivery of release %d: %w", seq, err)
	}
	return nil
}

const countUndelivered = `
SELECT (SELECT c.value FROM medical.counters c WHERE c.name = 'release') - last.seq - (SELECT count(*) FROM medical.lost_releases l WHERE l.seq > last.seq)
FROM (SELECT coalesce(max(d.seq), 0) AS seq FROM medical.deliveries d) last`

// Undelivered counts what waits in the outbox.
func Undelivered(ctx context.Context, q db.Querier) (int64, error) {
	var n int64
	if err := q.QueryRow(ctx, countUndelivered).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting the outbox: %w", err)
	}
	return n, nil
}
