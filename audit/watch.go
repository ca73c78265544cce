package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Hit is what a rule of watch found: an account on one day, or the log itself.
type Hit struct {
	Subject string // "" for the log itself
	On      time.Time
	Count   int64
	Entry   string // the first one
	Last    time.Time
}

// Window is where a rule of watch looks, and in which place a day begins.
type Window struct {
	From, Until time.Time
	Place       string // "Europe/Paris"
	Least       int64  // a hit counts as many at least
}

// Each of these groups the entries of the window by account and day. from and until are a range of an index.
const (
	byDay = `
select e.subject, (e.at at time zone $3)::date, %s, (array_agg(e.id::text order by e.at, e.seq))[1], max(e.at)
from audit.entries e
where e.at >= $1 and e.at < $2 and %s
group by 1, 2 having %[1]s >= $4 order by 2, 1`

	matching = "(e.rule = any($5) or e.action = any($6) and e.outcome = 'DONE')"
	refused  = "e.outcome = 'REFUSED' and e.decision = 'DENY'"

	// A night, or a day on which the service does not work; of persons, for programs have no hours.
	outOfHours = wasOpened + ` and e.object_kind in ('dossier', 'referral') and e.session <> ''
	and (extract(isodow from e.at at time zone $3) > 5 or extract(hour from e.at at time zone $3) >= $5 or extract(hour from e.at at time zone $3) < $6)`

	manyObjects = wasOpened + " and e.object_kind in ('dossier', 'referral') and e.session <> ''"
)

// Matching finds entries that a rule of the log, or an act that was done, names.
func (w Window) Matching(ctx context.Context, q Querier, rules, actions []string) ([]Hit, error) {
	return w.hits(ctx, q, "count(*)", matching, rules, actions)
}

// RepeatedRefusals finds accounts that were refused often in a day.
func (w Window) RepeatedRefusals(ctx context.Context, q Querier) ([]Hit, error) {
	return w.hits(ctx, q, "count(*)", refused)
}

// OutOfHours finds accounts that opened dossiers at night, from one hour to another, or on a Saturday or a Sunday.
func (w Window) OutOfHours(ctx context.Context, q Querier, evening, morning int) ([]Hit, error) {
	return w.hits(ctx, q, "count(*)", outOfHours, evening, morning)
}

// ManyObjects finds accounts that opened many distinct dossiers in a day.
func (w Window) ManyObjects(ctx context.Context, q Querier) ([]Hit, error) {
	return w.hits(ctx, q, "count(distinct e.object)", manyObjects)
}

func (w Window) hits(ctx context.Context, q Querier, count, condition string, more ...any) ([]Hit, error) {
	return collectHits(ctx, q, fmt.Sprintf(byDay, count, condition), append([]any{w.From, w.Until, w.Place, w.Least}, more...)...)
}

const policyChanges = `
select '', (c.at at time zone $3)::date, 1::bigint, c.id::text, c.at from (
	select e.id, e.at, e.seq, e.policy, lag(e.policy) over (order by e.seq) as before from audit.entries e where e.at >= $1 and e.at < $2) c
where c.policy <> c.before order by c.seq`

// PolicyChanges finds the first entry under each new set of rules.
func (w Window) PolicyChanges(ctx context.Context, q Querier) ([]Hit, error) {
	return collectHits(ctx, q, policyChanges, w.From, w.Until, w.Place)
}

// The order of arrival is not of time: an entry that says an earlier time than one before it was given it by a clock that went back.
const clockJumps = `
select '', (c.at at time zone $3)::date, 1::bigint, c.id::text, c.at from (
	select e.id, e.at, e.seq, max(e.at) over (order by e.seq rows between 50 preceding and 1 preceding) as before
	from audit.entries e where e.at >= $1 and e.at < $2) c
where c.at < c.before - $4 * interval '1 second' order by c.seq`

// ClockJumps finds entries whose time is some seconds before that of one that arrived earlier.
func (w Window) ClockJumps(ctx context.Context, q Querier) ([]Hit, error) {
	return collectHits(ctx, q, clockJumps, w.From, w.Until, w.Place, w.Least)
}

func collectHits(ctx context.Context, q Querier, sql string, args ...any) ([]Hit, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("watching the log: %w", err)
	}
	hits, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (h Hit, err error) {
		err = row.Scan(&h.Subject, &h.On, &h.Count, &h.Entry, &h.Last)
		h.Last = h.Last.UTC()
		return h, err
	})
	if err != nil {
		return nil, fmt.Errorf("watching the log: %w", err)
	}
	return hits, nil
}

// Review is what an auditor found of an alarm.
type Review struct {
	Entry, Alarm, Finding, Reviewer string
	At                              time.Time
}

const insertReview = `
insert into audit.reviews (entry, alarm, finding, reviewer, at) values ($1, $2, $3, $4, $5)`

// AddReview keeps a finding, beside those before it.
func AddReview(ctx context.Context, tx pgx.Tx, r Review) error {
	if _, err := tx.Exec(ctx, insertReview, r.Entry, r.Alarm, r.Finding, r.Reviewer, r.At); err != nil {
		return fmt.Errorf("keeping a finding: %w", err)
	}
	return nil
}

const latestReviews = `
select distinct on (r.entry, r.alarm) r.entry::text, r.alarm, r.finding, r.reviewer, r.at
from audit.reviews r where r.entry::text = any($1) order by r.entry, r.alarm, r.at desc`

// LatestReviews are the last findings about alarms that begin with these entries.
func LatestReviews(ctx context.Context, q Querier, entries []string) ([]Review, error) {
	rows, err := q.Query(ctx, latestReviews, entries)
	if err != nil {
		return nil, fmt.Errorf("reading findings: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Review])
	if err != nil {
		return nil, fmt.Errorf("reading findings: %w", err)
	}
	return found, nil
}
