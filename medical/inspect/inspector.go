package inspect

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	Open    int           // processes alive at once; 0 is 16
	Working int           // of these, at work at once; 0 is 2. Each may take 512 MiB
}

// Inspector starts one process for each piece. It is safe for concurrent use.
type Inspector struct {
	o       Options
	weak    bool // development goes on where a confinement is missing
	apart   bool // in namespaces of their own
	open    chan struct{}
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
	if o.Working == 0 {
		o.Working = 2
	}
	i := &Inspector{o: o, apart: true, open: make(chan struct{}, o.Open), working: make(chan struct{}, o.Working)}
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

// Inspection is the look at one piece. It is for one goroutine, and must be closed.
type Inspection struct {
	i    *Inspector
	c    *child
	size int64
}

// Begin starts the inspection of size bytes. Declared is what the sender says they are, "" when it is not known. It takes no patience: an
// inspector with no place left says ErrBusy.
func (i *Inspector) Begin(size int64, declared string) (*Inspection, error) {
	x := &Inspection{i: i, size: size}
	if size > wire.MaxBytes {
		return x, nil
	}
	select {
	case i.open <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	kind := wire.MediaType(declared)
	if declared != "" && !slices.Contains(wire.Admitted, kind) {
		kind = "" // the bytes decide
	}
	c, err := i.start(wire.Request{Operation: wire.Inspect, Size: size, Declared: kind, Weak: i.weak})
	if err != nil {
		<-i.open
		return nil, err
	}
	x.c = c
	return x, nil
}

// Write gives the next bytes of the piece.
func (x *Inspection) Write(p []byte) (int, error) {
	if x.c == nil {
		return len(p), nil
	}
	return x.c.write(p, x.i.o.Time)
}

// Verdict is what the piece is, once all of it was written.
func (x *Inspection) Verdict(ctx context.Context) (wire.Verdict, error) {
	if x.size > wire.MaxBytes {
		return wire.Verdict{Outcome: wire.Reject, Reason: wire.DimensionsTooLarge}, nil
	}
	a, err := x.i.ask(ctx, x.c)
	if err != nil {
		return wire.Verdict{}, err
	}
	if a.Verdict == nil {
		return wire.Verdict{}, wire.ErrAnswer
	}
	return *a.Verdict, a.Verdict.Validate()
}

// Close ends the process. It may be called at any time, and again.
func (x *Inspection) Close() error {
	if x.c != nil {
		x.c.end()
		x.c = nil
		<-x.i.open
	}
	return nil
}

// ask lets a child work on what it was given, when there is a place for it, and reads its answer.
func (i *Inspector) ask(ctx context.Context, c *child) (wire.Answer, error) {
	if err := take(ctx, i.working, i.o.Time); err != nil {
		return wire.Answer{}, err
	}
	defer func() { <-i.working }()
	return c.answer(i.o.Time)
}

// Rendition is a copy of a piece that holds nothing that acts. It must be closed.
type Rendition struct {
	io.Reader
	wire.Content
	i *Inspector
	c *child
}

// Render makes what a viewer may show: a page (from 1) of an image, a PDF without what acts, the words of a text. A content of size 0 says
// that this piece can only be downloaded.
func (i *Inspector) Render(ctx context.Context, content io.Reader, size int64, page int) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Render, Size: size, Page: page, Weak: i.weak})
}

// Neutralise makes the piece without what was found in it: the same type, the same pixels. A content of size 0 says that it cannot be.
func (i *Inspector) Neutralise(ctx context.Context, content io.Reader, size int64) (*Rendition, error) {
	return i.make(ctx, content, wire.Request{Operation: wire.Neutralise, Size: size, Weak: i.weak})
}

func (i *Inspector) make(ctx context.Context, content io.Reader, r wire.Request) (_ *Rendition, err error) {
	if r.Size > wire.MaxBytes {
		return &Rendition{Reader: strings.NewReader("")}, nil
	}
	if err := take(ctx, i.open, i.o.Time); err != nil {
		return nil, err
	}
	made := &Rendition{i: i}
	defer func() {
		if err != nil {
			made.end()
		}
	}()
	if made.c, err = i.start(r); err != nil {
		return nil, err
	}
	if _, err := io.Copy(pipe{made.c, i.o.Time}, content); err != nil {
		return nil, fmt.Errorf("giving a piece to the inspector: %w", err)
	}
	a, err := i.ask(ctx, made.c)
	if err != nil {
		return nil, err
	}
	if a.Content == nil {
		return nil, wire.ErrAnswer
	}
	if err := a.Content.Validate(); err != nil {
		return nil, err
	}
	made.Content = *a.Content
	made.Reader = &exactly{made.c.out, made.Size}
	return made, nil
}

// exactly reads what was announced: less is an error, more is not read.
type exactly struct {
	r    io.Reader
	left int64
}

func (x *exactly) Read(p []byte) (int, error) {
	if x.left == 0 {
		return 0, io.EOF
	}
	n, err := x.r.Read(p[:min(int64(len(p)), x.left)])
	x.left -= int64(n)
	if errors.Is(err, io.EOF) && x.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Close ends the process.
func (r *Rendition) Close() error {
	r.end()
	return nil
}

func (r *Rendition) end() {
	if r.i == nil {
		return
	}
	if r.c != nil {
		r.c.end()
	}
	<-r.i.open
	r.i = nil
}
