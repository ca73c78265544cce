package audit_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

var exposedEntries = flag.Int("exposed", 20_000, "entries of TestAnExposureReadsAnIndexAlone; at 10000000 it prints how long an incident takes")

// opening is one entry of the oracle, with what else its reading showed.
type opening struct {
	audit.Entry
	shown []string
}

// drawn writes a few hundred entries of a few accounts on a few dossiers, of every outcome.
func drawn(t *testing.T, app *pgxpool.Pool) (all []opening) {
	t.Helper()
	accounts := []string{audit.NewID(), audit.NewID(), audit.NewID()}
	pick := func(of ...string) string { return of[rand.IntN(len(of))] }
	err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
		for i := range 400 {
			e := entry()
			e.At = noon.Add(time.Duration(rand.IntN(72)) * time.Hour)
			e.Subject, e.Session = accounts[rand.IntN(3)], fmt.Sprintf("s-%d", rand.IntN(6))
			e.ObjectKind, e.Object, e.Item = pick("dossier", "dossier", "referral", "release"), pick("d-1", "d-2", "d-3", "d-4", "d-5"), pick("", "p-1", "p-2")
			e.Action = pick("document.read", "document.upload", "dossier.open", "release.get")
			e.Outcome, e.Retention = pick(audit.Intent, audit.Done, audit.Served, audit.Refused), pick(audit.Access, audit.Procedure)
			one := opening{Entry: e}
			switch {
			case e.Outcome == audit.Served:
				one.Intent = audit.NewID()
			case e.Outcome == audit.Refused:
				one.Decision = audit.Deny
			case i%20 == 0:
				one.Outcome, one.Retention, one.ObjectKind, one.Object, one.Item, one.Action = audit.Intent, audit.Access, "portal", "", "", "dossier.names"
				one.shown = []string{"d-1", pick("d-6", "d-7")}
			case i%20 == 1:
				one.Outcome, one.Retention, one.ObjectKind, one.Object, one.Item, one.Action = audit.Done, audit.Access, "", "", "", "referral.list"
			}
			if err := audit.Append(t.Context(), tx, one.Entry); err != nil {
				return err
			}
			if err := audit.AppendShown(t.Context(), tx, one.Entry, "dossier", one.shown); err != nil {
				return err
			}
			all = append(all, one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// oracle answers an exposure by going over every entry.
func oracle(all []opening, x audit.Exposure) (audit.Exposures, []audit.Exposed) {
	type of struct{ kind, object string }
	persons, pieces, accounts := map[of]*audit.Exposed{}, map[of]map[string]bool{}, map[string]bool{}
	readings, byAction := map[string]int64{}, map[string]map[string]bool{}
	out, messages := audit.Exposures{Categories: []audit.Category{}}, map[string]bool{}
	see := func(e opening, kind, object, item string, listed bool) {
		if kind != "dossier" && kind != "referral" {
			return
		}
		key := of{kind, object}
		if persons[key] == nil {
			persons[key], pieces[key] = &audit.Exposed{Kind: kind, Object: object, First: e.At, Last: e.At}, map[string]bool{}
		}
		p := persons[key]
		p.Readings++
		if listed {
			p.Listed++
		}
		if item != "" {
			pieces[key][item] = true
		}
		if e.At.Before(p.First) {
			p.First = e.At
		}
		if e.At.After(p.Last) {
			p.Last = e.At
		}
		accounts[e.Subject] = true
		readings[e.Action]++
		if byAction[e.Action] == nil {
			byAction[e.Action] = map[string]bool{}
		}
		byAction[e.Action][object] = true
		out.Readings++
	}
	for _, e := range all {
		read := e.Outcome == audit.Intent && e.Action != "document.upload" || e.Outcome == audit.Done && e.Retention == audit.Access
		if !read || x.Subject != "" && e.Subject != x.Subject || x.Session != "" && e.Session != x.Session ||
			!x.From.IsZero() && e.At.Before(x.From) || !x.Until.IsZero() && !e.At.Before(x.Until) {
			continue
		}
		if e.Action == "referral.list" {
			out.Lists++
		}
		if e.Action == "release.get" && e.ObjectKind == "release" {
			messages[e.Object] = true
		}
		see(e, e.ObjectKind, e.Object, e.Item, false)
		for _, object := range e.shown {
			see(e, "dossier", object, "", true)
		}
	}
	var list []audit.Exposed
	for key, p := range persons {
		p.Pieces = int64(len(pieces[key]))
		p.First, p.Last = p.First.Truncate(time.Microsecond), p.Last.Truncate(time.Microsecond)
		out.Pieces += p.Pieces
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b audit.Exposed) int {
		return strings.Compare(a.Object+" "+a.Kind, b.Object+" "+b.Kind)
	})
	out.Persons, out.Accounts, out.Messages = int64(len(persons)), int64(len(accounts)), int64(len(messages))
	for _, action := range slices.Sorted(maps.Keys(readings)) {
		out.Categories = append(out.Categories, audit.Category{Action: action, Readings: readings[action], Persons: int64(len(byAction[action]))})
	}
	return out, list
}

// What an incident answers is what going over every entry gives: of an account, of a session, of a period, of any of them together.
func TestAnExposureIsWhatTheEntriesSay(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "medical")
	all := drawn(t, app)
	for range 60 {
		var x audit.Exposure
		if one := all[rand.IntN(len(all))]; rand.IntN(2) == 0 {
			x.Subject = one.Subject
		} else if rand.IntN(2) == 0 {
			x.Session = one.Session
		}
		if rand.IntN(2) == 0 {
			x.From = noon.Add(time.Duration(rand.IntN(72)) * time.Hour)
		}
		if rand.IntN(2) == 0 {
			x.Until = noon.Add(time.Duration(rand.IntN(72)) * time.Hour)
		}
		wantCount, wantList := oracle(all, x)
		count, err := x.Count(t.Context(), app)
		if err != nil {
			t.Fatal(err)
		}
		var list []audit.Exposed
		for after := ""; ; after = list[len(list)-1].Object {
			page, err := x.List(t.Context(), app, after, 1000)
			if err != nil {
				t.Fatal(err)
			}
			for i := range page {
				page[i].First, page[i].Last = page[i].First.UTC(), page[i].Last.UTC()
			}
			list = append(list, page...)
			if len(page) < 1000 {
				break
			}
		}
		if diff := cmp.Diff(wantCount, count); diff != "" {
			t.Fatalf("%+v: %s", x, diff)
		}
		if diff := cmp.Diff(wantList, list); diff != "" {
			t.Fatalf("%+v: %s", x, diff)
		}
	}
}

// planOf answers what is asked with its plan, and nothing else.
type planOf struct {
	*pgxpool.Pool
	plan string
}

func (p *planOf) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	var text []byte
	if err := p.Pool.QueryRow(ctx, "explain (analyze, format json) "+sql, args...).Scan(&text); err != nil {
		return nil, err
	}
	p.plan = string(text)
	return p.Pool.Query(ctx, sql, args...)
}

// The list of an incident is read from an index alone: an entry itself is fetched only where it came since PostgreSQL last cleaned up.
func TestAnExposureReadsAnIndexAlone(t *testing.T) {
	t.Parallel()
	names := pgtest.New(t, "medical")
	owner, app := pgtest.Open(t, names.OwnerURL), pgtest.Open(t, names.RoleURL)
	fillMany(t, owner, *exposedEntries)
	vacuumed(t, owner)
	day := time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)
	for name, x := range map[string]audit.Exposure{
		"an account":            {Subject: "00000000-0000-4000-8000-000000000017"},
		"an account, one month": {Subject: "00000000-0000-4000-8000-000000000017", From: day, Until: day.AddDate(0, 1, 0)},
		"a session":             {Session: "s-17"},
		"everybody, one day":    {From: day, Until: day.AddDate(0, 0, 1)},
	} {
		begun := time.Now()
		if _, err := x.Count(t.Context(), app); err != nil {
			t.Fatal(err)
		}
		if list, err := x.List(t.Context(), app, "", 1_000_000); err != nil || len(list) == 0 {
			t.Fatalf("%s: %d persons, %v", name, len(list), err)
		}
		t.Logf("%s, of %d entries: %v", name, *exposedEntries, time.Since(begun).Round(time.Millisecond))
		explained := planOf{Pool: app}
		if _, err := x.List(t.Context(), &explained, "", 1000); err != nil {
			t.Fatal(err)
		}
		for _, scan := range scansOf(t, explained.plan) {
			if kind := scan["Node Type"]; kind != "Index Only Scan" {
				t.Errorf("%s: %v on %v", name, kind, scan["Relation Name"])
			}
		}
	}
}

// vacuumed has every page of the entries known as visible to all, which an index alone answers for. A vacuum leaves out what a transaction of that
// moment, the server's own included, might still see otherwise: it is asked again.
func vacuumed(t *testing.T, owner *pgxpool.Pool) {
	t.Helper()
	for range 600 {
		if _, err := owner.Exec(t.Context(), "vacuum (analyze) audit.entries"); err != nil {
			t.Fatal(err)
		}
		var whole bool
		err := owner.QueryRow(t.Context(), `SELECT bool_and(c.relallvisible = c.relpages) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
			WHERE i.inhparent IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit.entries'::regclass UNION SELECT 'audit.entries'::regclass) AND c.relkind = 'r'`).Scan(&whole)
		if err != nil {
			t.Fatal(err)
		}
		if whole {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("some pages stay unknown as visible")
}

func scansOf(t *testing.T, plan string) (found []map[string]any) {
	t.Helper()
	var plans []struct{ Plan map[string]any }
	if err := json.Unmarshal([]byte(plan), &plans); err != nil {
		t.Fatal(err)
	}
	var visit func(map[string]any)
	visit = func(node map[string]any) {
		if loops, _ := node["Actual Loops"].(float64); node["Relation Name"] != nil && loops > 0 && node["Actual Rows"] != 0.0 {
			found = append(found, node)
		}
		below, _ := node["Plans"].([]any)
		for _, one := range below {
			visit(one.(map[string]any))
		}
	}
	visit(plans[0].Plan)
	if len(found) == 0 {
		t.Errorf("nothing is read: %s", plan)
	}
	return found
}
