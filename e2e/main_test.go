package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	validator "github.com/pb33f/libopenapi-validator"
)

// world is what one run of this test binary has in common.
type world struct {
	root    string // of the repository
	scratch string // everything that the run writes
	err     error

	prepare sync.Once
	stock   string // the folder that environments are copies of
	failed  error

	first  sync.Once
	common *environment // of shared
	broken error

	ports   portDrawer
	schemas schemas
	rows    catalogue
}

// theWorld is set once, before the first test.
var theWorld = &world{
	rows:    catalogue{made: map[string]string{}},
	schemas: schemas{ops: map[zone]map[string]operation{}, known: map[zone]validator.Validator{}, told: map[zone]map[string]map[string]bool{}, seen: map[string]bool{}},
}

const sideBySide = 4

func TestMain(m *testing.M) {
	w := theWorld
	w.root, w.err = repositoryRoot()
	if w.err == nil {
		w.scratch, w.err = os.MkdirTemp("", "cloison-e2e-")
	}
	// Stories mostly wait, for a program to come back or a release to cross: more of them go side by side than there are processors.
	flag.Parse()
	if err := flag.Set("test.parallel", strconv.Itoa(max(sideBySide, runtime.GOMAXPROCS(0)))); err != nil && w.err == nil {
		w.err = err
	}
	code := m.Run()
	if chromium.stop != nil {
		chromium.stop()
	}
	if w.common != nil {
		w.common.stop()
		code = max(code, w.common.verdict())
	}
	if w.scratch != "" {
		_ = os.RemoveAll(w.scratch)
	}
	os.Exit(code)
}

// repositoryRoot is the folder of go.mod, from where the test runs upwards.
func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the repository: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("no go.mod above the test: run it inside the repository")
		}
		dir = up
	}
}

func (w *world) program(name string) string { return filepath.Join(w.root, "bin", name) }

func (w *world) sample() string { return filepath.Join(w.root, "sample") }

// prepared makes the folder that environments copy: one start, one stop.
func (w *world) prepared() (string, error) {
	w.prepare.Do(func() {
		if w.failed = w.err; w.failed != nil {
			return
		}
		for _, name := range []string{"cloison", "testclock/server", "testclock/medical", "testclock/keyholder"} {
			if _, err := os.Stat(w.program(name)); err != nil {
				w.failed = fmt.Errorf("bin/%s is missing: run make build", name)
				return
			}
		}
		w.stock = filepath.Join(w.scratch, "stock")
		e, err := w.launch(w.stock, options{})
		if err == nil {
			err = e.stop()
		}
		w.failed = err
	})
	return w.stock, w.failed
}

// copyTo makes a folder like the prepared one.
func (w *world) copyTo(dir string) error {
	stock, err := w.prepared()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(context.Background(), "cp", "-a", stock, dir)
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("copying the prepared folder: %w: %s", err, said.String())
	}
	return nil
}

// shared is the environment of the stories that keep to their own dossier. Its clock stands at sharedClock: never move it, never kill one of its
// programs, never write to its databases.
func shared(t *testing.T) *environment {
	t.Helper()
	w := theWorld
	w.first.Do(func() {
		dir := filepath.Join(w.scratch, "shared")
		if w.broken = w.copyTo(dir); w.broken == nil {
			w.common, w.broken = w.launch(dir, options{clock: sharedClock})
		}
	})
	if w.broken != nil {
		t.Fatal(w.broken)
	}
	return w.common
}

// start is an environment of the story's own, stopped and removed when it ends.
func start(t *testing.T, o options) *environment {
	t.Helper()
	w := theWorld
	dir, err := os.MkdirTemp(w.scratch, "own-")
	if err == nil {
		err = w.copyTo(filepath.Join(dir, "d"))
	}
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.launch(filepath.Join(dir, "d"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("what the environment said:\n%s", lastLines(e.saidSinceReady(), 60))
			e.showLogs(t)
		}
		_ = os.RemoveAll(dir)
	})
	return e
}

// showLogs shows how each program's log ended. Nothing medical is ever in one (TestTheWallKeepsEveryCanary).
func (e *environment) showLogs(t *testing.T) {
	t.Helper()
	logs, _ := filepath.Glob(filepath.Join(e.dir, "log", "*.log"))
	for _, path := range logs {
		if b, err := os.ReadFile(path); err == nil {
			t.Logf("%s ends with:\n%s", filepath.Base(path), lastLines(string(b), 25))
		}
	}
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
