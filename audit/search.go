package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Opened is the result that no single outcome says: something was read. An intent stands before the first byte of what is sealed; what is read in clear
// has an entry of its own.
const Opened = "OPENED"

// Search narrows what an auditor looks for. Empty fields do not narrow.
type Search struct {
	Subject string // random reference of an account
	Object  string // opaque id of a dossier or a referral
	Action  string
	Result  string // an outcome, or Opened
	Rule    string
	From    time.Time // included
	Until   time.Time // excluded
	After   string    // cursor: id of the last entry of the page before
	Limit   int       // 1 to 200, 50 when 0
}

const cursorOf = `
select c.at, c.seq from audit.entries c where c.id = $1`

// Find lists what the search finds, newest first, a page at a time. A cursor that names no entry gives an empty page.
func (s Search) Find(ctx context.Context, q Querier) ([]Entry, error) {
	n := s.conditions()
	if s.After != "" {
		at, seq, err := placeOf(ctx, q, s.After)
		if errors.Is(err, ErrNotInLog) {
			return []Entry{}, nil
		}
		if err != nil {
			return nil, err
		}
		n.add("(e.at, e.seq) < ($%d, $%d)", at, seq)
	}
	rows, err := q.Query(ctx, s.statement(n), n.args...)
	if err != nil {
		return nil, fmt.Errorf("searching entries: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("searching entries: %w", err)
	}
	return found, nil
}

func (s Search) statement(n narrowing) string {
	return findEntries + n.where() + fmt.Sprintf("\norder by e.at desc, e.seq desc limit %d", pageSize(s.Limit))
}

func placeOf(ctx context.Context, q Querier, id string) (at time.Time, seq int64, err error) {
	if !uuid.MatchString(id) {
		return at, 0, ErrNotInLog
	}
	err = q.QueryRow(ctx, cursorOf, id).Scan(&at, &seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return at, 0, ErrNotInLog
	}
	if err != nil {
		return at, 0, fmt.Errorf("finding a place among the entries: %w", err)
	}
	return at, seq, nil
}

// narrowing collects conditions with their arguments.
type narrowing struct {
	conditions []string
	args       []any
}

// add takes a condition with one %d for each argument.
func (n *narrowing) add(condition string, args ...any) {
	var numbers []any
	for _, a := range args {
		n.args = append(n.args, a)
		numbers = append(numbers, len(n.args))
	}
	n.conditions = append(n.conditions, fmt.Sprintf(condition, numbers...))
}

func (n *narrowing) where() string {
	if len(n.conditions) == 0 {
		return ""
	}
	return "\nwhere " + strings.Join(n.conditions, " and ")
}

// wasOpened is the condition of Opened: who sends a piece is given a permit too, and reads nothing. The partial indexes of migrations/audit/00008 have the
// same words.
const wasOpened = "(e.outcome = 'INTENT' and e.action <> 'document.upload' or e.outcome = 'DONE' and e.retention = 'ACCESS')"

// ofObject are the entries of an object, and the readings that opened it among others.
const ofObject = `(e.at, e.id) in (select a.at, a.id from audit.entries a where a.object = $%d
	union all select s.at, s.entry from audit.shown s where s.object = $%d)`

func (s Search) conditions() narrowing {
	var n narrowing
	for condition, value := range map[string]string{
		"e.subject = $%d": s.Subject, "e.action = $%d": s.Action, "e.rule = $%d": s.Rule,
	} {
		if value != "" {
			n.add(condition, value)
		}
	}
	if s.Object != "" {
		n.add(ofObject, s.Object, s.Object)
	}
	switch s.Result {
	case "":
	case Opened:
		n.add(wasOpened)
	case Refused:
		n.add("e.outcome = 'REFUSED'") // a literal, so that the index of refusals serves
	default:
		n.add("e.outcome = $%d", s.Result)
	}
	if !s.From.IsZero() {
		n.add("e.at >= $%d", s.From)
	}
	if !s.Until.IsZero() {
		n.add("e.at < $%d", s.Until)
	}
	return n
}
