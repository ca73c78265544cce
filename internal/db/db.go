// Package db is plumbing for PostgreSQL: a pool with an empty search path, one helper for transactions, and the name of the
// constraint that an error broke. It trusts nothing that PostgreSQL says about a row: messages and details repeat values, so they
// are taken out of every error before pgx sees it (redact.go).
package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool is pgx's pool, named here so that callers need one import.
type Pool = pgxpool.Pool

// Options of a pool.
type Options struct {
	URL             string // a PostgreSQL connection URL; several hosts are tried in order
	ApplicationName string // as shown in pg_stat_activity; "cloison" when empty
	MaxConns        int32  // 0: pgx's own default
}

// Open makes a pool and checks that the database answers. The search path is empty on every connection: a name without its
// schema never resolves, whatever schema an attacker could create (TestOpenEmptiesTheSearchPath).
func Open(ctx context.Context, o Options) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		// pgx redacts the password in its own message, but the host and the user stay.
		return nil, fmt.Errorf("reading the database URL: %w", err)
	}
	name := o.ApplicationName
	if name == "" {
		name = "cloison"
	}
	params := config.ConnConfig.RuntimeParams
	params["application_name"] = name
	params["search_path"] = ""
	params["timezone"] = "UTC"
	config.ConnConfig.BuildFrontend = frontend
	if o.MaxConns > 0 {
		config.MaxConns = o.MaxConns
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("opening the database pool: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reaching the database: %w", err)
	}
	return pool, nil
}

// Role is who the pool's connections are to the database.
func Role(ctx context.Context, pool *pgxpool.Pool) (role string, err error) {
	if err := pool.QueryRow(ctx, `SELECT current_user::text`).Scan(&role); err != nil {
		return "", fmt.Errorf("asking the database who we are: %w", err)
	}
	return role, nil
}

// Beginner starts transactions: a pool, a connection, or a transaction (then a savepoint).
type Beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Querier reads: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// rollbackTime bounds a rollback, which must be tried even when the request is already cancelled.
const rollbackTime = 5 * time.Second

// InTx runs fn in a transaction and commits it. Any error rolls back, under a context detached from the request: a client that
// hangs up must not leave a transaction, and its locks, open in the pool (TestInTxRollsBackWhenTheRequestIsGone).
func InTx(ctx context.Context, conn Beginner, fn func(pgx.Tx) error) (err error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	done := false
	defer func() {
		if !done {
			Rollback(ctx, tx)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	done = true
	if err := tx.Commit(ctx); err != nil {
		Rollback(ctx, tx)
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// Rollback rolls back under a context detached from the request. Its failure is not reported: the connection is then broken, pgx
// closes it, and PostgreSQL rolls back by itself.
func Rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_ = tx.Rollback(ctx)
}

// Constraint is the name of the constraint that err broke. Never its Detail, which repeats the row.
func Constraint(err error) (name string, ok bool) {
	var broken *pgconn.PgError
	if !errors.As(err, &broken) || broken.ConstraintName == "" {
		return "", false
	}
	return broken.ConstraintName, true
}
