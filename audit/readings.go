package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Reading is what the log says of openings of one object, without persons: the intents of one day, role, purpose and action together.
type Reading struct {
	On      time.Time
	Role    string
	Purpose string
	Action  string
	Count   int
}

// The day is that of the place given. An intent is committed before the first byte: what was begun is counted, served to its end or not.
const findReadings = `
select (e.at at time zone $2)::date, e.role, e.purpose, e.action, count(*)
from audit.entries e
where e.object = $1 and e.outcome = 'INTENT'
group by 1, 2, 3, 4 order by 1, 2, 3, 4`

// FindReadings lists who read an object by role, purpose and day: never by person. place is a time zone ("Europe/Paris").
func FindReadings(ctx context.Context, q Querier, object, place string) ([]Reading, error) {
	rows, err := q.Query(ctx, findReadings, object, place)
	if err != nil {
		return nil, fmt.Errorf("listing the readings of %s: %w", object, err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Reading, err error) {
		err = row.Scan(&r.On, &r.Role, &r.Purpose, &r.Action, &r.Count)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing the readings of %s: %w", object, err)
	}
	return list, nil
}
