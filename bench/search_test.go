package bench

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/clock"
	"cloison/internal/dev/pgtest"
)

// TestSearchOfManyEntries is row P8: one page of a search of the log by each filter, at ten million entries over three years, beside the same at a hundred
// thousand. It prints besides how long an incident takes to be measured at the larger size: its goal is 10 s.
func TestSearchOfManyEntries(t *testing.T) {
	small, large := 2_000, 6_000
	if *figuresFile != "" {
		small, large = 100_000, 10_000_000
	}
	few, many := logOf(t, small), logOf(t, large)
	day := start.AddDate(1, 0, 0)
	var figures []figure
	for name, s := range map[string]audit.Search{
		"a dossier":  {Object: "00000000-0000-4000-9000-000000000017", Result: audit.Opened},
		"an account": {Subject: "00000000-0000-4000-8000-000000000017", Result: audit.Opened},
		"an act":     {Action: "report.save"},
		"a result":   {Result: audit.Refused, Rule: "NOT_ASSIGNED"},
		"a period":   {From: day, Until: day.AddDate(0, 0, 1)},
	} {
		page := func(pool *pgxpool.Pool) measure {
			return sampled(t, func() {
				if found, err := s.Find(t.Context(), pool); err != nil || len(found) == 0 {
					t.Fatalf("%s: %d entries, %v", name, len(found), err)
				}
			})
		}
		figures = append(figures, compared("P8", fmt.Sprintf("search by %s, %d entries", name, large), page(many), fmt.Sprintf("%d entries", small), page(few), 2))
	}
	report(t, figures)
	for name, x := range map[string]audit.Exposure{"an account": {Subject: "00000000-0000-4000-8000-000000000017"}, "everybody, one month": {From: day, Until: day.AddDate(0, 1, 0)}} {
		machine := clock.Machine{}
		begun := machine.Now()
		count, err := x.Count(t.Context(), many)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.List(t.Context(), many, "", int(count.Persons)); err != nil {
			t.Fatal(err)
		}
		t.Logf("an incident, %s, of %d entries: %d persons, %v", name, large, count.Persons, machine.Now().Sub(begun).Round(time.Millisecond))
	}
}

// logOf is a database with that many entries: of 400 accounts, twenty a dossier, a refusal in fifty.
func logOf(t *testing.T, entries int) *pgxpool.Pool {
	t.Helper()
	owner, app := pgtest.Database(t, "medical")
	for _, sql := range []string{fmt.Sprintf(loggedEntries, entries, 3*365*24*3600/entries+1), "VACUUM (ANALYZE) audit.entries"} {
		if _, err := owner.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return app
}

const loggedEntries = `
INSERT INTO audit.entries (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id,
	digests, bytes, retention)
SELECT gen_random_uuid(), timestamptz '2026-01-05 00:00:00Z' + i * %[2]d * interval '1 second', '00000000-0000-4000-8000-' || lpad((i * 7919 %% 400)::text, 12, '0'),
	'00000000-0000-4000-a000-' || lpad((i / 40)::text, 12, '0'), 'MEDECIN', 'INSTRUCTION',
	CASE i %% 5 WHEN 0 THEN 'report.save' WHEN 1 THEN 'dossier.get' ELSE 'document.read' END, 'dossier',
	'00000000-0000-4000-9000-' || lpad((i * 104729 %% (%[1]d / 20))::text, 12, '0'), 'p-' || i %% 11, CASE i %% 50 WHEN 0 THEN 'DENY' ELSE 'ALLOW' END,
	CASE i %% 50 WHEN 0 THEN 'NOT_ASSIGNED' ELSE 'ALLOW_RAPPORTEUR' END, repeat('0a', 32),
	CASE WHEN i %% 50 = 0 THEN 'REFUSED' WHEN i %% 5 < 2 THEN 'DONE' ELSE 'INTENT' END, '', 'r-' || i, '{}', 0,
	CASE WHEN i %% 5 = 0 THEN 'PROCEDURE' ELSE 'ACCESS' END
FROM generate_series(1, %[1]d::bigint) i`
