package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cloison/internal/dev/child"
	"cloison/internal/dev/play"

	"github.com/jackc/pgx/v5/pgxpool"
)

// The clocks: before the first event of case-01, and, for the shared environment, after every date that its papers carry.
const (
	firstClock  = "2026-01-12T09:00:00+01:00"
	sharedClock = "2026-03-12T10:00:00+01:00"
)

// Bounds of what is waited for. On a busy machine a start is slow; none of these is ever slept through.
const (
	startLimit = 3 * time.Minute
	calmLimit  = 3 * time.Minute
)

// options of an environment. The zero value stands at firstClock.
type options struct {
	clock       string
	noRestart   bool
	crash       []string // points at which the programs die, once each
	machines    bool     // the prefectures' own systems may call
	people      []string // people files, beside the sample's
	maxDocument int64    // bytes of a document, whatever its kind; 0 is the default
	passkeys    bool     // the physicians' provider does not authenticate anew
}

// environment is one `bin/cloison dev`, with its folder.
type environment struct {
	dir     string
	port    int
	people  *play.People
	zones   map[zone]*portal
	process *child.Child
	output  string // file of what the launcher printed

	mu       sync.Mutex
	sessions map[string]*person
	pools    map[zone]*pgxpool.Pool // see pool
	invalid  []string               // answers that do not fit the OpenAPI document

	stopping sync.Once
	stopped  error
}

// zone is one of the two portals.
type zone string

const (
	medicalZone zone = "medical"
	serverZone  zone = "server"
)

// portal is where a zone answers and what it offers.
type portal struct {
	zone zone
	base string
	ops  map[string]operation
}

// launch starts `bin/cloison dev` on dir and answers once it is ready.
func (w *world) launch(dir string, o options) (*environment, error) {
	if o.clock == "" {
		o.clock = firstClock
	}
	people, err := play.LoadPeople(append([]string{filepath.Join(w.sample(), "people.json")}, o.people...)...)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		port, err := w.ports.draw()
		if err != nil {
			return nil, err
		}
		e := &environment{dir: dir, port: port, people: people, sessions: map[string]*person{}, pools: map[zone]*pgxpool.Pool{}, output: dir + ".out"}
		err = e.run(w, o)
		if err == nil {
			return e, nil
		}
		_ = e.stop()
		// Another program took one of the ports between the draw and the start.
		if attempt == 5 || !strings.Contains(e.said(), "n'est pas libre") {
			return nil, fmt.Errorf("%w\n%s", err, e.said())
		}
	}
}

func (e *environment) run(w *world, o options) error {
	args := []string{"dev", "--data", e.dir, "--port", strconv.Itoa(e.port), "--sample", w.sample(), "--clock", o.clock, "--quick-login"}
	if o.noRestart {
		args = append(args, "--no-restart")
	}
	if o.machines {
		args = append(args, "--machines")
	}
	if o.passkeys {
		args = append(args, "--passkeys")
	}
	for _, file := range o.people {
		args = append(args, "--people", file)
	}
	for _, point := range o.crash {
		args = append(args, "--crash", point)
	}
	if o.maxDocument > 0 {
		args = append(args, "--max-document", strconv.FormatInt(o.maxDocument, 10))
	}
	output, err := os.Create(e.output)
	if err != nil {
		return fmt.Errorf("keeping what the launcher prints: %w", err)
	}
	defer output.Close()
	cmd := exec.Command(w.program("cloison"), args...)
	cmd.Stdout, cmd.Stderr = output, output
	if e.process, err = child.Start(cmd, syscall.SIGINT); err != nil {
		return fmt.Errorf("starting bin/cloison dev: %w", err)
	}
	if err := e.ready(); err != nil {
		return err
	}
	e.zones = map[zone]*portal{}
	for z, offset := range map[zone]int{medicalZone: 1, serverZone: 2} {
		base := e.url(offset)
		if o.passkeys && z == medicalZone {
			base = fmt.Sprintf("http://localhost:%d", e.port+offset)
		}
		if e.zones[z], err = w.discover(z, base); err != nil {
			return err
		}
	}
	return nil
}

// ready waits for the mark that the launcher leaves once both portals answer.
func (e *environment) ready() error {
	end := time.After(startLimit)
	for {
		if _, err := os.Stat(filepath.Join(e.dir, "run", "ready")); err == nil {
			return nil
		}
		select {
		case <-e.process.Done():
			return errors.New("bin/cloison dev ended before it was ready")
		case <-end:
			return fmt.Errorf("bin/cloison dev was not ready within %v", startLimit)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stop ends the environment as Ctrl-C does, and waits.
func (e *environment) stop() error {
	e.stopping.Do(func() {
		if e.process == nil {
			return
		}
		e.mu.Lock()
		for _, pool := range e.pools {
			pool.Close()
		}
		e.mu.Unlock()
		e.process.Stop(syscall.SIGINT) // then SIGKILL, after child.Patience
		var exit *exec.ExitError
		if errors.As(e.process.Err(), &exit) {
			e.stopped = fmt.Errorf("bin/cloison dev did not end well: %w", exit)
		}
	})
	return e.stopped
}

// verdict is the exit code that the shared environment adds: its answers belong to no one story.
func (e *environment) verdict() int {
	if err := e.stop(); err != nil {
		fmt.Fprintf(os.Stderr, "the shared environment: %v\n%s\n", err, e.said())
		return 1
	}
	return 0
}

func (e *environment) said() string {
	b, err := os.ReadFile(e.output)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// saidSinceReady leaves out who can sign in where.
func (e *environment) saidSinceReady() string {
	said := e.said()
	if _, after, found := strings.Cut(said, "Ctrl-C arrête tout."); found {
		return after
	}
	return said
}

func (e *environment) url(offset int) string {
	return fmt.Sprintf("http://127.0.0.1:%d", e.port+offset)
}

// moveClock moves the test clock and waits until everything that follows has happened in both zones.
func (e *environment) moveClock(t *testing.T, to time.Time) {
	t.Helper()
	body := fmt.Sprintf(`{"now":%q}`, to.Format(time.RFC3339Nano))
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, e.url(4)+"/clock", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("moving the clock: %v", err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		t.Fatalf("moving the clock to %s: %d %s", to, resp.StatusCode, answer)
	}
}

// now is the test clock's time.
func (e *environment) now(t *testing.T) time.Time {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(e.dir, "run", "clock"))
	if err != nil || len(b) < 8 {
		t.Fatalf("reading the clock: %v", err)
	}
	return time.Unix(0, clockValue(b))
}

// calm waits until both zones have seen all that was done.
func (e *environment) calm(t *testing.T) {
	t.Helper()
	e.moveClock(t, e.now(t))
}

// pid is that of postgres, keyholder, medical or server; 0 while it is down.
func (e *environment) pid(program string) int {
	b, err := os.ReadFile(filepath.Join(e.dir, "run", program+".pid"))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(b)))
	if err != nil {
		return 0
	}
	return pid
}

// kill ends one program with SIGKILL.
func (e *environment) kill(t *testing.T, program string) {
	t.Helper()
	var pid int
	eventually(t, program+" is up", func() bool { pid = e.pid(program); return pid > 1 })
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("killing %s: %v", program, err)
	}
	eventually(t, program+" is gone", func() bool { return e.pid(program) != pid })
}

// eventually polls, within a bound.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), calmLimit)
	defer cancel()
	// Most looks are an act of the product, with its entry: they get rarer.
	for pause := 10 * time.Millisecond; !holds(); pause = min(pause*3/2, 400*time.Millisecond) {
		select {
		case <-ctx.Done():
			t.Fatalf("not within %v: %s", calmLimit, what)
		case <-time.After(pause):
		}
	}
}

// portDrawer gives blocks of seven consecutive free ports, below those that the kernel hands out by itself.
type portDrawer struct {
	mu   sync.Mutex
	next int
}

const (
	lowPort, highPort = 15000, 32000
	block             = 7
)

func (d *portDrawer) draw() (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.next == 0 { // two runs at once start at different places
		d.next = lowPort + rand.IntN((highPort-lowPort)/block)*block
	}
	for range (highPort - lowPort) / block {
		port := d.next
		if d.next += block; d.next+block > highPort {
			d.next = lowPort
		}
		if free(port) {
			return port, nil
		}
	}
	return 0, errors.New("no seven consecutive free ports")
}

func free(port int) bool {
	for offset := range block {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+offset))
		if err != nil {
			return false
		}
		l.Close()
	}
	return true
}
