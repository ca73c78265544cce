package migrations_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/dev/pgtest"
	"cloison/migrations"
)

var update = flag.Bool("update", false, "write grants.golden from the catalogue")

const golden = "grants.golden"

const goldenHead = `# Every right in both databases, as PostgreSQL's catalogue has it: who owns, and which role has which verb. The owner's own rights are left out.
# A change of rights is a change of this file: go test ./migrations -run TestGrants -update
`

// TestGrantsAreTheGoldenOnes: rule R8. A right that a migration adds or takes away, on purpose or not, shows here as one line.
func TestGrantsAreTheGoldenOnes(t *testing.T) {
	t.Parallel()
	medical, _ := pgtest.Database(t, "medical")
	server, _ := pgtest.Database(t, "server")
	got := goldenHead + rights(t, medical, "medical") + rights(t, server, "server")
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
}

// TestGrantsSeeEveryKindOfChange shows that the comparison can fail: each statement moves at least one line.
func TestGrantsSeeEveryKindOfChange(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		"GRANT UPDATE ON audit.entries TO cloison_medical",
		"GRANT DELETE ON audit.entries_access_2026 TO cloison_medical",
		"GRANT SELECT ON audit.entries TO PUBLIC",
		"GRANT UPDATE (rule) ON audit.entries TO cloison_medical",
		"REVOKE INSERT ON audit.entries FROM cloison_medical",
		"REVOKE INSERT (rule) ON audit.entries FROM cloison_medical",
		"GRANT CREATE ON SCHEMA audit TO cloison_medical",
		"GRANT USAGE ON SCHEMA audit TO cloison_server",
		"GRANT USAGE ON SCHEMA public TO PUBLIC",
		"GRANT UPDATE ON SEQUENCE audit.entries_seq TO cloison_medical",
		"GRANT SELECT ON cloison_migrations.goose_audit TO cloison_medical WITH GRANT OPTION",
		"CREATE TABLE audit.other (id int)",
		"CREATE VIEW audit.view AS SELECT 1 AS one",
		"CREATE FUNCTION audit.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
		"ALTER DEFAULT PRIVILEGES IN SCHEMA audit GRANT SELECT ON TABLES TO cloison_server",
		"DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO cloison_server', current_database()); END $$",
		"DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$",
	} {
		t.Run(sql, func(t *testing.T) {
			t.Parallel()
			owner, _ := pgtest.Database(t, "medical")
			before := rights(t, owner, "medical")
			if _, err := owner.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
			if rights(t, owner, "medical") == before {
				t.Error("the comparison did not see it")
			}
		})
	}
}

// TestNoProgramOwnsAnything, whatever the golden file says.
func TestNoProgramOwnsAnything(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		owner, _ := pgtest.Database(t, zone)
		for _, line := range strings.Split(rights(t, owner, zone), "\n") {
			if strings.Contains(line, "owner=cloison_medical") || strings.Contains(line, "owner=cloison_server") || strings.Contains(line, "PUBLIC") {
				t.Errorf("%s: %s", zone, line)
			}
		}
	}
}

// TestOneZoneHasNoConnectOnTheOther asks PostgreSQL itself, as each program's role.
func TestOneZoneHasNoConnectOnTheOther(t *testing.T) {
	t.Parallel()
	for zone, intruder := range map[string]string{"medical": "cloison_server", "server": "cloison_medical"} {
		names := pgtest.New(t, zone)
		config, err := pgx.ParseConfig(names.RoleURL)
		if err != nil {
			t.Fatal(err)
		}
		conn, err := pgx.ConnectConfig(t.Context(), config)
		if err != nil {
			t.Fatalf("%s's own role: %v", zone, err)
		}
		conn.Close(t.Context())
		config.User = intruder
		conn, err = pgx.ConnectConfig(t.Context(), config)
		if err == nil {
			conn.Close(t.Context())
			t.Fatalf("%s connected to the database of zone %s", intruder, zone)
		}
		if !strings.Contains(err.Error(), "permission denied for database") {
			t.Errorf("refused for another reason: %v", err)
		}
	}
}

// TestSecureClosesADatabase that was left open to everybody, or to the other zone.
func TestSecureClosesADatabase(t *testing.T) {
	t.Parallel()
	for zone, other := range map[string]string{"medical": "cloison_server", "server": "cloison_medical"} {
		names := pgtest.New(t, zone)
		super := pgtest.Open(t, names.SuperURL)
		closed := rights(t, super, zone)
		for _, sql := range []string{
			"GRANT ALL ON DATABASE " + names.Database + " TO PUBLIC, " + other,
			"GRANT ALL ON SCHEMA public TO PUBLIC",
			"ALTER DEFAULT PRIVILEGES FOR ROLE cloison_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
		} {
			if _, err := super.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		if rights(t, super, zone) == closed {
			t.Fatal("the database was not opened")
		}
		db, err := migrations.Open(names.OwnerURL)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := migrations.Secure(t.Context(), db, zone); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(closed, "\n"), strings.Split(rights(t, super, zone), "\n")); diff != "" {
			t.Errorf("%s: Secure left something open:\n%s", zone, diff)
		}
	}
}

// rights dumps the catalogue of one database, one line an object, sorted.
func rights(t *testing.T, pool *pgxpool.Pool, zone string) string {
	t.Helper()
	rows, err := pool.Query(context.Background(), catalogue)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) < 20 {
		t.Fatalf("%d lines: the catalogue was not read", len(lines))
	}
	return fmt.Sprintf("\n[%s]\n%s\n", zone, strings.Join(lines, "\n"))
}

const catalogue = `
WITH ours AS (
	SELECT n.oid, n.nspname, n.nspowner, n.nspacl FROM pg_catalog.pg_namespace n
	WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), object (rank, kind, name, owner, acl) AS (
	SELECT 1, 'database', '', d.datdba, coalesce(d.datacl, acldefault('d', d.datdba))
	FROM pg_catalog.pg_database d WHERE d.datname = current_database()
	UNION ALL
	SELECT 2, 'schema', o.nspname, o.nspowner, coalesce(o.nspacl, acldefault('n', o.nspowner)) FROM ours o
	UNION ALL
	SELECT 3, CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
		o.nspname || '.' || c.relname, c.relowner,
		coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner))
	FROM pg_catalog.pg_class c JOIN ours o ON o.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
	UNION ALL
	SELECT 4, 'column', o.nspname || '.' || c.relname || '.' || a.attname, c.relowner, a.attacl
	FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN ours o ON o.oid = c.relnamespace
	WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
	UNION ALL
	SELECT 5, 'function' || CASE WHEN p.prosecdef THEN ' (as its owner)' ELSE '' END,
		o.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.proowner,
		coalesce(p.proacl, acldefault('f', p.proowner))
	FROM pg_catalog.pg_proc p JOIN ours o ON o.oid = p.pronamespace
	UNION ALL
	SELECT 6, 'default for ' || d.defaclobjtype::text, coalesce(o.nspname, 'every schema'), d.defaclrole, d.defaclacl
	FROM pg_catalog.pg_default_acl d LEFT JOIN ours o ON o.oid = d.defaclnamespace
)
SELECT rtrim(concat_ws(' ', object.kind, nullif(object.name, ''), 'owner=' || pg_get_userbyid(object.owner), (
	SELECT string_agg(held.line, ' ' ORDER BY held.line) FROM (
		SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ':'
			|| string_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, ',' ORDER BY a.privilege_type) AS line
		FROM aclexplode(object.acl) a WHERE a.grantee <> object.owner GROUP BY a.grantee
	) held)))
FROM object
UNION ALL
SELECT concat_ws(' ', 'role', r.rolname, CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
	CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END,
	CASE WHEN has_database_privilege(r.oid, current_database(), 'CONNECT') THEN 'may connect' ELSE 'may not connect' END,
	'member of: ' || coalesce((SELECT string_agg(pg_get_userbyid(m.roleid)::text, ',' ORDER BY pg_get_userbyid(m.roleid)::text)
		FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid), 'none'))
FROM pg_catalog.pg_roles r WHERE r.rolname ~ '^cloison_'
ORDER BY 1`
