package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// Release is what came through the door, with what the administrative zone joins to it.
type Release struct {
	release.Release
	Code            string
	On              release.Date
	ReceivedAt      time.Time
	AGDREF          string
	Prefecture      string
	ReceivedBy      string // who was in charge when it came
	Group           string
	Requester       string
	ReferralKind    release.Kind
	Civil           release.Civil
	Acknowledgement *release.Acknowledgement
}

const releaseColumns = `
SELECT r.body, r.code, r.dated::text, r.received_at, f.agdref, f.prefecture, r.received_by, f.group_id, f.requester, g.kind, g.civil, k.body
FROM server.releases r
JOIN server.referrals f ON f.id = r.referral
JOIN server.referral_groups g ON g.id = f.group_id
LEFT JOIN server.acknowledgements k ON k.release = r.seq`

// GetRelease finds one release by its number, or ErrNotFound.
func GetRelease(ctx context.Context, q Querier, seq int64) (Release, error) {
	rows, err := q.Query(ctx, releaseColumns+"\nWHERE r.seq = $1", seq)
	if err != nil {
		return Release{}, fmt.Errorf("finding release %d: %w", seq, err)
	}
	return one(rows, fmt.Sprintf("release %d", seq))
}

// LockRelease is GetRelease under a lock that a second acknowledgement waits for.
func LockRelease(ctx context.Context, tx pgx.Tx, seq int64) (Release, error) {
	// The counter of acknowledgements is what every acknowledgement takes: locking it orders them all.
	var last int64
	if err := tx.QueryRow(ctx, lockNumber, acknowledgements).Scan(&last); err != nil {
		return Release{}, fmt.Errorf("locking the %s number: %w", acknowledgements, err)
	}
	return GetRelease(ctx, tx, seq)
}

// GetOpinion finds the last opinion received for a referral, or ErrNotFound.
func GetOpinion(ctx context.Context, q Querier, referral string) (Release, error) {
	const where = `
WHERE r.seq = (SELECT o.release FROM server.opinions o WHERE o.referral = $1::text::uuid ORDER BY o.version DESC LIMIT 1)`
	rows, err := q.Query(ctx, releaseColumns+where, referral)
	if err != nil {
		return Release{}, fmt.Errorf("finding the opinion of referral %s: %w", referral, err)
	}
	return one(rows, "the opinion of referral "+referral)
}

// GetAttestation finds the last attestation received for a referral, or ErrNotFound.
func GetAttestation(ctx context.Context, q Querier, referral string) (Release, error) {
	const where = `
WHERE r.seq = (SELECT max(a.seq) FROM server.releases a WHERE a.referral = $1::text::uuid AND a.kind = 'attestation')`
	rows, err := q.Query(ctx, releaseColumns+where, referral)
	if err != nil {
		return Release{}, fmt.Errorf("finding the attestation of referral %s: %w", referral, err)
	}
	return one(rows, "the attestation of referral "+referral)
}

// received are the numbers between $2 and $3 that prefecture $1 may list: what came while it was in charge, and what had come for the referrals that were
// transferred to it. Each part reads an index from its end, however much others received (TestInboxFigures).
func received(order string) string {
	return `
WHERE r.seq IN (
    (SELECT i.seq FROM server.releases i WHERE i.received_by = $1 AND i.seq > $2 AND i.seq < $3 ORDER BY i.seq ` + order + ` LIMIT $4)
    UNION ALL
    (SELECT i.seq FROM server.referral_charges c JOIN server.referrals own ON own.id = c.referral AND own.prefecture = $1
        JOIN server.releases i ON i.referral = own.id WHERE i.seq > $2 AND i.seq < $3 ORDER BY i.seq ` + order + ` LIMIT $4))
ORDER BY r.seq ` + order + ` LIMIT $4`
}

const receivedFor = `
WHERE (f.prefecture = $1 OR r.received_by = $1) AND r.referral = $2::text::uuid AND r.seq > $3 ORDER BY r.seq LIMIT $4`

// FindReleases lists what a prefecture received after a number, oldest first; referral narrows it when not empty.
func FindReleases(ctx context.Context, q Querier, prefecture, referral string, after int64, limit int) ([]Release, error) {
	statement, args := releaseColumns+received("ASC"), []any{prefecture, after, int64(math.MaxInt64), limit}
	if referral != "" {
		statement, args = releaseColumns+receivedFor, []any{prefecture, referral, after, limit}
	}
	rows, err := q.Query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("finding the releases of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanRelease)
	if err != nil {
		return nil, fmt.Errorf("reading the releases of a prefecture: %w", err)
	}
	return found, nil
}

// FindLastReleases lists what a prefecture received, newest first, before a number (0: from the last).
func FindLastReleases(ctx context.Context, q Querier, prefecture string, before int64, limit int) ([]Release, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := q.Query(ctx, releaseColumns+received("DESC"), prefecture, int64(0), before, limit)
	if err != nil {
		return nil, fmt.Errorf("finding the last releases of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanRelease)
	if err != nil {
		return nil, fmt.Errorf("reading the last releases of a prefecture: %w", err)
	}
	return found, nil
}

const anyRelease = `
SELECT EXISTS (SELECT 1 FROM server.releases r JOIN server.referrals f ON f.id = r.referral
    WHERE (f.prefecture = $1 OR r.received_by = $1) AND ($2 = '' OR f.id::text = $2) AND r.seq > $3)`

// HasReleases says whether FindReleases would find anything.
func HasReleases(ctx context.Context, q Querier, prefecture, referral string, after int64) (bool, error) {
	var there bool
	if err := q.QueryRow(ctx, anyRelease, prefecture, referral, after).Scan(&there); err != nil {
		return false, fmt.Errorf("looking for the releases of a prefecture: %w", err)
	}
	return there, nil
}

func one(rows pgx.Rows, what string) (Release, error) {
	found, err := pgx.CollectExactlyOneRow(rows, scanRelease)
	if errors.Is(err, pgx.ErrNoRows) {
		return Release{}, ErrNotFound
	}
	if err != nil {
		return Release{}, fmt.Errorf("reading %s: %w", what, err)
	}
	return found, nil
}

func scanRelease(row pgx.CollectableRow) (Release, error) {
	var r Release
	var body, on, kind string
	var acknowledged *string
	err := row.Scan(&body, &r.Code, &on, &r.ReceivedAt, &r.AGDREF, &r.Prefecture, &r.ReceivedBy, &r.Group, &r.Requester, &kind, &r.Civil, &acknowledged)
	if err != nil {
		return Release{}, err
	}
	r.On, r.ReferralKind, r.ReceivedAt = release.Date(on), release.Kind(kind), r.ReceivedAt.UTC()
	if err := json.Unmarshal([]byte(body), &r.Release); err != nil {
		return Release{}, fmt.Errorf("reading a body: %w", err)
	}
	if acknowledged != nil {
		if err := json.Unmarshal([]byte(*acknowledged), &r.Acknowledgement); err != nil {
			return Release{}, fmt.Errorf("reading an acknowledgement: %w", err)
		}
	}
	return r, nil
}
