package store

import (
	"context"
	"fmt"
)

const lostReferral = `SELECT EXISTS (SELECT 1 FROM server.lost_referrals l WHERE l.id::text = $1)`

// IsLost says whether this zone had a referral, by the other zone's word, and lost it in a restore.
func IsLost(ctx context.Context, q Querier, referral string) (bool, error) {
	var lost bool
	if err := q.QueryRow(ctx, lostReferral, referral).Scan(&lost); err != nil {
		return false, fmt.Errorf("looking for referral %s among those lost: %w", referral, err)
	}
	return lost, nil
}
