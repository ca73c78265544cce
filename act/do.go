package act

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/crash"
	"cloison/internal/db"
)

// Do does an act: in one transaction it looks for the Idempotency-Key, loads and locks, asks policy, runs fn, appends the entry and
// commits. On any error nothing changed, and the entry of the refusal or failure is committed by itself, on the same connection; if
// that entry cannot be written either, the error is of kind unavailable whatever the cause was.
//
// The error is always an *Error.
func (g *Gate) Do(ctx context.Context, who Subject, a Act, fn func(ctx context.Context, tx *Tx) error) (Result, error) {
	t := g.begin(who, a)
	conn, err := g.o.Pool.Acquire(ctx)
	if err != nil {
		return Result{}, Wrap(Unavailable, "", fmt.Errorf("acquiring a connection for %s: %w", a.Action, err))
	}
	defer conn.Release()

	var result Result
	var done *Tx
	err = db.InTx(ctx, conn, func(pgxTx pgx.Tx) error {
		var err error
		result, done, err = t.do(ctx, pgxTx, fn)
		if err == nil {
			crash.Point("act/" + a.Action + ".before")
		}
		return err
	})
	if err != nil {
		return Result{}, t.recordRefusal(ctx, conn, err)
	}
	crash.Point("act/" + a.Action + ".after")
	if done != nil {
		for _, hook := range done.hooks {
			hook()
		}
	}
	return result, nil
}

// do is the act inside its transaction. The Tx is nil for a replay, whose hooks ran the first time.
func (t *attempt) do(ctx context.Context, pgxTx pgx.Tx, fn func(context.Context, *Tx) error) (Result, *Tx, error) {
	if t.keyed() {
		result, found, err := t.replay(ctx, pgxTx)
		if err != nil || found {
			return result, nil, err
		}
	}
	resource, err := t.decide(ctx, pgxTx)
	if err != nil {
		return Result{}, nil, err
	}
	tx := &Tx{Tx: pgxTx, Now: t.now, Resource: resource, attempt: t, status: 200}
	if err := call(ctx, tx, fn); err != nil {
		return Result{}, nil, err
	}
	t.entry.Outcome = audit.Done
	if err := audit.Append(ctx, pgxTx, t.entry); err != nil {
		return Result{}, nil, Wrap(Unavailable, "", err)
	}
	result := Result{Entry: t.entry.ID, Object: tx.object(), Status: tx.status, At: t.now}
	if t.keyed() {
		if err := t.remember(ctx, pgxTx, result); err != nil {
			return Result{}, nil, err
		}
	}
	return result, tx, nil
}

// call runs fn and turns a panic into an error, so that it too leaves an entry. The value of the panic is dropped: it may hold what
// fn was working on. The stack is kept for the journal.
func call(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("panic in %s:\n%s", tx.attempt.act.Action, debug.Stack())
		}
	}()
	return fn(ctx, tx)
}
