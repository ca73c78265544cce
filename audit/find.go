package audit

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Querier reads: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Filter narrows Find. Empty fields do not filter.
type Filter struct {
	RequestID, Object, Subject, Action, Rule string
	After                                    string // cursor: id of the last entry of the page before
	Limit                                    int    // 1 to 200, 50 when 0
}

const maxPage, defaultPage = 200, 50

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// The order is that of arrival (seq). It is the order of a page, not a proof: positions in the log are given later.
const findEntries = `
select e.id, e.at, e.subject, e.session, e.role, e.purpose, e.action, e.object_kind, e.object, e.item, e.decision, e.rule, e.policy,
	e.outcome, e.intent, e.request_id, e.digests, e.bytes, e.retention
from audit.entries e`

// Find lists entries oldest first, a page at a time. A cursor that names no entry gives an empty page.
func Find(ctx context.Context, q Querier, f Filter) ([]Entry, error) {
	if f.After != "" && !uuid.MatchString(f.After) {
		return []Entry{}, nil
	}
	var where []string
	var args []any
	narrow := func(condition string, value string) {
		if value != "" {
			args = append(args, value)
			where = append(where, fmt.Sprintf(condition, len(args)))
		}
	}
	narrow("e.request_id = $%d", f.RequestID)
	narrow("e.object = $%d", f.Object)
	narrow("e.subject = $%d", f.Subject)
	narrow("e.action = $%d", f.Action)
	narrow("e.rule = $%d", f.Rule)
	narrow("e.seq > (select c.seq from audit.entries c where c.id = $%d::uuid)", f.After)
	sql := findEntries
	if len(where) > 0 {
		sql += "\nwhere " + strings.Join(where, " and ")
	}
	args = append(args, pageSize(f.Limit))
	sql += fmt.Sprintf("\norder by e.seq limit $%d", len(args))
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("finding entries: %w", err)
	}
	entries, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("reading entries: %w", err)
	}
	return entries, nil
}

func pageSize(limit int) int {
	switch {
	case limit <= 0:
		return defaultPage
	case limit > maxPage:
		return maxPage
	}
	return limit
}

func scanEntry(row pgx.CollectableRow) (Entry, error) {
	var e Entry
	err := row.Scan(&e.ID, &e.At, &e.Subject, &e.Session, &e.Role, &e.Purpose, &e.Action, &e.ObjectKind, &e.Object, &e.Item, &e.Decision,
		&e.Rule, &e.Policy, &e.Outcome, &e.Intent, &e.RequestID, &e.Digests, &e.Bytes, &e.Retention)
	e.At = e.At.UTC()
	return e, err
}

const hasDigest = `
select exists (
	select 1 from audit.entries e where e.object = $1 and e.outcome = 'DONE' and $2 = any(e.digests))`

// HasDigest says whether the digest of an age header was recorded by an act done on object (a dossier). The vault opens only
// headers that were: a file put in the store by someone else's hand has none.
func HasDigest(ctx context.Context, q Querier, object string, digest []byte) (bool, error) {
	var found bool
	if err := q.QueryRow(ctx, hasDigest, object, digest).Scan(&found); err != nil {
		return false, fmt.Errorf("looking for a header of %s in the entries: %w", object, err)
	}
	return found, nil
}

const wasRead = `
select exists (
	select 1 from audit.entries e where e.object = $1 and e.item = $2 and e.action = $3 and e.outcome = 'INTENT')`

// WasRead says whether a reading of that item of an object was ever allowed: its intent stands before the first byte.
func WasRead(ctx context.Context, q Querier, action, object, item string) (bool, error) {
	var found bool
	if err := q.QueryRow(ctx, wasRead, object, item, action).Scan(&found); err != nil {
		return false, fmt.Errorf("looking for readings of %s in the entries: %w", object, err)
	}
	return found, nil
}
