package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
)

// Count is how many cases a word has.
type Count struct {
	Word string
	N    int
}

const (
	countStates = `SELECT c.state, count(*)::int FROM family.cases c WHERE ` + within + ` AND c.filed_on BETWEEN $4 AND $5 GROUP BY c.state ORDER BY c.state`
	countTypes  = `SELECT c.type, count(*)::int FROM family.cases c WHERE ` + within + ` AND c.filed_on BETWEEN $4 AND $5 GROUP BY c.type ORDER BY c.type`
	countMonths = `SELECT to_char(c.filed_on, 'YYYY-MM'), count(*)::int FROM family.cases c WHERE ` + within + ` AND c.filed_on BETWEEN $4 AND $5 GROUP BY 1 ORDER BY 1`
)

// Counts are the cases filed between two days, both included, by state, by type and by month.
func Counts(ctx context.Context, q db.Querier, r Reach, from, to missions.Date) (states, types, months []Count, err error) {
	for sql, into := range map[string]*[]Count{countStates: &states, countTypes: &types, countMonths: &months} {
		rows, err := q.Query(ctx, sql, some(r.Directions), r.Department, some(r.Posts), from.Time(), to.Time())
		if err != nil {
			return nil, nil, nil, fmt.Errorf("counting cases: %w", err)
		}
		if *into, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count]); err != nil {
			return nil, nil, nil, fmt.Errorf("reading counts of cases: %w", err)
		}
	}
	return states, types, months, nil
}
