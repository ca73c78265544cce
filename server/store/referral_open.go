package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

const insertGroup = `
INSERT INTO server.referral_groups (id, kind, channel, prefecture, direction, request_registered_on,
    certificate_available_on, asylum, removal_decision, country_role, country, previous_case, liberty_history, civil,
    opened_at, opened_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

const insertReferral = `
INSERT INTO server.referrals (id, group_id, file, version, agdref, requester, prefecture)
VALUES ($1, $2, $3, $4, $5, $6, $7)`

const insertEvent = `
INSERT INTO server.referral_events (seq, referral, type, at, body)
VALUES ($1, $2, $3, $4, $5)`

// OpenReferrals records one group: a referral per administrative file, and the event of each. The referrals share all
// but id, agdref and requester. by is the random reference of the person.
func OpenReferrals(ctx context.Context, tx pgx.Tx, referrals []release.Referral, direction, by string, at time.Time) error {
	if len(referrals) == 0 {
		return fmt.Errorf("opening referrals: none given")
	}
	if err := openGroup(ctx, tx, referrals[0], direction, by, at); err != nil {
		return err
	}
	for i, r := range referrals {
		_, err := tx.Exec(ctx, insertReferral, r.ID, r.Group, i+1, r.Version, r.AGDREF, r.Requester, r.Prefecture)
		if err != nil {
			return fmt.Errorf("inserting referral %s: %w", r.ID, err)
		}
		if _, err := AppendEvent(ctx, tx, release.ReferralEvent{Type: release.EventReferral, Referral: &r}, at); err != nil {
			return err
		}
	}
	return nil
}

func openGroup(ctx context.Context, tx pgx.Tx, r release.Referral, direction, by string, at time.Time) error {
	_, err := tx.Exec(ctx, insertGroup, r.Group, string(r.Kind), string(r.Channel), r.Prefecture, direction,
		text(r.RequestRegisteredOn), text(r.CertificateAvailableOn), r.Asylum, r.RemovalDecision,
		string(r.ReferenceCountry.Role), r.ReferenceCountry.Country, r.PreviousCase, r.LibertyHistory, r.Civil, at, by)
	if err != nil {
		return fmt.Errorf("inserting group %s: %w", r.Group, err)
	}
	return nil
}

// AppendEvent numbers and stores what the medical zone is to be told, as the bytes that will cross. It answers the number.
func AppendEvent(ctx context.Context, tx pgx.Tx, event release.ReferralEvent, at time.Time) (int64, error) {
	seq, err := take(ctx, tx, referralEvents)
	if err != nil {
		return 0, err
	}
	event.Seq, event.At = seq, release.InstantOf(at)
	if err := event.Validate(); err != nil {
		return 0, fmt.Errorf("checking event %d: %w", seq, err)
	}
	body, err := release.Canonical(event)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, insertEvent, seq, event.About(), string(event.Type), at, string(body)); err != nil {
		return 0, fmt.Errorf("inserting event %d: %w", seq, err)
	}
	return seq, nil
}
