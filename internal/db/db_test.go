package db_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

func TestOpenEmptiesTheSearchPath(t *testing.T) {
	t.Parallel()
	owner, _ := pgtest.Database(t, "server")
	var path string
	if err := owner.QueryRow(t.Context(), "SHOW search_path").Scan(&path); err != nil || strings.Trim(path, `"`) != "" {
		t.Errorf("search_path = %q, %v", path, err)
	}
	if _, err := owner.Exec(t.Context(), "CREATE TABLE unqualified (id int)"); err == nil {
		t.Error("a name without its schema resolved")
	}
}

func TestInTx(t *testing.T) {
	t.Parallel()
	owner, _ := pgtest.Database(t, "server")
	if _, err := owner.Exec(t.Context(), "CREATE SCHEMA probe; CREATE TABLE probe.t (id int CONSTRAINT small CHECK (id < 10))"); err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		if err := owner.QueryRow(context.Background(), "SELECT count(*) FROM probe.t").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	insert := func(ctx context.Context, tx pgx.Tx, id int) error {
		_, err := tx.Exec(ctx, "INSERT INTO probe.t (id) VALUES ($1)", id)
		return err
	}
	if err := db.InTx(t.Context(), owner, func(tx pgx.Tx) error { return insert(t.Context(), tx, 1) }); err != nil || count() != 1 {
		t.Errorf("commit: %v, %d rows", err, count())
	}
	stop := errors.New("stop")
	err := db.InTx(t.Context(), owner, func(tx pgx.Tx) error { return errors.Join(insert(t.Context(), tx, 2), stop) })
	if !errors.Is(err, stop) || count() != 1 {
		t.Errorf("error: %v, %d rows", err, count())
	}
	err = db.InTx(t.Context(), owner, func(tx pgx.Tx) error { return insert(t.Context(), tx, 99) })
	if name, ok := db.Constraint(err); !ok || name != "small" {
		t.Errorf("constraint = %q, %t (%v)", name, ok, err)
	}
	if _, ok := db.Constraint(stop); ok {
		t.Error("an error that is not PostgreSQL's names a constraint")
	}
	func() {
		defer func() { recover() }()
		_ = db.InTx(t.Context(), owner, func(tx pgx.Tx) error { _ = insert(t.Context(), tx, 3); panic("in the middle") })
	}()
	if count() != 1 {
		t.Errorf("after a panic: %d rows", count())
	}
}

// The transaction is over, and its connection whole, although the request was cancelled while it ran.
func TestInTxRollsBackWhenTheRequestIsGone(t *testing.T) {
	t.Parallel()
	owner, _ := pgtest.Database(t, "server")
	conn, err := owner.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	ctx, cancel := context.WithCancel(t.Context())
	err = db.InTx(ctx, conn, func(pgx.Tx) error { cancel(); return ctx.Err() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() != 'I' {
		t.Error("the connection was lost or left in a transaction")
	}
}

func TestOpenRefusesWhatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://%zz", "postgres://nobody@localhost:1/none?connect_timeout=1"} {
		if pool, err := db.Open(t.Context(), db.Options{URL: url}); err == nil {
			pool.Close()
			t.Errorf("%s opened", url)
		}
	}
}
