package launch

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// process is something that runs and may end by itself.
type process interface {
	PID() int
	Done() <-chan struct{}
	Err() error
}

// program is what the supervisor keeps running.
type program struct {
	name  string
	start func(context.Context) (process, error)
	stop  func(process)
	// again runs after a restart, not after the first start: unsealing keyholder.
	again func(context.Context) error
}

// A program that dies is up again within a second: at once if it had lived, and
// after a pause if it dies as soon as it starts.
const (
	soon  = 50 * time.Millisecond
	later = 400 * time.Millisecond
	lived = time.Second
)

// supervisor starts programs, starts them again when they die, stops them in
// the reverse order. Safe for concurrent use.
type supervisor struct {
	out       io.Writer
	pidFile   func(name string) string // where a program's pid stands
	noRestart bool

	mu       sync.Mutex
	stopping bool
	running  []*keeper // in order of start
}

// keeper is one program with its present process.
type keeper struct {
	program
	mu       sync.Mutex
	process  process // nil while it is down
	restarts int
	quit     chan struct{}
	ended    chan struct{}
}

// state of a program, for the metrics.
type state struct {
	name     string
	up       bool
	restarts int
}

// start starts one program; an error is its first start's.
func (s *supervisor) start(ctx context.Context, p program) error {
	k := &keeper{program: p, quit: make(chan struct{}), ended: make(chan struct{})}
	started, err := s.launch(ctx, k)
	if err != nil {
		return fmt.Errorf("starting %s: %w", p.name, err)
	}
	s.mu.Lock()
	s.running = append(s.running, k)
	s.mu.Unlock()
	go s.keep(context.WithoutCancel(ctx), k, started)
	return nil
}

func (s *supervisor) launch(ctx context.Context, k *keeper) (process, error) {
	p, err := k.program.start(ctx)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	k.process = p
	k.mu.Unlock()
	return p, write(s.pidFile(k.name), []byte(strconv.Itoa(p.PID())+"\n"), 0o600)
}

// keep watches over one program until it is told to quit.
func (s *supervisor) keep(ctx context.Context, k *keeper, p process) {
	defer close(k.ended)
	for {
		alive := time.NewTimer(lived)
		select {
		case <-k.quit:
			k.program.stop(p)
			return
		case <-p.Done():
		}
		wait := later
		select {
		case <-alive.C:
			wait = soon
		default:
			alive.Stop()
		}
		if p = s.restart(ctx, k, p, wait); p == nil {
			return
		}
	}
}

// restart answers the next process, or nil when there is to be none.
func (s *supervisor) restart(ctx context.Context, k *keeper, dead process, wait time.Duration) process {
	k.mu.Lock()
	k.process = nil
	k.mu.Unlock()
	_ = os.Remove(s.pidFile(k.name)) // absent is as good
	if s.noRestart {
		s.say("%s s'est arrêté (%v). --no-restart : il reste arrêté.", k.name, dead.Err())
		<-k.quit
		return nil
	}
	s.say("%s s'est arrêté (%v) : il est relancé.", k.name, dead.Err())
	for {
		select {
		case <-k.quit:
			return nil
		case <-time.After(wait):
		}
		k.mu.Lock()
		k.restarts++
		k.mu.Unlock()
		next, err := s.launch(ctx, k)
		if err == nil {
			if k.again != nil {
				go s.afterRestart(ctx, k)
			}
			return next
		}
		s.say("%s ne repart pas : %v", k.name, err)
		wait = later
	}
}

func (s *supervisor) afterRestart(ctx context.Context, k *keeper) {
	if err := k.again(ctx); err != nil {
		s.say("%s, après son redémarrage : %v", k.name, err)
	}
}

// stop stops every program, the last started first.
func (s *supervisor) stop() {
	s.mu.Lock()
	running := s.running
	s.running = nil
	s.mu.Unlock()
	for i := len(running) - 1; i >= 0; i-- {
		k := running[i]
		close(k.quit)
		<-k.ended
		_ = os.Remove(s.pidFile(k.name)) // absent is as good
	}
}

func (s *supervisor) states() []state {
	s.mu.Lock()
	running := append([]*keeper(nil), s.running...)
	s.mu.Unlock()
	var all []state
	for _, k := range running {
		k.mu.Lock()
		all = append(all, state{k.name, k.process != nil, k.restarts})
		k.mu.Unlock()
	}
	return all
}

func (s *supervisor) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.out, "cloison dev : "+format+"\n", args...)
}

// terminate is how the three programs are stopped.
var terminate = []syscall.Signal{syscall.SIGTERM}
