package inspect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"cloison/medical/inspect/wire"
)

// Options is what an inspector needs.
type Options struct {
	Program string        // path of the inspector
	Args    []string      // of the tests: the program takes none
	Strict  bool          // production: no start where a confinement is missing
	Log     *slog.Logger  // says at the start what is missing
	Time    time.Duration // from the last byte of a piece to the answer, and for each write before; 0 is one minute
	Open    int           // inspections alive at once, most of them waiting for the rest of their piece; 0 is 16
	Shown   int           // copies that are being made or sent, at once; 0 is 8
	Working int           // processes at work at once; 0 is 2. Only these may take 512 MiB each, the others a piece's size
}

// Inspector starts one process for each piece. It is safe for concurrent use.
type Inspector struct {
	o       Options
	weak    bool // development goes on where a confinement is missing
	apart   bool // in namespaces of their own
	open    queue
	shown   chan struct{}
	working chan struct{}
}

// Errors of an inspection. None says anything of the piece: it is to be tried again.
var (
	ErrBusy  = errors.New("too many pieces are being inspected")
	ErrEnded = errors.New("the inspector ended without an answer")
	ErrTime  = errors.New("the inspector took too long")
)

// namespaces is the confinement that the parent takes: the others are the child's (package confine).
const namespaces = "namespaces"

// New starts the program once, to know that it is there and what confines it on this machine. What is missing is said; with Strict it is
// an error (TestMissingConfinement).
func New(ctx context.Context, o Options) (*Inspector, error) {
	if o.Time == 0 {
		o.Time = time.Minute
	}
	if o.Open == 0 {
		o.Open = 16
	}
	if o.Shown == 0 {
		o.Shown = 8
	}
	if o.Working == 0 {
		o.Working = 2
	}
	i := &Inspector{o: o, apart: true, open: queue{most: o.Open}, shown: make(chan struct{}, o.Shown), working: make(chan struct{}, o.Working)}
	missing, err := i.check()
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EACCES) {
		i.apart = false
		missing, err = i.check()
		missing = append(missing, namespaces)
	}
	if err != nil {
		return nil, fmt.Errorf("starting the inspector %s: %w", o.Program, err)
	}
	if len(missing) == 0 {
		return i, nil
	}
	slices.Sort(missing)
	if o.Strict {
		return nil, fmt.Errorf("the inspector of pieces cannot be confined here, missing: %s (namespaces need user.max_user_namespaces above 0 and no RestrictNamespaces; seccomp a kernel that has it)",
			strings.Join(missing, ", "))
	}
	o.Log.WarnContext(ctx, "the inspector of pieces is not fully confined; production would refuse to start", "missing", missing)
	i.weak = true
	return i, nil
}

func (i *Inspector) check() ([]string, error) {
	c, err := i.start(wire.Request{Operation: wire.Check})
	if err != nil {
		return nil, err
	}
	defer c.end()
	a, err := c.answer(i.o.Time)
	if err != nil {
		return nil, err
	}
	return a.Missing, nil
}

// command is the program as it is always started: nothing of this process goes along but two pipes.
func (i *Inspector) command() *exec.Cmd {
	cmd := exec.Command(i.o.Program, i.o.Args...)
	cmd.Env = []string{}
	cmd.Dir = "/"
	cmd.SysProcAttr = i.attributes()
	return cmd
}

// take waits for a place among n.
func take(ctx context.Context, places chan struct{}, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ErrBusy
	}
}

// ask lets a child work on what it was given, when there is a place for it, and reads its answer.
func (i *Inspector) ask(ctx context.Context, c *child) (wire.Answer, error) {
	if err := take(ctx, i.working, i.o.Time); err != nil {
		return wire.Answer{}, err
	}
	defer func() { <-i.working }()
	return c.answer(i.o.Time)
}
