package audit_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/audit"
	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
)

func entry() audit.Entry {
	return audit.Entry{
		ID: audit.NewID(), At: time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC), Subject: audit.NewID(), Session: "s-1", Role: "MEDECIN",
		Purpose: "INSTRUCTION", Action: "report.save", ObjectKind: "dossier", Object: "d-1", Item: "i-1", Decision: audit.Allow, Rule: "ALLOW_RAPPORTEUR",
		Policy: strings.Repeat("0a", 32), Outcome: audit.Done, RequestID: "req-1", Digests: [][]byte{bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)},
		Retention: audit.Procedure,
	}
}

func add(t *testing.T, pool *pgxpool.Pool, e audit.Entry) error {
	t.Helper()
	return db.InTx(t.Context(), pool, func(tx pgx.Tx) error { return audit.Append(t.Context(), tx, e) })
}

func mustAdd(t *testing.T, pool *pgxpool.Pool, e audit.Entry) {
	t.Helper()
	if err := add(t, pool, e); err != nil {
		t.Fatal(err)
	}
}

// Whoever checks the log later hashes what the database gives back.
func TestCanonicalSurvivesTheDatabase(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		_, app := pgtest.Database(t, zone)
		bare := audit.Entry{ID: audit.NewID(), At: time.Date(2019, 3, 2, 9, 0, 0, 999, time.FixedZone("CET", 3600)), Subject: "relay", Action: "referral.receive",
			Decision: audit.None, Outcome: audit.Refused, Policy: strings.Repeat("f", 64), Retention: audit.Access}
		written := []audit.Entry{entry(), bare}
		for _, e := range written {
			mustAdd(t, app, e)
		}
		read, err := audit.Find(t.Context(), app, audit.Filter{})
		if err != nil || len(read) != 2 {
			t.Fatalf("Find = %d entries, %v", len(read), err)
		}
		for i := range written {
			if !bytes.Equal(written[i].Canonical(), read[i].Canonical()) {
				t.Errorf("%s:\nwritten %s\nread    %s", zone, written[i].Canonical(), read[i].Canonical())
			}
		}
	}
}

func TestCanonicalNamesEveryField(t *testing.T) {
	t.Parallel()
	const want = `cloison-entry-1
{"id":"i","at":"2026-03-02T09:00:00.123456Z","subject":"s","session":"se","role":"R","purpose":"P","action":"a.b","object_kind":"k","object":"o","item":"it",` +
		`"decision":"ALLOW","rule":"<R>","policy":"p","outcome":"DONE","intent":"in","request_id":"rq","digests":["AQI="],"bytes":3,"retention":"ACCESS"}`
	e := audit.Entry{ID: "i", At: time.Date(2026, 3, 2, 10, 0, 0, 123456789, time.FixedZone("CET", 3600)), Subject: "s", Session: "se", Role: "R", Purpose: "P",
		Action: "a.b", ObjectKind: "k", Object: "o", Item: "it", Decision: "ALLOW", Rule: "<R>", Policy: "p", Outcome: "DONE", Intent: "in", RequestID: "rq",
		Digests: [][]byte{{1, 2}}, Bytes: 3, Retention: "ACCESS"}
	if got := string(e.Canonical()); got != want {
		t.Errorf("canonical:\n%s\nwant:\n%s", got, want)
	}
}

func TestFindNarrowsAndPages(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "server")
	var all []audit.Entry
	for _, request := range []string{"r-1", "r-2", "r-2", "r-3", "r-3"} {
		e := entry()
		e.RequestID, e.Object, e.Rule = request, "o-"+request, "RULE_"+request[2:]
		mustAdd(t, app, e)
		all = append(all, e)
	}
	for name, c := range map[string]struct {
		filter audit.Filter
		want   []audit.Entry
	}{
		"request":        {audit.Filter{RequestID: "r-2"}, all[1:3]},
		"object":         {audit.Filter{Object: "o-r-3"}, all[3:]},
		"subject":        {audit.Filter{Subject: all[2].Subject}, all[2:3]},
		"rule":           {audit.Filter{Rule: "RULE_1"}, all[:1]},
		"action":         {audit.Filter{Action: "report.sign"}, nil},
		"first page":     {audit.Filter{Limit: 2}, all[:2]},
		"next page":      {audit.Filter{Limit: 2, After: all[1].ID}, all[2:4]},
		"both":           {audit.Filter{RequestID: "r-2", After: all[1].ID}, all[2:3]},
		"unknown cursor": {audit.Filter{After: audit.NewID()}, nil},
		"no cursor":      {audit.Filter{After: "' or true --"}, nil},
		"too long":       {audit.Filter{Limit: 10_000}, all},
	} {
		got, err := audit.Find(t.Context(), app, c.filter)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %d entries, want %d", name, len(got), len(c.want))
			continue
		}
		for i := range got {
			if got[i].ID != c.want[i].ID {
				t.Errorf("%s: entry %d is %s, want %s", name, i, got[i].ID, c.want[i].ID)
			}
		}
	}
}

func TestOnlyADoneActVouchesForAHeader(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "medical")
	done, refused := entry(), entry()
	refused.Outcome, refused.Decision, refused.Digests = audit.Failed, audit.Allow, [][]byte{bytes.Repeat([]byte{9}, 32)}
	mustAdd(t, app, done)
	mustAdd(t, app, refused)
	for name, c := range map[string]struct {
		object string
		digest []byte
		want   bool
	}{
		"written":              {"d-1", done.Digests[1], true},
		"never written":        {"d-1", bytes.Repeat([]byte{3}, 32), false},
		"of another dossier":   {"d-2", done.Digests[1], false},
		"of an act not done":   {"d-1", refused.Digests[0], false},
		"a part of the digest": {"d-1", done.Digests[1][:16], false},
	} {
		got, err := audit.HasDigest(t.Context(), app, c.object, c.digest)
		if err != nil || got != c.want {
			t.Errorf("%s: HasDigest = %t, %v, want %t", name, got, err, c.want)
		}
	}
}

// The table itself refuses what is not a code, a hash or an opaque id.
func TestTheTableRefusesFreeText(t *testing.T) {
	t.Parallel()
	_, app := pgtest.Database(t, "medical")
	for constraint, change := range map[string]func(*audit.Entry){
		"entries_subject_is_reference":         func(e *audit.Entry) { e.Subject = "Hélène Vautringuet" },
		"entries_session_is_opaque":            func(e *audit.Entry) { e.Session = "deux mots" },
		"entries_role_is_code":                 func(e *audit.Entry) { e.Role = "Médecin" },
		"entries_purpose_is_code":              func(e *audit.Entry) { e.Purpose = "pour voir" },
		"entries_action_is_code":               func(e *audit.Entry) { e.Action = "lire" },
		"entries_object_kind_is_code":          func(e *audit.Entry) { e.ObjectKind = "Dossier médical" },
		"entries_object_is_opaque":             func(e *audit.Entry) { e.Object = "M. Durand" },
		"entries_item_is_opaque":               func(e *audit.Entry) { e.Item = "a\nb" },
		"entries_decision_is_known":            func(e *audit.Entry) { e.Decision = "MAYBE"; e.Outcome = audit.Refused },
		"entries_rule_is_code":                 func(e *audit.Entry) { e.Rule = "parce que" },
		"entries_policy_is_digest":             func(e *audit.Entry) { e.Policy = "abc" },
		"entries_outcome_is_known":             func(e *audit.Entry) { e.Outcome = "PERHAPS" },
		"entries_intent_only_ends_a_reading":   func(e *audit.Entry) { e.Outcome = audit.Served },
		"entries_intent_only_ends_a_reading ":  func(e *audit.Entry) { e.Intent = audit.NewID() },
		"entries_intent_only_ends_a_reading  ": func(e *audit.Entry) { e.Intent = "texte" },
		"entries_done_was_allowed":             func(e *audit.Entry) { e.Decision = audit.Deny },
		"entries_request_id_is_opaque":         func(e *audit.Entry) { e.RequestID = "x y" },
		"entries_bytes_is_positive":            func(e *audit.Entry) { e.Bytes = -1 },
	} {
		e := entry()
		change(&e)
		err := add(t, app, e)
		if name, _ := db.Constraint(err); name != strings.TrimSpace(constraint) {
			t.Errorf("%s: broke %q (%v)", constraint, name, err)
		}
	}
	if found, err := audit.Find(t.Context(), app, audit.Filter{}); err != nil || len(found) != 0 {
		t.Errorf("%d entries stand, %v", len(found), err)
	}
}

func TestTheProgramCannotRewriteTheRecord(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		_, app := pgtest.Database(t, zone)
		mustAdd(t, app, entry())
		for _, sql := range []string{
			"UPDATE audit.entries SET rule = ''", "DELETE FROM audit.entries", "TRUNCATE audit.entries", "DROP TABLE audit.entries",
			"DELETE FROM audit.entries_procedure_2026", "INSERT INTO audit.entries_procedure_2026 SELECT * FROM audit.entries",
			"INSERT INTO audit.entries (seq) VALUES (1)", "INSERT INTO audit.entries (xid) VALUES ('1')",
			"SELECT pg_catalog.setval('audit.entries_seq', 1)", "ALTER TABLE audit.entries DISABLE TRIGGER ALL",
		} {
			_, err := app.Exec(context.Background(), sql)
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || refused.Code != "42501" { // insufficient_privilege, and no other reason
				t.Errorf("%s: %q: %v", zone, sql, err)
			}
		}
	}
}

func TestNewIDIsARandomUUID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id := audit.NewID()
		if len(id) != 36 || id[14] != '4' || !strings.ContainsRune("89ab", rune(id[19])) || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
