package audit_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

// aged is a log of entries of 2026, half of accesses and half of procedure, some years later.
type aged struct {
	t                *testing.T
	owner, app, root *pgxpool.Pool
	signer           audit.Signer
	log              note.Verifier
}

var afterThreeYears = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

func newAged(t *testing.T, entries int) *aged {
	t.Helper()
	names := pgtest.New(t, "server")
	a := &aged{t: t, owner: pgtest.Open(t, names.OwnerURL), app: pgtest.Open(t, names.RoleURL), root: pgtest.Open(t, names.SuperURL)}
	a.signer, a.log = ownLog(t)
	fill(t, a.app, entries)
	a.sign()
	return a
}

func (a *aged) sign() {
	a.t.Helper()
	integrateAll(a.t, a.app)
	signHead(a.t, a.app, a.signer, a.log)
}

func (a *aged) erase(retention string, year int, now time.Time) (e audit.Erasure, err error) {
	a.t.Helper()
	err = db.InTx(a.t.Context(), a.owner, func(tx pgx.Tx) (err error) {
		e, err = audit.Erase(a.t.Context(), tx, retention, year, now)
		return err
	})
	return e, err
}

// erased ends the retention of the accesses of 2026.
func (a *aged) erased() {
	a.t.Helper()
	if e, err := a.erase(audit.Access, 2026, afterThreeYears); err != nil || e.Dropped {
		a.t.Fatalf("%+v, %v", e, err)
	}
	a.sign()
	if e, err := a.erase(audit.Access, 2026, afterThreeYears); err != nil || !e.Dropped {
		a.t.Fatalf("%+v, %v", e, err)
	}
}

// verified verifies the rows and the folder: both say the same.
func (a *aged) verified() audit.Report {
	a.t.Helper()
	rows, err := audit.VerifyRows(a.t.Context(), a.root, audit.VerifyOptions{Log: a.log})
	if err != nil {
		a.t.Fatal(err)
	}
	files := folder{}
	if _, err := audit.Export(a.t.Context(), a.app, files.put); err != nil {
		a.t.Fatal(err)
	}
	whole, err := audit.Verify(a.t.Context(), files.fetch, audit.VerifyOptions{Log: a.log})
	if err != nil {
		a.t.Fatal(err)
	}
	if rows.Erased != whole.Erased || (rows.Broken == nil) != (whole.Broken == nil) || rows.Broken != nil && rows.Broken.Index != whole.Broken.Index {
		a.t.Errorf("rows: %+v %+v; folder: %+v %+v", rows, rows.Broken, whole, whole.Broken)
	}
	return rows
}

func (a *aged) change(sql string, args ...any) {
	a.t.Helper()
	if tag, err := a.root.Exec(a.t.Context(), sql, args...); err != nil || tag.RowsAffected() == 0 {
		a.t.Fatalf("%s: %d, %v", sql, tag.RowsAffected(), err)
	}
}

// A year is announced in the log, then dropped; what stays is whole and proven, and what was taken besides is found at its place.
func TestWhatIsMissingIsWhatWasErased(t *testing.T) {
	t.Parallel()
	a := newAged(t, 600)
	a.erased()
	if r := a.verified(); r.Broken != nil || r.Erased != 300 || r.Entries != 301 {
		t.Fatalf("after the erasure: %+v, %+v", r, r.Broken)
	}
	var kept string
	const procedure = "select l.position, e.id::text from audit.entries e join audit.leaves l on l.entry = e.id where e.retention = 'PROCEDURE' order by 1 desc offset 40 limit 1"
	var position int64
	if err := a.app.QueryRow(t.Context(), procedure).Scan(&position, &kept); err != nil {
		t.Fatal(err)
	}
	proof, err := audit.Prove(t.Context(), a.app, kept)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := proof.Check(a.log); err != nil {
		t.Errorf("the proof of what is kept: %v", err)
	}
	a.change("update audit.erasures set places = set_bit(places, $1, 1)", position)
	a.change("delete from audit.entries where id = $1", kept)
	if r := a.verified(); r.Broken == nil || r.Broken.Index != 0 && r.Broken.Index != 1 {
		t.Errorf("taken, and said to be erased: %+v", r.Broken)
	}
	a.change("update audit.erasures set places = set_bit(places, $1, 0)", position)
	if r := a.verified(); r.Broken == nil || r.Broken.Index != position {
		t.Errorf("taken at %d: %+v", position, r.Broken)
	}
}

// Without the places that the log vouches for, everything that is missing was taken.
func TestAnErasureThatNothingSaysIsALoss(t *testing.T) {
	t.Parallel()
	a := newAged(t, 20)
	a.erased()
	a.change("delete from audit.erasures")
	if r := a.verified(); r.Broken == nil {
		t.Error("a whole log")
	}
}

// The names that a list showed go with the entry that showed them.
func TestWhatAnEntryShowedIsErasedWithIt(t *testing.T) {
	t.Parallel()
	a := newAged(t, 4)
	const shown = `insert into audit.shown (entry, object, object_kind, at, subject, session, action)
		select e.id, 'd-1', 'dossier', e.at, e.subject, e.session, e.action from audit.entries e`
	a.change(shown)
	a.erased()
	if left := count(t, a.app, "select count(*) from audit.shown"); left != 2 {
		t.Errorf("%d rows are left, of two entries of procedure", left)
	}
}

// Nothing is erased before its term, unless the log says so under a signed head, or when it is not the year that was announced.
func TestAnErasureIsRefused(t *testing.T) {
	t.Parallel()
	a := newAged(t, 8)
	refused := func(what, retention string, year int, now time.Time, want error) {
		t.Helper()
		if e, err := a.erase(retention, year, now); !errors.Is(err, want) || e.Dropped {
			t.Errorf("%s: %+v, %v; want %v", what, e, err, want)
		}
	}
	refused("a day too early", audit.Access, 2026, afterThreeYears.AddDate(0, 0, -1), audit.ErrTooEarly)
	refused("procedure, after three years", audit.Procedure, 2026, afterThreeYears, audit.ErrTooEarly)
	refused("procedure, a day too early", audit.Procedure, 2026, time.Date(2031, 12, 31, 0, 0, 0, 0, time.UTC), audit.ErrTooEarly)
	refused("a year without entries", audit.Access, 2027, afterThreeYears.AddDate(1, 0, 0), audit.ErrNoYear)
	refused("a year that has no table", audit.Access, 2019, afterThreeYears, audit.ErrNoYear)
	refused("another kind", "OTHER", 2026, afterThreeYears, audit.ErrNoTerm)
	fill(t, a.app, 2)
	refused("entries without a signed head", audit.Access, 2026, afterThreeYears, audit.ErrUnsigned)
	a.sign()
	if e, err := a.erase(audit.Access, 2026, afterThreeYears); err != nil || e.Dropped || e.Entries != 5 {
		t.Fatalf("%+v, %v", e, err)
	}
	integrateAll(t, a.app)
	refused("announced under no head", audit.Access, 2026, afterThreeYears, audit.ErrAnnounced)
	if r := a.verified(); r.Broken != nil || r.Erased != 0 {
		t.Errorf("announced: %+v", r)
	}
	fill(t, a.app, 2)
	a.sign()
	refused("a year that grew", audit.Access, 2026, afterThreeYears, audit.ErrGrew)
	if got := count(t, a.app, "select count(*) from audit.entries"); got != 13 {
		t.Errorf("%d entries are left", got)
	}
	if _, err := a.app.Exec(t.Context(), "insert into audit.erasures (retention, year, at, entry, entries, places) values ('ACCESS', 2027, now(), gen_random_uuid(), 1, '\\x01')"); err == nil {
		t.Error("the program says what was erased")
	}
}
