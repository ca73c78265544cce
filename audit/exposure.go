package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Exposure is what an incident asks: an account or a session that was taken over, or a period, or several of them.
type Exposure struct {
	Subject string
	Session string
	From    time.Time // included
	Until   time.Time // excluded
}

// Exposed is one object that was opened: a dossier or a referral, which stands for one person.
type Exposed struct {
	Kind, Object string
	Readings     int64
	Listed       int64 // of them, as a line of a list: the name and no more
	Pieces       int64 // distinct pieces
	First, Last  time.Time
}

// Exposures is the answer of an incident.
type Exposures struct {
	Persons    int64 // distinct dossiers, or referrals
	Pieces     int64
	Readings   int64
	Accounts   int64
	Categories []Category
	// Lists were read that show persons and do not name them one by one: each may show any person of the account's own territory or prefecture.
	Lists int64
	// Messages are distinct notices and opinions that were read by their number: their persons are among those of the account's prefecture.
	Messages int64
}

// Category is how often one action was done, and on how many persons.
type Category struct {
	Action            string
	Readings, Persons int64
}

// narrowed are the openings of an exposure, of both tables; the literals are those of the partial indexes.
func (x Exposure) narrowed() (sql string, args []any) {
	var n narrowing
	for condition, value := range map[string]string{"o.subject = $%d": x.Subject, "o.session = $%d": x.Session} {
		if value != "" {
			n.add(condition, value)
		}
	}
	if !x.From.IsZero() {
		n.add("o.at >= $%d", x.From)
	}
	if !x.Until.IsZero() {
		n.add("o.at < $%d", x.Until)
	}
	shown := n.where()
	n.add("(o.outcome = 'INTENT' and o.action <> 'document.upload' or o.outcome = 'DONE' and o.retention = 'ACCESS')")
	opened := n.where()
	return `
	select o.subject, o.object_kind, o.object, o.item, o.action, o.at, false as listed from audit.entries o` + opened + `
	union all
	select o.subject, o.object_kind, o.object, '', o.action, o.at, true from audit.shown o` + shown, n.args
}

// ofPersons are the kinds of objects that stand for one person.
const ofPersons = "x.object_kind in ('dossier', 'referral') and x.object <> ''"

// Count sums an exposure up.
func (x Exposure) Count(ctx context.Context, q Querier) (Exposures, error) {
	opened, args := x.narrowed()
	var out Exposures
	err := q.QueryRow(ctx, `
with x as (`+opened+`), one as (
	select x.object_kind, x.object, x.item, count(*) as readings from x where `+ofPersons+` group by 1, 2, 3)
select (select count(*) from (select distinct o.object_kind, o.object from one o) d), (select count(*) from one o where o.item <> ''),
	(select coalesce(sum(o.readings), 0) from one o), (select count(distinct x.subject) from x where `+ofPersons+`),
	(select count(*) from x where x.object in ('', 'portal') and x.action in ('referral.list', 'release.list', 'dossier.search')),
	(select count(distinct x.object) from x where x.object_kind = 'release' and x.action = 'release.get')`, args...).
		Scan(&out.Persons, &out.Pieces, &out.Readings, &out.Accounts, &out.Lists, &out.Messages)
	if err != nil {
		return out, fmt.Errorf("counting an exposure: %w", err)
	}
	rows, err := q.Query(ctx, `
with x as (`+opened+`)
select x.action, count(*), count(distinct x.object) from x where `+ofPersons+` group by 1 order by 1`, args...)
	if err != nil {
		return out, fmt.Errorf("counting an exposure by category: %w", err)
	}
	out.Categories, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Category, err error) {
		return c, row.Scan(&c.Action, &c.Readings, &c.Persons)
	})
	if err != nil {
		return out, fmt.Errorf("counting an exposure by category: %w", err)
	}
	return out, nil
}

// List gives each person of an exposure, by reference, in the order of references, after one of them. It answers as many as limit at most.
func (x Exposure) List(ctx context.Context, q Querier, after string, limit int) ([]Exposed, error) {
	opened, args := x.narrowed()
	args = append(args, after, limit)
	rows, err := q.Query(ctx, fmt.Sprintf(`
with x as (`+opened+`)
select x.object_kind, x.object, count(*), count(*) filter (where x.listed), count(distinct x.item) filter (where x.item <> ''), min(x.at), max(x.at)
from x where `+ofPersons+` and x.object > $%d
group by 1, 2 order by x.object, x.object_kind limit $%d`, len(args)-1, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("listing an exposure: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Exposed, err error) {
		err = row.Scan(&e.Kind, &e.Object, &e.Readings, &e.Listed, &e.Pieces, &e.First, &e.Last)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("listing an exposure: %w", err)
	}
	return found, nil
}
