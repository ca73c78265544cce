package act

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/dev/pgtest"
	"cloison/policy"
)

// world is a gate on a real database, as the program's role, with one table that the acts of these tests write to.
type world struct {
	t          *testing.T
	owner, app *pgxpool.Pool
	gate       *Gate
	engine     *policy.Engine
	at         time.Time // of the acts
}

type still time.Time

func (s still) Now() time.Time { return time.Time(s) }

// Already the next day in Paris, and to the nanosecond.
var instant = time.Date(2026, 3, 2, 23, 30, 0, 123456789, time.UTC)

const probeTable = `
CREATE SCHEMA probe;
CREATE TABLE probe.notes (id text NOT NULL, CONSTRAINT notes_once PRIMARY KEY (id), CONSTRAINT notes_unmapped CHECK (id <> 'unmapped'));
GRANT USAGE ON SCHEMA probe TO cloison_medical;
GRANT SELECT, INSERT ON probe.notes TO cloison_medical`

func newWorld(t *testing.T) *world {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	if _, err := owner.Exec(t.Context(), probeTable); err != nil {
		t.Fatal(err)
	}
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, owner: owner, app: app, engine: engine, at: instant}
	w.gate = w.gateWith(engine)
	return w
}

func (w *world) gateWith(d Decider) *Gate {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		w.t.Fatal(err)
	}
	return New(Options{Pool: w.app, Policy: d, Clock: still(w.at), Zone: "medical", Location: paris,
		Constraints: map[string]string{"notes_once": "ALREADY_SIGNED"}})
}

var rapporteur = Subject{ID: "med-12", Reference: "6f1f2ab4-58a5-4a62-9b8b-3d7ba0f0c312", Session: "s-1", Role: "MEDECIN", Profession: "10", Habilitated: true}

var stranger = Subject{ID: "med-02", Reference: "0c0f4ed3-7d86-41d5-a6a7-1c5a44a9ff02", Session: "s-2", Role: "MEDECIN", Profession: "10", Habilitated: true}

func dossier(context.Context, pgx.Tx) (any, error) {
	return policy.Dossier{Kind: "dossier", ID: "d-1", Pipeline: "SEJOUR", Rapporteur: "med-12", CertificateReceived: true,
		Document: &policy.Document{ID: "doc-1", Author: "sec-01"}}, nil
}

func signedDossier(context.Context, pgx.Tx) (any, error) {
	return policy.Dossier{Kind: "dossier", ID: "d-1", Pipeline: "SEJOUR", Rapporteur: "med-12", ReportSigned: true}, nil
}

// save is an act that the rapporteur may do, and nobody else.
func save() Act {
	return Act{Action: "report.save", Object: Object{Kind: "dossier", ID: "d-1"}, RequestID: "req-1", Load: dossier}
}

// read is a reading that the rapporteur may do, and nobody else.
func read() Act {
	return Act{Action: "document.read", Object: Object{"dossier", "d-1", "doc-1"}, Purpose: "INSTRUCTION", RequestID: "req-1", Load: dossier}
}

func write(id string) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO probe.notes (id) VALUES ($1)", id)
		return err
	}
}

func (w *world) notes() []string {
	w.t.Helper()
	rows, err := w.owner.Query(context.Background(), "SELECT n.id FROM probe.notes n ORDER BY n.id")
	if err != nil {
		w.t.Fatal(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// wantNotes: what the acts left behind; none when everything was rolled back.
func (w *world) wantNotes(want ...string) {
	w.t.Helper()
	if got := w.notes(); !slices.Equal(got, want) {
		w.t.Errorf("notes = %v, want %v", got, want)
	}
}

// entries reads the record from another connection, with the owner's rights.
func (w *world) entries() []audit.Entry {
	w.t.Helper()
	entries, err := audit.Find(context.Background(), w.owner, audit.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	return entries
}

// lastEntry requires that n entries stand, and gives the last.
func (w *world) lastEntry(n int) audit.Entry {
	w.t.Helper()
	entries := w.entries()
	if len(entries) != n {
		w.t.Fatalf("%d entries stand, want %d: %+v", len(entries), n, entries)
	}
	if n == 0 {
		return audit.Entry{}
	}
	return entries[n-1]
}

func wantError(t *testing.T, err error, kind Kind, rule string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error = %v, want an *Error of kind %s", err, kind)
	}
	if e.Kind != kind || e.Rule != rule {
		t.Errorf("error = %s %q, want %s %q (%v)", e.Kind, e.Rule, kind, rule, err)
	}
	if e.Sentence == "" {
		t.Error("the error has no sentence for the person")
	}
	return e
}

func wantEntry(t *testing.T, e audit.Entry, decision, outcome, rule string) {
	t.Helper()
	if e.Decision != decision || e.Outcome != outcome || e.Rule != rule {
		t.Errorf("entry = %s %s %q, want %s %s %q", e.Decision, e.Outcome, e.Rule, decision, outcome, rule)
	}
}

const waitingForALock = `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND NOT l.granted
	AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))`
