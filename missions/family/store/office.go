package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/missions"
)

const (
	countAllDirections = `SELECT c.direction, count(*)::int FROM family.cases c WHERE c.filed_on BETWEEN $1 AND $2 GROUP BY c.direction ORDER BY c.direction`
	countAllStates     = `SELECT c.state, count(*)::int FROM family.cases c WHERE c.filed_on BETWEEN $1 AND $2 GROUP BY c.state ORDER BY c.state`
	countAllTypes      = `SELECT c.type, count(*)::int FROM family.cases c WHERE c.filed_on BETWEEN $1 AND $2 GROUP BY c.type ORDER BY c.type`
	countAllMonths     = `SELECT to_char(c.filed_on, 'YYYY-MM'), count(*)::int FROM family.cases c WHERE c.filed_on BETWEEN $1 AND $2 GROUP BY 1 ORDER BY 1`
)

// NationalCounts are the cases of the whole country filed between two days, both included: by direction, by state, by type, by month.
func NationalCounts(ctx context.Context, q db.Querier, from, to missions.Date) (tables [4][]Count, err error) {
	for i, sql := range []string{countAllDirections, countAllStates, countAllTypes, countAllMonths} {
		rows, err := q.Query(ctx, sql, from.Time(), to.Time())
		if err != nil {
			return tables, fmt.Errorf("counting the country's cases: %w", err)
		}
		if tables[i], err = pgx.CollectRows(rows, pgx.RowToStructByPos[Count]); err != nil {
			return tables, fmt.Errorf("reading counts of the country's cases: %w", err)
		}
	}
	return tables, nil
}

// A day stands in an event as YYYY-MM-DD, whose order is that of the calendar.
const findCosts = `
SELECT c.direction, c.department, c.type, c.id::text, e.data->>'on', e.data->>'kind', e.data->>'amount', e.data->>'funding'
FROM family.events e JOIN family.cases c ON c.id = e.case_id
WHERE e.type = 'COUT' AND e.data->>'on' BETWEEN $1 AND $2
ORDER BY e.data->>'on', e.case_id, e.seq LIMIT $3`

// Costs are the lines of costs between two days, both included.
func Costs(ctx context.Context, q db.Querier, from, to missions.Date, limit int) ([]missions.Cost, error) {
	rows, err := q.Query(ctx, findCosts, from.String(), to.String(), limit)
	if err != nil {
		return nil, fmt.Errorf("finding costs: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c missions.Cost, err error) {
		var day, amount string
		c.Mission = "family"
		if err = row.Scan(&c.Direction, &c.Department, &c.CaseType, &c.Case, &day, &c.Kind, &amount, &c.Funding); err != nil {
			return c, err
		}
		if c.On, err = missions.ParseDate(day); err != nil {
			return c, err
		}
		return c, c.Amount.UnmarshalText([]byte(amount))
	})
	if err != nil {
		return nil, fmt.Errorf("reading costs: %w", err)
	}
	return found, nil
}

const findArriving = caseColumns + `
WHERE c.direction = ANY ($1) AND c.state IN ('VISA_DEMANDE', 'VISA_DELIVRE', 'ARRIVEE') AND c.position > $2
ORDER BY c.position LIMIT $3`

// FindArriving lists the families that arrive in some directions (family.Arriving), after a position, with their appointments and whether the visit
// was made.
func FindArriving(ctx context.Context, q db.Querier, directions []string, after int64, limit int) ([]Case, error) {
	cases, err := collect(q.Query(ctx, findArriving, some(directions), after, limit))
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	ids, at := make([]string, len(cases)), map[string]*Case{}
	for i := range cases {
		ids[i], at[cases[i].ID] = cases[i].ID, &cases[i]
	}
	if err := eventsOf(ctx, q, ids, at); err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, appointmentColumns+`WHERE p.case_id = ANY ($1::text[]::uuid[]) ORDER BY p.at, p.id`, ids)
	found, err := appointments(rows, err)
	if err != nil {
		return nil, err
	}
	for _, a := range found {
		at[a.CaseID].Appointments = append(at[a.CaseID].Appointments, a)
	}
	return cases, nil
}
