package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
)

// Stamped is what a time-stamp authority said of a signed head.
type Stamped struct {
	Size  int64
	At    time.Time // the authority's
	Note  []byte    // what it was asked about: the head as the log signed it
	Token []byte
}

// ErrNoStamp: no head was time-stamped yet.
var ErrNoStamp = errors.New("no time-stamp yet")

const (
	lastStamp = `
select s.size, s.at, h.note, s.token from audit.stamps s join audit.checkpoints h on h.size = s.size
where s.size <= $1 order by s.size desc limit 1`

	keepStamp = `
insert into audit.stamps (size, at, token) values ($1, $2, $3) on conflict do nothing`
)

// LastStamp is the last time-stamp of a head of at most size entries, or ErrNoStamp.
func LastStamp(ctx context.Context, q Querier, size int64) (s Stamped, err error) {
	err = q.QueryRow(ctx, lastStamp, size).Scan(&s.Size, &s.At, &s.Note, &s.Token)
	if errors.Is(err, pgx.ErrNoRows) {
		return Stamped{}, ErrNoStamp
	}
	if err != nil {
		return Stamped{}, fmt.Errorf("reading the last time-stamp: %w", err)
	}
	return s, nil
}

// KeepStamp keeps what an authority said of a head of this log, once it was checked.
func KeepStamp(ctx context.Context, pool db.Beginner, s Stamped) error {
	err := db.InTx(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, keepStamp, s.Size, s.At, s.Token)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping the time-stamp of %d entries: %w", s.Size, err)
	}
	return nil
}
