package launch

import (
	"context"
	"errors"
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
)

// The test binary plays the supervised program: it lives until SIGTERM, or dies
// at once.
func TestMain(m *testing.M) {
	switch os.Getenv("LAUNCH_PROGRAM") {
	case "lives":
		select {}
	case "dies":
		os.Exit(3)
	}
	os.Exit(m.Run())
}

type output struct {
	mu   sync.Mutex
	text strings.Builder
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

type supervised struct {
	*supervisor
	out *output
	dir string
}

func newSupervised(t *testing.T, noRestart bool) supervised {
	t.Helper()
	dir, out := t.TempDir(), &output{}
	s := &supervisor{out: out, noRestart: noRestart, pidFile: func(name string) string { return filepath.Join(dir, name+".pid") }}
	t.Cleanup(s.stop)
	return supervised{s, out, dir}
}

func tiny(name, behaviour string) program {
	return program{
		name: name,
		start: func(context.Context) (process, error) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = []string{"LAUNCH_PROGRAM=" + behaviour}
			return child.Start(cmd, syscall.SIGKILL)
		},
		stop: func(p process) { p.(*child.Child).Stop(terminate...) },
	}
}

func (s supervised) pid(name string) int {
	text, err := os.ReadFile(filepath.Join(s.dir, name+".pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// eventually polls: what is awaited is another process's doing.
func eventually(t *testing.T, what string, within time.Duration, holds func() bool) {
	t.Helper()
	deadline := time.After(within)
	for !holds() {
		select {
		case <-deadline:
			t.Fatalf("%s: not within %v", what, within)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestAProgramThatDiesIsBackAndItIsSaid(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, false)
	opened := make(chan struct{}, 1)
	p := tiny("keyholder", "lives")
	p.again = func(context.Context) error { opened <- struct{}{}; return nil }
	if err := s.start(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	first := s.pid("keyholder")
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a new process", 30*time.Second, func() bool { return s.pid("keyholder") != 0 && s.pid("keyholder") != first })
	select {
	case <-opened:
	case <-time.After(30 * time.Second):
		t.Error("nobody opened it again")
	}
	if said := s.out.String(); !strings.Contains(said, "keyholder s'est arrêté (signal: killed) : il est relancé.") {
		t.Errorf("said %q", said)
	}
	if got := s.states(); len(got) != 1 || !got[0].up || got[0].restarts != 1 {
		t.Errorf("states %+v", got)
	}
	second := s.pid("keyholder")
	s.stop()
	if syscall.Kill(second, 0) == nil || s.pid("keyholder") != 0 {
		t.Error("it runs on after stop")
	}
}

func TestNoRestartLeavesItDead(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, true)
	if err := s.start(t.Context(), tiny("server", "lives")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(s.pid("server"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "said", 30*time.Second, func() bool { return strings.Contains(s.out.String(), "il reste arrêté") })
	time.Sleep(later + 2*soon) // longer than any restart would take
	if got := s.states(); got[0].up || got[0].restarts != 0 || s.pid("server") != 0 {
		t.Errorf("states %+v, pid %d", got, s.pid("server"))
	}
}

func TestAProgramThatCannotLiveDoesNotSpin(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, false)
	if err := s.start(t.Context(), tiny("medical", "dies")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "one restart", 30*time.Second, func() bool { return s.states()[0].restarts >= 1 })
	if n := s.states()[0].restarts; n > 2 {
		t.Errorf("%d restarts already", n)
	}
}

func TestStopIsInReverseOrder(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, false)
	var order []string
	for _, name := range []string{"postgres", "keyholder", "medical"} {
		p := tiny(name, "lives")
		stop := p.stop
		p.stop = func(running process) { order = append(order, name); stop(running) }
		if err := s.start(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	s.stop()
	if got := strings.Join(order, " "); got != "medical keyholder postgres" {
		t.Errorf("stopped %s", got)
	}
}

func TestAFirstStartThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	s := newSupervised(t, false)
	broken := errors.New("no program")
	err := s.start(t.Context(), program{name: "x", start: func(context.Context) (process, error) { return nil, broken }})
	if !errors.Is(err, broken) || len(s.states()) != 0 {
		t.Errorf("%v, %v", err, s.states())
	}
}
