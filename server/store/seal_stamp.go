package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/release"
)

// SealStamp is what a time-stamp authority said of an opinion's seal.
type SealStamp struct {
	At    time.Time // the authority's
	Token []byte
}

// Unstamped is an opinion whose seal nobody dated yet.
type Unstamped struct {
	Release int64
	Opinion release.Opinion
}

// Opinions are dated in the order they came, so that only the last numbers are looked at; one that was set aside came after its turn.
const findUnstamped = `
WITH reached AS (SELECT coalesce(max(s.release), 0) - 1000 AS number FROM server.seal_stamps s)
SELECT r.seq, r.body FROM server.releases r JOIN server.opinions o ON o.release = r.seq
WHERE (o.release > (SELECT number FROM reached) OR o.release IN (SELECT q.seq FROM server.quarantined_releases q))
    AND NOT EXISTS (SELECT 1 FROM server.seal_stamps s WHERE s.release = o.release)
ORDER BY r.seq LIMIT $1`

// FindUnstamped lists opinions whose seal has no time-stamp, the earliest first.
func FindUnstamped(ctx context.Context, q Querier, limit int) ([]Unstamped, error) {
	rows, err := q.Query(ctx, findUnstamped, limit)
	if err != nil {
		return nil, fmt.Errorf("finding the seals without a time-stamp: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Unstamped, error) {
		var u Unstamped
		var body string
		if err := row.Scan(&u.Release, &body); err != nil {
			return u, err
		}
		came, err := release.Decode[release.Release]([]byte(body))
		if err == nil {
			u.Opinion = *came.Opinion
		}
		return u, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the seals without a time-stamp: %w", err)
	}
	return found, nil
}

const insertSealStamp = `INSERT INTO server.seal_stamps (release, at, token) VALUES ($1, $2, $3) ON CONFLICT (release) DO NOTHING`

// KeepSealStamp keeps the first one that came: another replica may have asked too.
func KeepSealStamp(ctx context.Context, tx pgx.Tx, seq int64, s SealStamp) error {
	if _, err := tx.Exec(ctx, insertSealStamp, seq, s.At, s.Token); err != nil {
		return fmt.Errorf("keeping the time-stamp of release %d: %w", seq, err)
	}
	return nil
}
