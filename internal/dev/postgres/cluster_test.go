package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// folder is a short one that root's user can be kept out of.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func start(t *testing.T, o Options) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func scalar(t *testing.T, conn *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	var v string
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// Root's mktemp -d is 0700: nobody else can walk into it, and PostgreSQL refuses root.
func TestRootDropsAndReachesClosedParents(t *testing.T) {
	t.Parallel()
	dir := folder(t) // 0700
	c := start(t, Options{Dir: dir})
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.PID()))
	if err != nil {
		t.Fatal(err)
	}
	uid := ""
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "Uid:" {
			uid = f[1]
		}
	}
	if uid == "0" || uid == "" {
		t.Fatalf("postgres runs with uid %q", uid)
	}
	if info, _ := os.Stat(dir); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder's mode became %v", info.Mode())
	}
	who := scalar(t, connect(t, c.URL(Superuser, "postgres")), "SELECT current_user::text")
	if who != Superuser {
		t.Errorf("connected as %s", who)
	}
}

func TestOneZoneCannotConnectToTheOther(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, Options{Dir: dir})
	passwords := map[string]string{"cloison_medical": NewPassword(), "cloison_server": NewPassword()}
	for range 2 { // a second start finds all of it
		if err := Prepare(t.Context(), dir, passwords); err != nil {
			t.Fatal(err)
		}
	}
	for _, tc := range []struct {
		name, role, password, database string
		allow                          bool
	}{
		{"medical at home", "cloison_medical", passwords["cloison_medical"], "cloison_medical", true},
		{"server at home", "cloison_server", passwords["cloison_server"], "cloison_server", true},
		{"server at medical", "cloison_server", passwords["cloison_server"], "cloison_medical", false},
		{"medical at server", "cloison_medical", passwords["cloison_medical"], "cloison_server", false},
		{"server at postgres", "cloison_server", passwords["cloison_server"], "postgres", false},
		{"the other's password", "cloison_medical", passwords["cloison_server"], "cloison_medical", false},
		{"no password", "cloison_medical", "", "cloison_medical", false},
		{"owner's role", OwnerRole, "", "cloison_medical", true},
		{"superuser", Superuser, "", "cloison_server", true},
	} {
		conn, err := pgx.Connect(t.Context(), URL(dir, tc.role, tc.password, tc.database))
		if err == nil {
			conn.Close(t.Context())
		}
		if (err == nil) != tc.allow {
			t.Errorf("%s: allowed %v, %v", tc.name, err == nil, err)
		}
	}
	// pg_hba stands in front: the catalogue must refuse by itself too.
	su := connect(t, c.URL(Superuser, "postgres"))
	for _, tc := range []struct{ role, database, want string }{
		{"cloison_server", "cloison_medical", "false"},
		{"cloison_medical", "cloison_server", "false"},
		{"cloison_server", "postgres", "false"},
		{"cloison_server", "template1", "false"},
		{"cloison_server", "cloison_server", "true"},
	} {
		if got := scalar(t, su, "SELECT has_database_privilege($1, $2, 'CONNECT')::text", tc.role, tc.database); got != tc.want {
			t.Errorf("%s CONNECT on %s: %s", tc.role, tc.database, got)
		}
	}
}

func TestErrorsNeverLogValues(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	log, err := os.Create(filepath.Join(dir, "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	c := start(t, Options{Dir: dir, Log: log})
	conn := connect(t, c.URL(Superuser, "postgres"))
	if _, err := conn.Exec(t.Context(), "CREATE TABLE t (a text CONSTRAINT t_short CHECK (length(a) < 3))"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "INSERT INTO t (a) VALUES ($1)", "CANARYPARAM"); err == nil {
		t.Fatal("the row was taken")
	}
	if _, err := conn.Exec(t.Context(), "INSERT INTO t (a) VALUES ('CANARYLITERAL')"); err == nil {
		t.Fatal("the row was taken")
	}
	c.Stop()
	text, err := os.ReadFile(log.Name())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "t_short") {
		t.Errorf("the log does not even name the constraint:\n%s", text)
	}
	if strings.Contains(string(text), "CANARY") {
		t.Errorf("a value stands in the log:\n%s", text)
	}
}

func TestAKilledClusterStartsAgainAndACopyStarts(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	c := start(t, Options{Dir: dir, Fsync: true})
	conn := connect(t, c.URL(Superuser, "postgres"))
	if _, err := conn.Exec(t.Context(), "CREATE TABLE kept (a int); INSERT INTO kept VALUES (7)"); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(c.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	c = start(t, Options{Dir: dir, Fsync: true})
	if got := scalar(t, connect(t, c.URL(Superuser, "postgres")), "SELECT a::text FROM kept"); got != "7" {
		t.Errorf("after kill -9: %s", got)
	}
	c.Stop()

	copied := filepath.Join(folder(t), "copy")
	if out, err := exec.Command("cp", "-a", dir, copied).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	c = start(t, Options{Dir: copied})
	if got := scalar(t, connect(t, c.URL(Superuser, "postgres")), "SELECT a::text FROM kept"); got != "7" {
		t.Errorf("in the copy: %s", got)
	}
}

func TestTooLongAFolderIsRefusedWithASentence(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), Options{Dir: "/" + strings.Repeat("d", 100)})
	if err == nil || !strings.Contains(err.Error(), "trop long") {
		t.Fatalf("got %v", err)
	}
}

func TestFindRefusesALonePostgres(t *testing.T) {
	t.Parallel()
	good, err := Find("")
	if err != nil {
		t.Fatal(err)
	}
	lone := t.TempDir() // the three programs, but no share files where they look
	for _, name := range []string{"postgres", "initdb", "pg_ctl"} {
		script := fmt.Sprintf("#!/bin/sh\nexec %s/%s \"$@\"\n", good, name)
		if name == "postgres" {
			script = "#!/bin/sh\necho 'postgres (PostgreSQL) 99.1'\n"
		}
		if err := os.WriteFile(filepath.Join(lone, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Find(lone); err == nil || !strings.Contains(err.Error(), "share") {
		t.Errorf("a lone postgres was taken: %v", err)
	}
	if got, err := Find(good); err != nil || got != good {
		t.Errorf("Find(%s) = %s, %v", good, got, err)
	}
	if err := os.Remove(filepath.Join(lone, "initdb")); err != nil {
		t.Fatal(err)
	}
	if _, err := Find(lone); err == nil || !strings.Contains(err.Error(), "initdb") {
		t.Errorf("no initdb: %v", err)
	}
}
