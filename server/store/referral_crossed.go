package store

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

const crossedReferral = `
SELECT e.body FROM server.referral_events e
WHERE e.referral::text = $1 AND e.type = 'REFERRAL' AND (e.body::jsonb #>> '{referral,version}')::integer = $2 ORDER BY e.seq DESC LIMIT 1`

// ReferralAsCrossed is a version of a referral in the bytes that the medical zone was given: what it renders an opinion's document with, and
// so what this zone does.
func ReferralAsCrossed(ctx context.Context, tx pgx.Tx, id string, version int) (release.Referral, error) {
	var body string
	if err := tx.QueryRow(ctx, crossedReferral, id, version).Scan(&body); err != nil {
		return release.Referral{}, fmt.Errorf("reading version %d of referral %s as it crossed: %w", version, id, err)
	}
	var event release.ReferralEvent
	if err := json.Unmarshal([]byte(body), &event); err != nil || event.Referral == nil {
		return release.Referral{}, fmt.Errorf("reading version %d of referral %s as it crossed: its event has no referral", version, id)
	}
	return *event.Referral, nil
}
