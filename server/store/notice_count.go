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

const countCorrections = `
SELECT count(*) FROM server.referral_events e
WHERE e.referral = $1 AND e.type = 'CORRECTION' AND jsonb_typeof(e.body::jsonb #> '{correction,agdref}') = 'object'`

// CountCorrections counts how often the prefecture corrected the number of a referral.
func CountCorrections(ctx context.Context, q Querier, referral string) (int, error) {
	var count int
	if err := q.QueryRow(ctx, countCorrections, referral).Scan(&count); err != nil {
		return 0, fmt.Errorf("counting the corrections of referral %s: %w", referral, err)
	}
	return count, nil
}

const attestationAwaited = `
SELECT EXISTS (SELECT 1 FROM server.attestation_requests q WHERE q.event = $1 AND q.referral = $2)
    AND NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.referral = $2 AND r.kind = 'attestation'
        AND (r.body::jsonb #>> '{attestation,request}')::bigint = $1)`

// AttestationAwaited says whether a request was made for that referral and has no answer yet.
func AttestationAwaited(ctx context.Context, q Querier, referral string, request int64) (bool, error) {
	var awaited bool
	if err := q.QueryRow(ctx, attestationAwaited, request, referral).Scan(&awaited); err != nil {
		return false, fmt.Errorf("reading the requests of referral %s: %w", referral, err)
	}
	return awaited, nil
}
