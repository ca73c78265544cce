package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

// A Tuesday, at noon in Paris.
var tuesday = time.Date(2026, 3, 3, 11, 0, 0, 0, time.UTC)

// Each rule of watch finds what it says, from its threshold on, and nothing below it; a rule that is over finds nothing.
func TestEachRuleOfWatchFindsWhatItSays(t *testing.T) {
	t.Parallel()
	account := audit.NewID()
	read := func(at time.Time, object string) audit.Entry {
		return audit.Entry{ID: audit.NewID(), At: at, Subject: account, Session: "s", Role: "MEDECIN", Action: "document.read", ObjectKind: "dossier", Object: object,
			Decision: audit.Allow, Rule: "ALLOW_RAPPORTEUR", Policy: strings.Repeat("0a", 32), Outcome: audit.Intent, Retention: audit.Access}
	}
	times := func(n int, one func(int) audit.Entry) (all []audit.Entry) {
		for i := range n {
			all = append(all, one(i))
		}
		return all
	}
	with := func(change func(*audit.Entry)) func(int) audit.Entry {
		return func(i int) audit.Entry {
			e := read(tuesday.Add(time.Duration(i)*time.Second), "d-1")
			change(&e)
			return e
		}
	}
	refusal := with(func(e *audit.Entry) { e.Decision, e.Outcome, e.Rule = audit.Deny, audit.Refused, "NOT_ASSIGNED" })
	rule := func(code string) func(int) audit.Entry {
		return with(func(e *audit.Entry) {
			e.Rule, e.Outcome, e.Intent = code, audit.Served, audit.NewID()
		})
	}
	done := func(action string) func(int) audit.Entry {
		return with(func(e *audit.Entry) {
			e.Action, e.Outcome, e.Retention, e.ObjectKind = action, audit.Done, audit.Procedure, "portal"
		})
	}
	night := func(i int) audit.Entry { return read(tuesday.Add(11*time.Hour+time.Duration(i)*time.Minute), "d-1") } // 23 h
	sunday := func(i int) audit.Entry {
		return read(tuesday.AddDate(0, 0, -2).Add(time.Duration(i)*time.Minute), "d-1")
	}
	many := func(i int) audit.Entry {
		return read(tuesday.Add(time.Duration(i)*time.Second), fmt.Sprintf("d-%d", i))
	}
	for name, c := range map[string]struct {
		entries []audit.Entry
		want    []string
	}{
		"an ordinary day":        {append(times(39, many), times(4, night)...), nil},
		"at night":               {times(5, night), []string{"HORS_HORAIRES"}},
		"on a Sunday":            {times(5, sunday), []string{"HORS_HORAIRES"}},
		"many dossiers":          {times(40, many), []string{"NOMBREUX_DOSSIERS"}},
		"one dossier, often":     {times(60, with(func(*audit.Entry) {})), nil},
		"four refusals":          {times(4, refusal), nil},
		"five refusals":          {times(5, refusal), []string{"REFUS_REPETES"}},
		"a budget near its end":  {times(1, rule("BUDGET_NEAR")), []string{"PLAFOND_APPROCHE"}},
		"a budget at its end":    {times(1, rule("BUDGET_REACHED")), []string{"PLAFOND_ATTEINT"}},
		"a budget extended":      {times(1, done("budget.extend")), []string{"PLAFOND_ETENDU"}},
		"a rota":                 {times(1, done("rota.set")), []string{"ASTREINTE_FIXEE"}},
		"a college":              {times(1, done("college.replace")), []string{"COLLEGE_REMPLACE"}},
		"a release set aside":    {times(1, rule("RELEASE_QUARANTINED")), []string{"MISE_DE_COTE"}},
		"without the role":       {times(1, with(func(e *audit.Entry) { e.Decision, e.Outcome, e.Rule = audit.Deny, audit.Refused, "ROLE_NO_MEDICAL" })), []string{"SANS_ROLE"}},
		"other rules":            {[]audit.Entry{many(0), with(func(e *audit.Entry) { e.Policy = strings.Repeat("0b", 32) })(1)}, []string{"POLITIQUE_CHANGEE"}},
		"a clock that went back": {[]audit.Entry{many(120), many(0)}, []string{"HORLOGE_RECULE"}},
		"a clock set right":      {[]audit.Entry{many(30), many(0)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, app := pgtest.Database(t, "medical")
			if err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
				for _, e := range c.entries {
					if err := audit.Append(t.Context(), tx, e); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			in := audit.Window{From: tuesday.AddDate(0, 0, -5), Until: tuesday.AddDate(0, 0, 2), Place: "Europe/Paris"}
			var got []string
			for _, w := range watches {
				hits, err := w.look(t.Context(), app, in)
				if err != nil {
					t.Fatal(err)
				}
				for range hits {
					got = append(got, w.Code)
				}
				w.Until = &[]string{"2026-02-01"}[0]
				if hits, err := w.look(t.Context(), app, in); err != nil || len(hits) != 0 {
					t.Errorf("%s, which is over: %d, %v", w.Code, len(hits), err)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
	for _, w := range watches {
		if w.Says == "" || w.Why == "" || w.Source == "" || w.Least < 1 || familyWords[w.Family] == "" || w.From == "" {
			t.Errorf("%s is not explained: %+v", w.Code, w)
		}
	}
}
