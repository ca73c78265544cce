package act

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/crash"
	"cloison/internal/db"
	"cloison/policy"
)

// ErrNotFound is for Load: there is no such object. NotFound() does as well.
var ErrNotFound = errors.New("not found")

// denial is a refusal by policy, before it is known what the person may be told.
type denial struct{ policy.Decision }

func (d *denial) Error() string { return "refused by " + d.Rule }

// loadError: in Load, and only there, no row is "not found" (in fn it would be a defect).
func loadError(err error) error {
	if errors.Is(err, ErrNotFound) || errors.Is(err, pgx.ErrNoRows) {
		return NotFound()
	}
	return err
}

// recordTime bounds the writing of the entry of a refusal, whose request may already be gone.
const recordTime = 5 * time.Second

// recordRefusal commits the entry of an act that was refused or failed, and gives the error for the caller. The transaction of the act
// is rolled back already. The same connection serves, so that a full pool cannot keep refusals from being recorded; only where it was
// lost (a client that hangs up in the middle of a query closes it) another is asked for. No entry: the caller learns nothing but that the
// service is unavailable. Of one session the log takes so many refusals (refusalCap); beyond, the caller learns nothing but that.
func (t *attempt) recordRefusal(ctx context.Context, conn *pgxpool.Conn, cause error) error {
	answer := t.classify(cause)
	if t.entry.Outcome == audit.Refused && t.entry.Session != "" {
		recorded, told := t.gate.refusals.take(t.entry.Session, t.now)
		if !recorded {
			answer = NewError(RateLimited, "")
			t.entry.Rule = "REFUSALS_CAPPED"
		}
		if !recorded && !told {
			return answer
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	var on db.Beginner = conn
	if conn.Conn().IsClosed() {
		on = t.gate.o.Pool
	}
	crash.Point("refusal/" + t.act.Action + ".before")
	err := db.InTx(ctx, on, func(tx pgx.Tx) error { return audit.Append(ctx, tx, t.entry) })
	crash.Point("refusal/" + t.act.Action + ".after")
	if err != nil {
		return Wrap(Unavailable, "", fmt.Errorf("recording that %s was not done: %w", t.act.Action, errors.Join(err, cause)))
	}
	return answer
}

// classify completes the entry from what went wrong and gives what the person is told.
func (t *attempt) classify(cause error) *Error {
	// What fn announced did not happen: the entry names the object asked for, and no header was written.
	t.entry.ObjectKind, t.entry.Object, t.entry.Item = t.act.Object.Kind, opaque(t.act.Object.ID), opaque(t.act.Object.Item)
	t.entry.Digests = nil
	t.entry.Outcome = audit.Refused

	var denied *denial
	if errors.As(cause, &denied) {
		if !denied.Visible {
			return NotFound()
		}
		return &Error{Kind: Kind(denied.Kind), Rule: denied.Rule, Sentence: denied.Sentence, Visible: true}
	}
	answer := t.gate.explain(cause)
	if t.entry.Decision == audit.Allow && refusal(answer.Kind) {
		t.entry.Decision = audit.Deny
	}
	t.entry.Rule = answer.Rule
	if t.entry.Rule == "" {
		t.entry.Rule = strings.ToUpper(string(answer.Kind))
	}
	if !refusal(answer.Kind) {
		t.entry.Outcome = audit.Failed
	}
	return answer
}

// explain turns any error of Load, fn or PostgreSQL into an *Error.
func (g *Gate) explain(cause error) *Error {
	var known *Error
	if errors.As(cause, &known) {
		return known
	}
	if name, ok := db.Constraint(cause); ok {
		if rule, ok := g.o.Constraints[name]; ok {
			return Deny(rule)
		}
	}
	if outage(cause) {
		return Wrap(Unavailable, "", cause)
	}
	return Wrap(Internal, "", cause)
}

// refusal: a rule or a form said no. The other kinds are failures.
func refusal(kind Kind) bool {
	switch kind {
	case Sealed, Unavailable, Internal:
		return false
	}
	return true
}

// outage says whether PostgreSQL, rather than the act, is at fault, or the request was given up: trying again may succeed.
func outage(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) {
		return true
	}
	var broken *pgconn.PgError
	if errors.As(err, &broken) {
		switch broken.Code[:2] {
		case "08", "25", "40", "53", "55", "57", "58": // connection, transaction state, rollback, resources, lock, intervention, system
			return true
		}
		return false
	}
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || pgconn.SafeToRetry(err)
}
