package db_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

// TestErrorsQuoteNoValue: however a statement fails, and through whatever it was sent, the value it failed on stands in no field of the
// error. SQLSTATE and constraint stay.
func TestErrorsQuoteNoValue(t *testing.T) {
	t.Parallel()
	pool := pgtest.Open(t, pgtest.New(t, "server").OwnerURL)
	const secret = "0000-07-14-KOFFIGAN"
	_, err := pool.Exec(t.Context(), `CREATE TABLE server.probe (name text CONSTRAINT probe_name CHECK (name = 'x'), day date, twice text CONSTRAINT probe_once UNIQUE)`)
	if err != nil {
		t.Fatal(err)
	}
	insert := `INSERT INTO server.probe (name, twice) VALUES ('x', $1)`
	if _, err := pool.Exec(t.Context(), insert, secret); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		sql, state, constraint string
	}{
		"a cast":       {`INSERT INTO server.probe (day) VALUES ($1::text::date)`, "22007", ""},
		"a check":      {`INSERT INTO server.probe (name) VALUES ($1)`, "23514", "probe_name"},
		"a unique key": {insert, "23505", "probe_once"},
		"raised":       {`SELECT set_config('server.x', $1, false), (SELECT 1 FROM server.probe WHERE ('{' || $1)::jsonb IS NULL)`, "22P02", ""},
	} {
		_, direct := pool.Exec(t.Context(), c.sql, secret)
		inTx := db.InTx(t.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), c.sql, secret)
			return err
		})
		read := pool.QueryRow(t.Context(), c.sql, secret).Scan()
		for _, err := range []error{direct, inTx, read} {
			var broken *pgconn.PgError
			if !errors.As(err, &broken) || broken.Code != c.state || broken.ConstraintName != c.constraint {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !strings.Contains(err.Error(), c.state) || !strings.Contains(err.Error(), c.constraint) {
				t.Errorf("%s: an operator reads %q", name, err)
			}
			var log bytes.Buffer
			slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "error", fmt.Errorf("inserting: %w", err), "whole", *broken)
			if strings.Contains(log.String(), "KOFFIGAN") || strings.Contains(fmt.Sprintf("%+v", broken), "KOFFIGAN") {
				t.Errorf("%s: the value stands in the error: %s", name, log.String())
			}
		}
	}
}

// TestRedactionKeepsTheStream: whatever pieces the bytes come in, every other message passes as it is, and a malformed error is not read
// past its end.
func TestRedactionKeepsTheStream(t *testing.T) {
	t.Parallel()
	var stream []byte
	for _, m := range []pgproto3.BackendMessage{
		&pgproto3.ParameterStatus{Name: "a", Value: "b"}, &pgproto3.NoticeResponse{Message: "KOFFIGAN"},
		&pgproto3.ErrorResponse{Severity: "ERROR", Code: "23514", Message: "KOFFIGAN", Detail: "KOFFIGAN", Hint: "KOFFIGAN", Where: "KOFFIGAN", InternalQuery: "KOFFIGAN", ConstraintName: "one"},
		&pgproto3.DataRow{Values: [][]byte{[]byte("value"), nil}}, &pgproto3.CommandComplete{CommandTag: []byte("SELECT 1")}, &pgproto3.ReadyForQuery{TxStatus: 'I'},
	} {
		var err error
		if stream, err = m.Encode(stream); err != nil {
			t.Fatal(err)
		}
	}
	for name, reader := range map[string]io.Reader{
		"whole": bytes.NewReader(stream), "by bytes": iotest.OneByteReader(bytes.NewReader(stream)), "by halves": iotest.HalfReader(bytes.NewReader(stream)),
	} {
		f := db.Frontend(reader, io.Discard)
		var got []string
		for range 6 {
			m, err := f.Receive()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, fmt.Sprintf("%T", m))
			text := fmt.Sprintf("%+v", m)
			if e, ok := m.(*pgproto3.ErrorResponse); ok && (e.Code != "23514" || e.ConstraintName != "one" || e.Message != "one" || e.Severity != "ERROR") {
				t.Errorf("%s: %s", name, text)
			}
			if strings.Contains(text, "KOFFIGAN") {
				t.Errorf("%s: %s", name, text)
			}
		}
		if all := strings.Join(got, " "); all != "*pgproto3.ParameterStatus *pgproto3.NoticeResponse *pgproto3.ErrorResponse *pgproto3.DataRow *pgproto3.CommandComplete *pgproto3.ReadyForQuery" {
			t.Errorf("%s: %s", name, all)
		}
	}
	for name, bad := range map[string][]byte{
		"too long": {'E', 0x7f, 0xff, 0xff, 0xff}, "no length": {'E', 0, 0, 0, 0}, "cut": {'E', 0, 0, 0, 9, 'M'}, "no end": {'E', 0, 0, 0, 8, 'M', 'x', 'y', 'z'},
	} {
		if m, err := db.Frontend(bytes.NewReader(bad), io.Discard).Receive(); err == nil && strings.Contains(fmt.Sprintf("%+v", m), "xyz") {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
