// Package store is pgx on schema server: referrals, what came through the door, acknowledgements, and the copy of the
// published composition decisions.
//
// It protects the numbering (each number is taken from a counter row locked in the act's transaction, so there is no gap
// and the order is that of commits) and exactly-once reception. It decides nothing and trusts its caller, package act's
// transaction, to have decided. Names stand in its rows and never in its errors.
package store

import (
	"errors"

	"cloison/internal/db"
	"cloison/release"
)

// ErrNotFound says that no row has that id.
var ErrNotFound = errors.New("not found")

// Querier reads: a pool, a connection or a transaction.
type Querier = db.Querier

// text gives pgx the plain string behind an optional date.
func text(d *release.Date) *string {
	if d == nil {
		return nil
	}
	s := string(*d)
	return &s
}

func date(s *string) *release.Date {
	if s == nil {
		return nil
	}
	d := release.Date(*s)
	return &d
}
