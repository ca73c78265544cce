package installed_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/dev/pgtest"
	"cloison/internal/jobs"
	"cloison/missions"
	"cloison/missions/installed"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

var update = flag.Bool("update", false, "write each mission's grants.golden from the catalogue")

func TestEveryModuleIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range installed.Modules() {
		if err := m.Check(); err != nil {
			t.Error(err)
		}
		if seen[m.Name] {
			t.Errorf("%s stands twice", m.Name)
		}
		seen[m.Name] = true
		if _, err := policy.With(m.Policy); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

// held is every right that a role has in the database, by PostgreSQL's catalogue, column rights and those of PUBLIC included.
const held = `
WITH us (oid) AS (SELECT 0::oid UNION ALL SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = $1),
ours AS (SELECT n.oid, n.nspname, n.nspacl FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
object (kind, name, acl) AS (
	SELECT 'database', '', d.datacl FROM pg_catalog.pg_database d WHERE d.datname = current_database()
	UNION ALL SELECT 'schema', o.nspname, o.nspacl FROM ours o
	UNION ALL SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, o.nspname || '.' || c.relname, c.relacl
		FROM pg_catalog.pg_class c JOIN ours o ON o.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
	UNION ALL SELECT 'column', o.nspname || '.' || c.relname || '.' || a.attname, a.attacl
		FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN ours o ON o.oid = c.relnamespace WHERE a.attacl IS NOT NULL
	UNION ALL SELECT 'function', o.nspname || '.' || p.proname, p.proacl FROM pg_catalog.pg_proc p JOIN ours o ON o.oid = p.pronamespace
)
SELECT concat_ws(' ', o.kind, nullif(o.name, ''), string_agg(a.privilege_type, ',' ORDER BY a.privilege_type))
FROM object o CROSS JOIN LATERAL aclexplode(o.acl) a JOIN us ON us.oid = a.grantee
GROUP BY o.kind, o.name
UNION ALL SELECT 'member of ' || pg_get_userbyid(m.roleid) FROM pg_catalog.pg_auth_members m JOIN us ON us.oid = m.member
UNION ALL SELECT 'owns ' || c.relname FROM pg_catalog.pg_class c JOIN us ON us.oid = c.relowner
ORDER BY 1`

func (w world) rights(t *testing.T, role string) string {
	t.Helper()
	rows, err := w.super.Query(t.Context(), held, role)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(lines) < 5 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	return "# Every right of " + role + ", as PostgreSQL's catalogue has it: go test ./missions/installed -run Golden -update\n" + strings.Join(lines, "\n") + "\n"
}

// TestTheRightsOfEachMissionAreTheGoldenOnes: rule R8, mission by mission.
func TestTheRightsOfEachMissionAreTheGoldenOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, installed.Modules()...)
	for _, m := range installed.Modules() {
		got, golden := w.rights(t, "mission_"+m.Name), filepath.Join("..", m.Name, "grants.golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("the catalogue is not %s (-golden +catalogue):\n%s", golden, diff)
		}
		if strings.Contains(got, "server.") || strings.Contains(got, "identity.people") || strings.Contains(got, "identity.sessions") || strings.Contains(got, "owns ") {
			t.Errorf("%s reaches what is not its own:\n%s", m.Name, got)
		}
	}
}

// forbidden is what no mission may ask, whatever the golden file says. The first lines would tell that a person has a medical referral.
var forbidden = []string{
	"SELECT count(*) FROM server.referrals", "SELECT count(*) FROM server.referral_groups", "SELECT count(*) FROM server.opinions", "SELECT value FROM server.counters",
	"SELECT count(*) FROM audit.entries", "SELECT count(*) FROM identity.people", "SELECT count(*) FROM identity.sessions", "SELECT count(*) FROM identity.step_ups",
	"SELECT count(*) FROM jobs.river_job", "INSERT INTO identity.sessions DEFAULT VALUES", "CREATE TABLE public.x (id int)", "CREATE TEMPORARY TABLE x (id int)",
}

func refusedTo(t *testing.T, w world, role string, statements ...string) {
	t.Helper()
	pool := w.as(t, role)
	for _, sql := range statements {
		if _, err := pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "42501") {
			t.Errorf("%s may: %s (%v)", role, sql, err)
		}
	}
}

// TestAMissionCannotTellWhoHasAMedicalReferral: its role is refused the rows, their number, and the log that names them; the other database refuses
// it altogether; and a key that a prefecture used for a referral is not seen.
func TestAMissionCannotTellWhoHasAMedicalReferral(t *testing.T) {
	t.Parallel()
	w := newWorld(t, installed.Modules()...)
	const key = `INSERT INTO identity.idempotency (subject, action, object, key, status, object_kind, object_id, item, entry, at)
		VALUES ('pref-69', $1, 'x', sha256($2::bytea), 201, 'referral', 'r', '', gen_random_uuid(), '2026-01-01')`
	for _, action := range []string{"referral.create", "family.case.create"} {
		if _, err := w.super.Exec(t.Context(), key, action, []byte(action)); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range installed.Modules() {
		role := "mission_" + m.Name
		refusedTo(t, w, role, forbidden...)
		pool := w.as(t, role)
		var seen, all int
		if err := pool.QueryRow(t.Context(), "SELECT count(*) FILTER (WHERE action NOT LIKE $1), count(*) FROM identity.idempotency", m.Name+".%").Scan(&seen, &all); err != nil {
			t.Fatal(err)
		}
		if seen != 0 || m.Name == "family" && all != 1 {
			t.Errorf("%s sees %d keys of others, %d in all", role, seen, all)
		}
		if _, err := pool.Exec(t.Context(), key, "referral.create", []byte("another")); err == nil {
			t.Errorf("%s writes a key of another's act", role)
		}
		other := pgtest.New(t, "medical")
		if conn, err := pgx.Connect(t.Context(), roleURL(other, role)); err == nil {
			conn.Close(context.Background())
			t.Errorf("%s connects to the medical database", role)
		}
	}
	if n := w.value(t, "SELECT count(*) FROM identity.idempotency"); n != 2 {
		t.Errorf("%d keys: the super user sees both", n)
	}
}

// TestTheProgramOfOneMissionReadsNoReferral: the portal's role, which such a program signs people in with.
func TestTheProgramOfOneMissionReadsNoReferral(t *testing.T) {
	t.Parallel()
	w := newWorld(t, installed.Modules()...)
	refusedTo(t, w, "portal_server", "SELECT count(*) FROM server.referrals", "SELECT value FROM server.counters", "SELECT count(*) FROM audit.entries", "SELECT count(*) FROM family.cases",
		"INSERT INTO identity.people DEFAULT VALUES")
}

// notes is the smallest mission: its folder would hold these few files, and missions/installed one line.
func notes() missions.Module {
	law, err := missions.ParseLaw([]byte(`[{"code":"P-NOTE","key":"MAX","value":"3","from":"2020-01-01","to":null,"source":"un texte","status":"verified"}]`))
	if err != nil {
		panic(err)
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return missions.Module{Name: "notes", Label: "Notes", Sensitivity: missions.Ordinary, Law: law,
		Retention:  []missions.Retention{{Class: "note", Months: "1", Source: "un texte", Status: missions.Verified}},
		Migrations: fstest.MapFS{"00001_notes.sql": file("-- +goose Up\nCREATE TABLE notes.notes (id int);\nGRANT SELECT, INSERT ON notes.notes TO {{role}};\n")},
		Policy: policy.Mission{Name: "notes", Files: fstest.MapFS{"notes.rego": file(`package cloison

default notes_agent := false

notes_agent if input.subject.mission == "NOTES"

zones["notes.count"] := {"server"}

conditions["notes.count"] := [["ROLE_NOT_ALLOWED", notes_agent]]
`)}},
		Open: func(h missions.Host) (missions.Desk, error) {
			count := func(c *web.Call, _ web.None) (web.Reply[int], error) { return web.OK(0), nil }
			return missions.Desk{Operations: []web.Operation{web.Op("missions.notes.count", "GET", "/missions/notes/count", "notes.count", count)}}, nil
		}}
}

// TestAMissionIsOneFolderAndOneLine: a module that this build has never seen is migrated, opened and decided upon by the plug alone, and its role
// reads neither the zone nor the mission beside it.
func TestAMissionIsOneFolderAndOneLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, append(installed.Modules(), notes())...)
	desk, gate, pool := w.open(t, notes(), &still{time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)})
	if len(desk.Operations) != 1 {
		t.Fatalf("%d operations", len(desk.Operations))
	}
	count := func(ctx context.Context, tx *act.Tx) error {
		var n int
		return tx.QueryRow(ctx, "SELECT count(*) FROM notes.notes").Scan(&n)
	}
	ask := func(who act.Subject, action string) error {
		_, err := gate.Do(t.Context(), who, act.Act{Action: action}, count)
		return err
	}
	agent := act.Subject{ID: "n", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c11", Role: "AGENT_MISSION", Mission: "NOTES"}
	if err := ask(agent, "notes.count"); err != nil {
		t.Errorf("its own agent: %v", err)
	}
	other := agent
	other.Mission = "REGROUPEMENT_FAMILIAL"
	if err := ask(other, "notes.count"); !act.IsKind(err, act.Forbidden) {
		t.Errorf("another mission's agent: %v", err)
	}
	if err := ask(agent, "family.case.list"); !act.IsKind(err, act.Missing) {
		t.Errorf("another mission's action: %v", err)
	}
	if n := w.value(t, "SELECT count(*) FROM audit.entries WHERE action IN ('notes.count', 'family.case.list')"); n != 3 {
		t.Errorf("%d entries, want 3: refusals leave theirs too", n)
	}
	refusedTo(t, w, "mission_notes", append([]string{"SELECT count(*) FROM family.cases"}, forbidden...)...)
	refusedTo(t, w, "mission_family", "SELECT count(*) FROM notes.notes")
	_ = pool
}

// TestAModuleOffersOnlyWhatBearsItsName: an operation, an action, a path or a sweep of another's name keeps the program from starting; so does a host that
// lacks something.
func TestAModuleOffersOnlyWhatBearsItsName(t *testing.T) {
	count := func(*web.Call, web.None) (web.Reply[int], error) { return web.OK(0), nil }
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	gate := act.New(act.Options{Zone: "server", Clock: &still{}, Location: paris})
	whole := missions.Host{Pool: &pgxpool.Pool{}, Gate: gate, Clock: &still{}, Location: paris, Shell: func(*web.Call) layout.Shell { return layout.Shell{} }}
	for name, c := range map[string]struct {
		host missions.Host
		op   web.Operation
		sweep,
		says string
	}{
		"its own":             {whole, web.Op("missions.notes.count", "GET", "/missions/notes/count", "notes.count", count), "notes_terms", ""},
		"another's operation": {whole, web.Op("missions.family.listCases", "GET", "/missions/notes/count", "notes.count", count), "notes_terms", "not of its name"},
		"the zone's action":   {whole, web.Op("missions.notes.count", "GET", "/missions/notes/count", "referral.list", count), "notes_terms", "not of its name"},
		"another's path":      {whole, web.Op("missions.notes.count", "GET", "/referrals", "notes.count", count), "notes_terms", "not of its name"},
		"another's sweep":     {whole, web.Op("missions.notes.count", "GET", "/missions/notes/count", "notes.count", count), "family_terms", "under the name"},
		"no pool of its own":  {missions.Host{Gate: gate, Clock: &still{}, Location: paris, Shell: whole.Shell}, web.Op("missions.notes.count", "GET", "/missions/notes/count", "notes.count", count), "notes_terms", "lacks something"},
	} {
		m := notes()
		m.Open = func(missions.Host) (missions.Desk, error) {
			return missions.Desk{Operations: []web.Operation{c.op}, Sweeps: []jobs.Sweep{{Name: c.sweep}}}, nil
		}
		if _, err := m.OpenOn(c.host); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAPlugThatIsNotWholeIsRefused: each fault is seen.
func TestAPlugThatIsNotWholeIsRefused(t *testing.T) {
	for name, change := range map[string]func(*missions.Module){
		"no name":        func(m *missions.Module) { m.Name = "Notes" },
		"no sensitivity": func(m *missions.Module) { m.Sensitivity = "" },
		"no policy":      func(m *missions.Module) { m.Policy.Name = "other" },
		"no law":         func(m *missions.Module) { m.Law = nil },
		"no retention":   func(m *missions.Module) { m.Retention = nil },
		"no source":      func(m *missions.Module) { m.Retention[0].Source = "" },
		"no migrations":  func(m *missions.Module) { m.Migrations = nil },
		"nothing opens":  func(m *missions.Module) { m.Open = nil },
	} {
		m := notes()
		change(&m)
		if m.Check() == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
}
