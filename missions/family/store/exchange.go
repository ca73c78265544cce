package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
)

// Exchanged is one exchange, and the case that it is about.
type Exchanged struct {
	Case                           string
	AGDREF, FamilyName, GivenNames string
	Seq                            int
	At                             time.Time
	On                             missions.Date
	Type                           string
}

const findExchanges = `
SELECT c.id::text, c.agdref, c.family_name, c.given_names, e.seq, e.at, e.on_day::text, e.type
FROM family.events e JOIN family.cases c ON c.id = e.case_id
WHERE ` + within + ` AND e.type = ANY ($4) AND (e.at, e.case_id, e.seq) < ($5, $6::text::uuid, $7)
ORDER BY e.at DESC, e.case_id DESC, e.seq DESC LIMIT $8`

// Exchanges are events of some types in the cases within reach, the last first, before a place: an instant, a case and its number.
func Exchanges(ctx context.Context, q db.Querier, r Reach, types []string, at time.Time, caseID string, seq, limit int) ([]Exchanged, error) {
	rows, err := q.Query(ctx, findExchanges, some(r.Directions), r.Department, some(r.Posts), types, at, caseID, seq, limit)
	if err != nil {
		return nil, fmt.Errorf("finding exchanges: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Exchanged, err error) {
		var day string
		if err = row.Scan(&e.Case, &e.AGDREF, &e.FamilyName, &e.GivenNames, &e.Seq, &e.At, &day, &e.Type); err != nil {
			return e, err
		}
		e.On, err = missions.ParseDate(day)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading exchanges: %w", err)
	}
	return found, nil
}
