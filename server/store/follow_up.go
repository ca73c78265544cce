package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bureau is who deals with a message in a prefecture.
type Bureau string

// The bureaux.
const (
	BureauStay       Bureau = "SEJOUR"
	BureauRemoval    Bureau = "ELOIGNEMENT"
	BureauLitigation Bureau = "CONTENTIEUX"
)

// Bureaux are all of them, in the order in which pages show them.
func Bureaux() []Bureau { return []Bureau{BureauStay, BureauRemoval, BureauLitigation} }

// bureauOf is whose a release r of referral f and group g is in prefecture $1: whom it was handed to last, else what the referral says.
const bureauOf = `coalesce(
    (SELECT h.bureau FROM server.hand_overs h WHERE h.release = r.seq AND h.prefecture = $1 ORDER BY h.position DESC LIMIT 1),
    CASE WHEN r.kind = 'attestation' THEN 'CONTENTIEUX' WHEN g.kind LIKE 'SEJ\_%' THEN 'SEJOUR' ELSE 'ELOIGNEMENT' END)`

// BureauCount is where the opinions of one bureau stand.
type BureauCount struct {
	Bureau       Bureau
	Sent         int // that the medical zone has sent: received, or set aside because the seal does not verify
	Received     int
	Read         int
	Acknowledged int
}

const countOpinions = `
SELECT all_sent.bureau, count(*), count(*) FILTER (WHERE all_sent.received), count(*) FILTER (WHERE all_sent.read),
    count(*) FILTER (WHERE all_sent.acknowledged)
FROM (
    SELECT ` + bureauOf + ` AS bureau, true AS received,
        EXISTS (SELECT 1 FROM server.opinion_readings o WHERE o.release = r.seq AND o.prefecture = $1) AS read,
        EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = r.seq) AS acknowledged
    FROM server.releases r JOIN server.referrals f ON f.id = r.referral JOIN server.referral_groups g ON g.id = f.group_id
    WHERE r.kind = 'opinion' AND f.prefecture = $1
    UNION ALL
    SELECT CASE WHEN g.kind LIKE 'SEJ\_%' THEN 'SEJOUR' ELSE 'ELOIGNEMENT' END, false, false, false
    FROM server.quarantined_releases a JOIN server.referrals f ON f.id = a.referral JOIN server.referral_groups g ON g.id = f.group_id
    WHERE f.prefecture = $1 AND NOT EXISTS (SELECT 1 FROM server.releases r WHERE r.seq = a.seq)
) all_sent GROUP BY all_sent.bureau`

// CountOpinions counts the opinions of the referrals that a prefecture is in charge of, by bureau.
func CountOpinions(ctx context.Context, q Querier, prefecture string) ([]BureauCount, error) {
	rows, err := q.Query(ctx, countOpinions, prefecture)
	if err != nil {
		return nil, fmt.Errorf("counting the opinions of a prefecture: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c BureauCount, err error) {
		err = row.Scan(&c.Bureau, &c.Sent, &c.Received, &c.Read, &c.Acknowledged)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the counts of a prefecture: %w", err)
	}
	return found, nil
}

// UnreadOpinion is an opinion of a removal that its prefecture has not opened.
type UnreadOpinion struct {
	Release    int64
	Referral   string
	Prefecture string
	AGDREF     string
	ReceivedAt time.Time
}

const unreadUrgent = `
SELECT r.seq, f.id::text, f.prefecture, f.agdref, r.received_at
FROM server.waiting_opinions w JOIN server.releases r ON r.seq = w.release
JOIN server.referrals f ON f.id = r.referral JOIN server.referral_groups g ON g.id = f.group_id
WHERE g.kind NOT LIKE 'SEJ\_%' AND r.received_at <= $1
    AND NOT EXISTS (SELECT 1 FROM server.opinion_readings o WHERE o.release = r.seq AND o.prefecture = f.prefecture)
    AND NOT EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = r.seq)`

// FindUnreadUrgent lists a prefecture's unread opinions of removals that came until then, the oldest first.
func FindUnreadUrgent(ctx context.Context, q Querier, prefecture string, until time.Time) ([]UnreadOpinion, error) {
	return findUnread(ctx, q, unreadUrgent+"\n    AND f.prefecture = $2 ORDER BY r.seq LIMIT 100", until, prefecture)
}

// FindUnalarmed lists those of every prefecture of which no alarm was given yet.
func FindUnalarmed(ctx context.Context, q Querier, until time.Time, limit int) ([]UnreadOpinion, error) {
	const unalarmed = unreadUrgent + `
    AND NOT EXISTS (SELECT 1 FROM server.unread_alarms u WHERE u.release = r.seq) ORDER BY r.seq LIMIT $2`
	return findUnread(ctx, q, unalarmed, until, limit)
}

func findUnread(ctx context.Context, q Querier, statement string, args ...any) ([]UnreadOpinion, error) {
	rows, err := q.Query(ctx, statement, args...)
	if err != nil {
		return nil, fmt.Errorf("finding unread opinions: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u UnreadOpinion, err error) {
		err = row.Scan(&u.Release, &u.Referral, &u.Prefecture, &u.AGDREF, &u.ReceivedAt)
		return u, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading unread opinions: %w", err)
	}
	return found, nil
}

const insertUnreadAlarm = `INSERT INTO server.unread_alarms (release, at) VALUES ($1, $2)`

// RecordUnreadAlarm keeps that the alarm of an opinion was given. A second one breaks unread_alarms_pkey.
func RecordUnreadAlarm(ctx context.Context, tx pgx.Tx, seq int64, at time.Time) error {
	if _, err := tx.Exec(ctx, insertUnreadAlarm, seq, at); err != nil {
		return fmt.Errorf("recording the alarm of opinion %d: %w", seq, err)
	}
	return nil
}

const insertHandOver = `
INSERT INTO server.hand_overs (release, prefecture, bureau, at, author) VALUES ($1, $2, $3, $4, $5)`

// HandOver gives a message to a bureau of a prefecture. author is the random reference of the person.
func HandOver(ctx context.Context, tx pgx.Tx, seq int64, prefecture string, to Bureau, author string, at time.Time) error {
	if _, err := tx.Exec(ctx, insertHandOver, seq, prefecture, string(to), at, author); err != nil {
		return fmt.Errorf("handing release %d over: %w", seq, err)
	}
	return nil
}

const countUnread = `
SELECT ` + bureauOf + `, count(*)
FROM server.waiting_opinions w JOIN server.releases r ON r.seq = w.release
JOIN server.referrals f ON f.id = r.referral JOIN server.referral_groups g ON g.id = f.group_id
WHERE f.prefecture = $1
    AND NOT EXISTS (SELECT 1 FROM server.acknowledgements k WHERE k.release = r.seq)
GROUP BY 1`

// CountUnacknowledged counts, by bureau, the opinions that wait for the prefecture's acknowledgement.
func CountUnacknowledged(ctx context.Context, q Querier, prefecture string) (map[Bureau]int, error) {
	rows, err := q.Query(ctx, countUnread, prefecture)
	if err != nil {
		return nil, fmt.Errorf("counting what waits in a prefecture: %w", err)
	}
	counts := map[Bureau]int{}
	var bureau Bureau
	var n int
	if _, err = pgx.ForEachRow(rows, []any{&bureau, &n}, func() error { counts[bureau] = n; return nil }); err != nil {
		return nil, fmt.Errorf("reading what waits in a prefecture: %w", err)
	}
	return counts, nil
}

const lastOfBureau = "\nWHERE (f.prefecture = $1 OR r.received_by = $1) AND ($2 = 0 OR r.seq < $2) AND " + bureauOf + " = $4 ORDER BY r.seq DESC LIMIT $3"

// FindLastOfBureau is FindLastReleases for one bureau.
func FindLastOfBureau(ctx context.Context, q Querier, prefecture string, bureau Bureau, before int64, limit int) ([]Release, error) {
	rows, err := q.Query(ctx, releaseColumns+lastOfBureau, prefecture, before, limit, string(bureau))
	if err != nil {
		return nil, fmt.Errorf("finding the last releases of a bureau: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanRelease)
	if err != nil {
		return nil, fmt.Errorf("reading the last releases of a bureau: %w", err)
	}
	return found, nil
}
