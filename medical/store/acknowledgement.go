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

const insertAcknowledgement = `
INSERT INTO medical.acknowledgements (seq, dossier, referral, release, version, acknowledged_on, acknowledged_at, body, received_at)
VALUES ($1, $2, $3, $4, $5, $6::text::date, $7, $8, $9)`

// InsertAcknowledgement keeps an acknowledgement as it was signed; its signature is the caller's to check. A second one of the same
// opinion breaks constraint acknowledgement_once.
func InsertAcknowledgement(ctx context.Context, tx pgx.Tx, dossier string, a release.Acknowledgement, at time.Time) error {
	body, err := release.Canonical(a)
	if err != nil {
		return fmt.Errorf("encoding acknowledgement %d: %w", a.Seq, err)
	}
	_, err = tx.Exec(ctx, insertAcknowledgement, a.Seq, dossier, a.Referral, a.Release, a.Version, string(a.On), a.At.Time(), string(body), at)
	if err != nil {
		return fmt.Errorf("recording acknowledgement %d: %w", a.Seq, err)
	}
	return nil
}

const releasedOpinion = `
SELECT r.dossier::text FROM medical.releases r WHERE r.seq = $1 AND r.referral = $2 AND r.kind = 'opinion' AND r.version = $3`

// DossierOfOpinion is the dossier whose opinion, of this version and for this referral, was release seq; ErrNotFound when none was.
func DossierOfOpinion(ctx context.Context, q db.Querier, seq int64, referral string, version int) (string, error) {
	var dossier string
	err := q.QueryRow(ctx, releasedOpinion, seq, referral, version).Scan(&dossier)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", fmt.Errorf("opinion of release %d: %w", seq, ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("looking for the opinion of release %d: %w", seq, err)
	}
	return dossier, nil
}

const unacknowledged = `
SELECT count(*) FROM medical.releases r WHERE r.dossier = $1::uuid AND r.kind = 'opinion' AND r.version = $2
AND NOT EXISTS (SELECT 1 FROM medical.acknowledgements a WHERE a.referral = r.referral AND a.version = r.version)`

// Unacknowledged counts the referrals of a dossier whose prefecture has not yet taken this version of the opinion.
func Unacknowledged(ctx context.Context, q db.Querier, dossier string, version int) (int, error) {
	var n int
	if err := q.QueryRow(ctx, unacknowledged, dossier, version).Scan(&n); err != nil {
		return 0, fmt.Errorf("counting the acknowledgements of dossier %s: %w", dossier, err)
	}
	return n, nil
}
