package audit_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

func TestASearchNarrowsAndPages(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	var all []audit.Entry // newest first
	for i, outcome := range []string{audit.Done, audit.Refused, audit.Intent, audit.Served, audit.Done} {
		e := entry()
		e.At = noon.Add(time.Duration(i) * time.Hour)
		e.Object, e.Outcome, e.Rule = []string{"o-1", "o-2"}[i%2], outcome, []string{"RULE_A", "RULE_B"}[i%2]
		switch outcome {
		case audit.Refused:
			e.Decision = audit.Deny
		case audit.Served:
			e.Intent = all[0].ID
		}
		if i == 2 {
			e.Action = "document.read"
		}
		if i == 4 {
			e.Action, e.Retention = "referral.get", audit.Access
		}
		mustAdd(t, app, e)
		all = slices.Insert(all, 0, e)
	}
	// A list whose names were opened in one reading shows o-3 among others.
	if err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
		return audit.AppendShown(t.Context(), tx, all[2], "dossier", []string{"o-3", "o-4"})
	}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		search audit.Search
		want   []audit.Entry
	}{
		"everything":     {audit.Search{}, all},
		"account":        {audit.Search{Subject: all[2].Subject}, all[2:3]},
		"dossier":        {audit.Search{Object: "o-2"}, []audit.Entry{all[1], all[3]}},
		"act":            {audit.Search{Action: "referral.get"}, all[:1]},
		"refused":        {audit.Search{Result: audit.Refused}, all[3:4]},
		"by rule":        {audit.Search{Result: audit.Refused, Rule: "RULE_B"}, all[3:4]},
		"served":         {audit.Search{Result: audit.Served}, all[1:2]},
		"opened":         {audit.Search{Result: audit.Opened}, []audit.Entry{all[0], all[2]}},
		"from":           {audit.Search{From: noon.Add(3 * time.Hour)}, all[:2]},
		"until":          {audit.Search{Until: noon.Add(time.Hour)}, all[4:]},
		"both":           {audit.Search{Object: "o-1", Result: audit.Opened}, []audit.Entry{all[0], all[2]}},
		"first page":     {audit.Search{Limit: 2}, all[:2]},
		"next page":      {audit.Search{Limit: 2, After: all[1].ID}, all[2:4]},
		"unknown cursor": {audit.Search{After: audit.NewID()}, nil},
		"no cursor":      {audit.Search{After: "' or true --"}, nil},
		"among others":   {audit.Search{Object: "o-3"}, all[2:3]},
	} {
		got, err := c.search.Find(t.Context(), app)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same := func(a, b audit.Entry) bool { return a.ID == b.ID }
		if !slices.EqualFunc(got, c.want, same) {
			t.Errorf("%s: %d entries, want %d: %+v", name, len(got), len(c.want), got)
		}
	}
}

// Many entries, written as the owner at once: of 400 accounts on 2,000 dossiers, over a year.
const manyEntries = `
insert into audit.entries (id, at, subject, session, role, purpose, action, object_kind, object, item, decision, rule, policy, outcome, intent, request_id, digests, bytes, retention)
select gen_random_uuid(), timestamptz '2026-01-01 00:00:00Z' + i * interval '9 minutes', '00000000-0000-4000-8000-' || lpad((i * 7919 % 400)::text, 12, '0'), 's-' || i % 3000,
	'MEDECIN', 'INSTRUCTION', case i % 5 when 0 then 'report.save' when 1 then 'dossier.get' else 'document.read' end, 'dossier',
	'00000000-0000-4000-9000-' || lpad((i * 104729 % 2000)::text, 12, '0'), 'p-' || i % 11, case i % 50 when 0 then 'DENY' else 'ALLOW' end,
	case i % 50 when 0 then 'NOT_ASSIGNED' else 'ALLOW_RAPPORTEUR' end, repeat('0a', 32),
	case when i % 50 = 0 then 'REFUSED' when i % 5 = 0 then 'DONE' when i % 5 = 1 then 'DONE' else 'INTENT' end, '', 'r-' || i, '{}', 0,
	case when i % 5 = 0 then 'PROCEDURE' else 'ACCESS' end
from generate_series(1, $1::bigint) i`

func fillMany(t testing.TB, owner *pgxpool.Pool, count int) {
	t.Helper()
	for _, sql := range []string{manyEntries, "analyze audit.entries"} {
		args := []any{count}
		if sql != manyEntries {
			args = nil
		}
		if _, err := owner.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
}

// "Who opened this dossier", and every other filter alone, reads a range of one index: the rows that it passes over are those that it answers.
func TestWhoOpenedADossierReadsAnIndex(t *testing.T) {
	t.Parallel()
	owner, app := pgtest.Database(t, "medical")
	fillMany(t, owner, 20_000)
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		search audit.Search
		index  string // what every scan is by
	}{
		"who opened this dossier":     {audit.Search{Object: "00000000-0000-4000-9000-000000000017", Result: audit.Opened}, "(object = |(id = |(at = "},
		"what did this account open":  {audit.Search{Subject: "00000000-0000-4000-8000-000000000017", Result: audit.Opened}, "(subject = "},
		"this act":                    {audit.Search{Action: "report.save"}, ""},
		"what did this rule refuse":   {audit.Search{Rule: "NOT_ASSIGNED", Result: audit.Refused}, "(rule = "},
		"this day":                    {audit.Search{From: day, Until: day.AddDate(0, 0, 1)}, "(at >= "},
		"an account, within a period": {audit.Search{Subject: "00000000-0000-4000-8000-000000000017", From: day, Until: day.AddDate(0, 1, 0)}, "(subject = "},
		"the last ones":               {audit.Search{}, ""},
	} {
		for _, scan := range scans(t, app, c.search) {
			condition, _ := scan["Index Cond"].(string)
			if recheck, ok := scan["Recheck Cond"].(string); ok {
				condition = recheck
			}
			kind, _ := scan["Node Type"].(string)
			byIndex := kind != "Seq Scan"
			if c.index != "" {
				byIndex = byIndex && regexp.MustCompile(strings.NewReplacer("(", `\b`).Replace(c.index)).MatchString(condition)
			}
			if !byIndex {
				t.Errorf("%s: %s on %v, condition %q", name, kind, scan["Relation Name"], condition)
			}
			if removed, _ := scan["Rows Removed by Filter"].(float64); removed > 100 {
				t.Errorf("%s: passes over %.0f rows that it does not answer", name, removed)
			}
		}
	}
}

// scans are the nodes of a plan that read a table.
func scans(t *testing.T, app *pgxpool.Pool, s audit.Search) []map[string]any {
	t.Helper()
	sql, args := s.Statement()
	var text []byte
	if err := app.QueryRow(t.Context(), "explain (analyze, format json) "+sql, args...).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return scansOf(t, string(text))
}
