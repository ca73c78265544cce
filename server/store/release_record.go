package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// GetReleaseBody gives the bytes received under a number, or ErrNotFound.
func GetReleaseBody(ctx context.Context, q Querier, seq int64) ([]byte, error) {
	var body string
	err := q.QueryRow(ctx, `SELECT r.body FROM server.releases r WHERE r.seq = $1`, seq).Scan(&body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("reading release %d: %w", seq, err)
	}
	return []byte(body), nil
}

const insertRelease = `
INSERT INTO server.releases (seq, referral, kind, code, dated, body, seal_digest, received_at, received_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

// RecordRelease stores a release that was checked, under the next number; body is its canonical form, receiver the prefecture in charge,
// document that of an opinion. The caller has locked the counter (LockReleases) and compared.
func RecordRelease(ctx context.Context, tx pgx.Tx, r release.Release, body []byte, receiver string, document *Document, at time.Time) error {
	seq, err := take(ctx, tx, releases)
	if err != nil {
		return err
	}
	if seq != r.Seq {
		return fmt.Errorf("recording release %d: the next number is %d", r.Seq, seq)
	}
	return RecordLateRelease(ctx, tx, r, body, receiver, document, at)
}

// RecordLateRelease is RecordRelease for one that was set aside: its number is taken already.
func RecordLateRelease(ctx context.Context, tx pgx.Tx, r release.Release, body []byte, receiver string, document *Document, at time.Time) error {
	code, dated, seal, err := describe(r)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertRelease, r.Seq, r.Referral(), string(r.Kind), code, dated, string(body), seal, at, receiver)
	if err != nil {
		return fmt.Errorf("inserting release %d: %w", r.Seq, err)
	}
	if r.Opinion == nil {
		return nil
	}
	if err := recordOpinion(ctx, tx, r.Seq, *r.Opinion); err != nil {
		return err
	}
	return recordDocument(ctx, tx, r.Seq, *document)
}

func describe(r release.Release) (code, dated string, seal []byte, err error) {
	switch {
	case r.Notice != nil:
		return string(r.Notice.Code), string(r.Notice.On), nil, nil
	case r.Attestation != nil:
		return release.AttestationReleased, string(r.Attestation.On), nil, nil
	}
	digest, err := r.Opinion.SealDigest()
	if err != nil {
		return "", "", nil, err
	}
	return string(release.OpinionReleased), string(r.Opinion.IssuedOn), digest[:], nil
}

const insertOpinion = `
INSERT INTO server.opinions (id, referral, version, release, replaces, issued_on, decision_ref, decision_digest, authors)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const insertWaiting = `INSERT INTO server.waiting_opinions (release) VALUES ($1)`

func recordOpinion(ctx context.Context, tx pgx.Tx, seq int64, o release.Opinion) error {
	_, err := tx.Exec(ctx, insertOpinion, o.ID, o.Referral, o.Version, seq, o.Replaces, string(o.IssuedOn),
		o.Decision.Ref, o.Decision.Digest, o.Authors)
	if err != nil {
		return fmt.Errorf("inserting opinion %s: %w", o.ID, err)
	}
	if _, err := tx.Exec(ctx, insertWaiting, seq); err != nil {
		return fmt.Errorf("recording that release %d waits: %w", seq, err)
	}
	return nil
}

const lastOpinion = `SELECT coalesce(max(o.version), 0) FROM server.opinions o WHERE o.referral = $1`

// LastOpinionVersion is the version of the last opinion received for a referral, 0 when there is none.
func LastOpinionVersion(ctx context.Context, q Querier, referral string) (int, error) {
	var version int
	if err := q.QueryRow(ctx, lastOpinion, referral).Scan(&version); err != nil {
		return 0, fmt.Errorf("reading the opinions of referral %s: %w", referral, err)
	}
	return version, nil
}
