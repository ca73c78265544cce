package bench

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical/store"
)

// TestSweepOfManyRows is row P9s: one look of the sweep of deadlines over rows that are open, each over and with its task raised already, which is
// the most that it has to look through and finds nothing in. Beside it the bare count of the same rows.
func TestSweepOfManyRows(t *testing.T) {
	rows := 2_000
	if *figuresFile != "" {
		rows = 500_000
	}
	owner, app := pgtest.Database(t, "medical")
	z := &zone{pool: app}
	z.fill(t, 10)
	now := start.AddDate(2, 0, 0)
	err := db.InTx(t.Context(), owner, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), openDeadlines, rows, now.Add(-time.Hour)); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), raisedTasks, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec(t.Context(), "ANALYZE medical.deadlines, medical.tasks"); err != nil {
		t.Fatal(err)
	}
	bare := sampled(t, func() {
		var n int
		if err := app.QueryRow(t.Context(), "SELECT count(*) FROM medical.deadlines l JOIN medical.tasks t ON t.dossier = l.dossier AND t.code = l.task AND t.ref = l.ref WHERE l.task <> '' AND l.raise_at <= $1", now).Scan(&n); err != nil || n < rows {
			t.Fatalf("%d rows: %v", n, err)
		}
	})
	look := sampled(t, func() {
		found, err := store.FindPassedDeadlines(t.Context(), app, now)
		if err != nil || len(found) != 0 {
			t.Fatalf("%d dossiers found: %v", len(found), err)
		}
	})
	report(t, []figure{compared("P9s", "sweep of deadlines, every row open and raised", look, "the same rows joined by bare SQL", bare, 1.5)})
	if *figuresFile != "" && look.p95 > 10*time.Second {
		t.Logf("a sweep over %d open rows takes %v: its goal is 10 s", rows, look.p95)
	}
}

const openDeadlines = `
INSERT INTO medical.deadlines (dossier, rank, code, ref, start_event, start_on, duration, due_on, over_at, status, task, raise_at)
SELECT d.id, 1000 + g, 'DL4', 'bench-' || g, 'DEMANDE', '2026-01-16', 'P15D', '2026-01-31', $2, 'DEPASSEE', 'SANS_REPONSE_RAPPORT', $2
FROM generate_series(1, $1::integer) g JOIN (SELECT id, row_number() OVER (ORDER BY position) - 1 AS n FROM medical.dossiers) d ON d.n = g % 10`

const raisedTasks = `
INSERT INTO medical.tasks (dossier, code, ref, raised_at)
SELECT l.dossier, l.task, l.ref, $1 FROM medical.deadlines l WHERE l.task <> '' ON CONFLICT DO NOTHING`
