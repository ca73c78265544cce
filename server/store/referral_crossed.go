package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// A correction of the person concerns every file of the group; one of a number, its own file.
const crossedEvents = `
SELECT e.body FROM server.referral_events e JOIN server.referrals f ON f.id = e.referral
WHERE f.group_id = (SELECT s.group_id FROM server.referrals s WHERE s.id = $1::text::uuid)
  AND (e.type = 'REFERRAL' AND e.referral = $1::text::uuid AND (e.body::jsonb #>> '{referral,version}')::integer = $2 OR e.type = 'CORRECTION')
ORDER BY e.seq`

// mostStates bounds the states that an opinion may be given under: corrections that the medical zone has not applied yet.
const mostStates = 8

// ReferralAsCrossed gives a version of a referral as the medical zone may know it, the latest first: as it crossed, and as each correction
// changed it. A correction may cross an opinion on its way; the opinion is then under the names that the medical zone had.
func ReferralAsCrossed(ctx context.Context, tx pgx.Tx, id string, version int) ([]release.Referral, error) {
	rows, err := tx.Query(ctx, crossedEvents, id, version)
	if err != nil {
		return nil, fmt.Errorf("finding version %d of referral %s as it crossed: %w", version, id, err)
	}
	bodies, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("reading version %d of referral %s as it crossed: %w", version, id, err)
	}
	var states []release.Referral
	for _, body := range bodies {
		var event release.ReferralEvent
		if err := json.Unmarshal([]byte(body), &event); err != nil {
			return nil, fmt.Errorf("reading version %d of referral %s as it crossed: %w", version, id, err)
		}
		states = crossed(states, event, id)
	}
	if len(states) == 0 {
		return nil, fmt.Errorf("version %d of referral %s never crossed", version, id)
	}
	slices.Reverse(states)
	return states[:min(len(states), mostStates)], nil
}

// crossed adds the state that an event makes, if it makes one.
func crossed(states []release.Referral, event release.ReferralEvent, id string) []release.Referral {
	if event.Referral != nil {
		return append(states, *event.Referral)
	}
	if len(states) == 0 || event.Correction == nil {
		return states // a correction of another file, before this version
	}
	next, c := states[len(states)-1], event.Correction
	switch {
	case c.Civil != nil:
		next.Civil = *c.Civil
	case c.AGDREF != nil && c.Referral == id:
		next.AGDREF = c.AGDREF.New
	default:
		return states
	}
	return append(states, next)
}
