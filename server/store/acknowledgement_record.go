package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

const insertAcknowledgement = `
INSERT INTO server.acknowledgements (seq, release, referral, version, dated, at, author, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

const noLongerWaiting = `DELETE FROM server.waiting_opinions WHERE release = $1`

// RecordAcknowledgement numbers, signs and stores that the prefecture has the opinion of a release. sign gets the body
// with its number. A second one breaks the constraint acknowledged_once.
func RecordAcknowledgement(ctx context.Context, tx pgx.Tx, body release.AcknowledgementBody, author string, at time.Time,
	sign func(release.AcknowledgementBody) (release.Acknowledgement, error)) (release.Acknowledgement, error) {
	var err error
	if body.Seq, err = take(ctx, tx, acknowledgements); err != nil {
		return release.Acknowledgement{}, err
	}
	signed, err := sign(body)
	if err != nil {
		return release.Acknowledgement{}, fmt.Errorf("signing acknowledgement %d: %w", body.Seq, err)
	}
	canonical, err := release.Canonical(signed)
	if err != nil {
		return release.Acknowledgement{}, err
	}
	_, err = tx.Exec(ctx, insertAcknowledgement, body.Seq, body.Release, body.Referral, body.Version, string(body.On), at, author, string(canonical))
	if err != nil {
		return release.Acknowledgement{}, fmt.Errorf("inserting acknowledgement %d: %w", body.Seq, err)
	}
	if _, err := tx.Exec(ctx, noLongerWaiting, body.Release); err != nil {
		return release.Acknowledgement{}, fmt.Errorf("ending the wait of release %d: %w", body.Release, err)
	}
	return signed, nil
}
