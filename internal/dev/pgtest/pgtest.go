// Package pgtest gives a test a database of its own, migrated, on a real
// PostgreSQL, connected as the role that the program has in production.
//
// One cluster serves a whole `make test`: CLOISON_TEST_PG names its folder, and
// the first test that needs it starts it there. Without the variable each test
// process starts its own and takes it away when it ends. Migrations run once per
// cluster, into a template named after their digest.
package pgtest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cloison/internal/db"
	"cloison/internal/dev/postgres"
	"cloison/migrations"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sys/unix"
)

// Variable names the folder of the cluster that test processes share.
const Variable = "CLOISON_TEST_PG"

// Names of one test database, for tests that start real processes on it.
type Names struct {
	Database                    string
	SuperURL, OwnerURL, RoleURL string
}

// Database answers pools on a fresh database of the zone ("medical" or
// "server"): as cloison_owner, who owns every table, and as the program's role.
// Both and the database go when the test ends.
func Database(t testing.TB, zone string) (owner, app *pgxpool.Pool) {
	t.Helper()
	n := New(t, zone)
	return Open(t, n.OwnerURL), Open(t, n.RoleURL)
}

// Open answers a pool that closes with the test.
func Open(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := db.Open(t.Context(), db.Options{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatalf("opening a test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// New makes the database only.
func New(t testing.TB, zone string) Names {
	t.Helper()
	z, ok := postgres.ZoneNamed(zone)
	if !ok {
		t.Fatalf("no zone %q", zone)
	}
	dir, err := cluster()
	if err != nil {
		t.Fatalf("starting the test cluster: %v", err)
	}
	name := "t_" + z.Name + "_" + random()
	if err := create(t.Context(), dir, name, z); err != nil {
		t.Fatalf("making a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(dir, name); err != nil {
			t.Errorf("dropping a test database: %v", err)
		}
	})
	url := func(role string) string { return postgres.URL(dir, role, "", name) }
	return Names{Database: name, SuperURL: url(postgres.Superuser), OwnerURL: url(postgres.OwnerRole), RoleURL: url(z.Role)}
}

func create(ctx context.Context, dir, name string, z postgres.Zone) error {
	conn, err := pgx.Connect(ctx, postgres.URL(dir, postgres.Superuser, "", "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	template, err := ensureTemplate(ctx, conn, dir, z)
	if err != nil {
		return err
	}
	sql := fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY file_copy", name, postgres.OwnerRole, template)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return err
	}
	// A template's rights on the database itself are not copied.
	return postgres.EnsureDatabase(ctx, conn, name, z)
}

func drop(dir, name string) error {
	ctx := context.Background() // the test's own is over
	conn, err := pgx.Connect(ctx, postgres.URL(dir, postgres.Superuser, "", "postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	return err
}

// templateLock keeps two processes from migrating the same template.
const templateLock = 7046029254386353131

// ensureTemplate answers the migrated database to copy. It is marked as a
// template only once it is whole: one that a killed test left half done is made
// anew.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, dir string, z postgres.Zone) (string, error) {
	digest, err := migrations.Digest(z.Name)
	if err != nil {
		return "", err
	}
	name := "tpl_" + z.Name + "_" + digest[:16]
	whole := func() (whole bool, err error) {
		const find = `SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1 AND datistemplate)`
		err = conn.QueryRow(ctx, find, name).Scan(&whole)
		return whole, err
	}
	if there, err := whole(); err != nil || there {
		return name, err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(templateLock)); err != nil {
		return "", err
	}
	defer conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(templateLock)) //nolint:errcheck // ends with the connection anyway
	if there, err := whole(); err != nil || there {
		return name, err
	}
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if err := postgres.EnsureRoles(ctx, conn, nil); err != nil {
		return "", err
	}
	if err := postgres.EnsureDatabase(ctx, conn, name, z); err != nil {
		return "", err
	}
	if err := migrations.Up(ctx, postgres.URL(dir, postgres.OwnerRole, "", name), z.Name); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+name+" IS_TEMPLATE true")
	return name, err
}

// cluster answers the folder of a running cluster, once per process.
var cluster = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(Variable); dir != "" {
		return dir, shared(dir)
	}
	return own()
})

// shared starts the cluster in dir unless it runs. Whoever made dir stops it.
func shared(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return fmt.Errorf("locking the test cluster: %w", err)
	}
	ctx := context.Background() // the cluster is for the whole process, not for the first test
	if conn, err := pgx.Connect(ctx, postgres.URL(dir, postgres.Superuser, "", "postgres")); err == nil {
		return conn.Close(ctx)
	}
	_, err = start(ctx, dir)
	return err
}

func own() (string, error) {
	dir, err := os.MkdirTemp("", "cloison-pg-")
	if err != nil {
		return "", err
	}
	c, err := start(context.Background(), dir)
	if err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	return dir, clearAway(dir, c.PID())
}

func start(ctx context.Context, dir string) (*postgres.Cluster, error) {
	log, err := os.OpenFile(filepath.Join(dir, "postgres.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	bin, err := postgres.Find(os.Getenv("PG_BIN_DIR"))
	if err != nil {
		return nil, err
	}
	return postgres.Start(ctx, postgres.Options{Dir: dir, BinDir: bin, MaxConnections: 400, Trust: true, Detach: true, Log: log})
}

// clearAway leaves behind a shell that waits for this process to end, however
// it ends, then stops the cluster and removes its folder: a package's tests have
// no common last moment of their own.
func clearAway(dir string, pid int) error {
	const wait = `cat >/dev/null; kill -QUIT "$1"; n=0; while kill -0 "$1" && [ $n -lt 200 ]; do sleep 0.05; n=$((n+1)); done; rm -rf "$2"`
	shell := exec.Command("/bin/sh", "-c", wait, "sh", strconv.Itoa(pid), dir)
	shell.SysProcAttr = &unix.SysProcAttr{Setpgid: true} // Ctrl-C is not for it
	if _, err := shell.StdinPipe(); err != nil {
		return err
	}
	if err := shell.Start(); err != nil {
		return err
	}
	go shell.Wait() //nolint:errcheck // only holds the pipe open: a collected one would be closed under the tests
	return nil
}

func random() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return strings.ToLower(hex.EncodeToString(b))
}
