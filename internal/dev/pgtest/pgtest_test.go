package pgtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cloison/internal/dev/postgres"
)

// TestMain plays another process of the same `make test`, or one that is killed.
func TestMain(m *testing.M) {
	switch os.Getenv("PGTEST_CHILD") {
	case "shared":
		if err := shared(os.Getenv(Variable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	case "own":
		dir, err := own()
		if err != nil {
			panic(err)
		}
		os.Stdout.WriteString(dir + "\n")
		os.Stdin.Read(make([]byte, 1)) // until killed
		return
	}
	os.Exit(m.Run())
}

func TestEachTestHasAnEmptyDatabaseAsTheProductionRole(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"medical", "server"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			owner, app := Database(t, zone)
			other := New(t, zone)
			var role, name string
			if err := app.QueryRow(t.Context(), "SELECT current_user, current_database()").Scan(&role, &name); err != nil {
				t.Fatal(err)
			}
			if role != "cloison_"+zone || name == other.Database {
				t.Errorf("%s on %s", role, name)
			}
			if err := owner.QueryRow(t.Context(), "SELECT current_user").Scan(&role); err != nil || role != postgres.OwnerRole {
				t.Errorf("owner is %s, %v", role, err)
			}
			z, _ := postgres.ZoneNamed(map[string]string{"medical": "server", "server": "medical"}[zone])
			var connect bool
			if err := owner.QueryRow(t.Context(), "SELECT has_database_privilege($1, current_database(), 'CONNECT')", z.Role).Scan(&connect); err != nil || connect {
				t.Errorf("the other zone's role may connect: %v %v", connect, err)
			}
		})
	}
}

func TestProcessesShareOneCluster(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "pgs")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, dir); os.RemoveAll(dir) })
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "PGTEST_CHILD=shared", Variable+"="+dir)
			if out, err := child.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	wg.Wait()
	log, err := os.ReadFile(filepath.Join(dir, "postgres.log"))
	if err != nil || strings.Count(string(log), "starting PostgreSQL") != 1 {
		t.Errorf("%v\n%s", err, log)
	}
}

func TestAKilledTestLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "PGTEST_CHILD=own")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 200)
	n, err := out.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	dir := strings.TrimSpace(string(b[:n]))
	pid := postmaster(t, dir)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	for range 500 {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			if syscall.Kill(pid, 0) == nil && !zombie(pid) {
				t.Error("postgres still runs")
			}
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%s is still there", dir)
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func stop(t *testing.T, dir string) {
	pid := postmaster(t, dir)
	_ = syscall.Kill(pid, syscall.SIGQUIT)
	for range 500 {
		if syscall.Kill(pid, 0) != nil || zombie(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func zombie(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
