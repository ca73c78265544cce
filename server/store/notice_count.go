package store

import (
	"context"
	"fmt"

	"cloison/release"
)

const countNotices = `
SELECT count(*) FROM server.releases r
WHERE r.referral = $1 AND r.code = $2 AND r.body::jsonb #>> '{notice,fields,technical_code}' IS NOT DISTINCT FROM $3::text`

// CountNotices counts the notices received about a referral with the code of n; for N0, those that say the same.
func CountNotices(ctx context.Context, q Querier, referral string, n release.Notice) (int, error) {
	var technical *string
	if n.Fields.TechnicalCode != nil {
		code := string(*n.Fields.TechnicalCode)
		technical = &code
	}
	var count int
	if err := q.QueryRow(ctx, countNotices, referral, string(n.Code), technical).Scan(&count); err != nil {
		return 0, fmt.Errorf("counting the notices of referral %s: %w", referral, err)
	}
	return count, nil
}
