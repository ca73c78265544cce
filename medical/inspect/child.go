package inspect

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"cloison/crypto/frame"
	"cloison/medical/inspect/wire"

	"golang.org/x/sys/unix"
)

// child is one inspector at work.
type child struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	late atomic.Bool
	once sync.Once
}

// start begins a process and gives it its request.
func (i *Inspector) start(r wire.Request) (*child, error) {
	// Whatever a parent of this program, or a library, left open without care does not go along (TestConfinedProcess).
	if err := unix.CloseRange(3, ^uint(0)>>1&0xffffffff, unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return nil, fmt.Errorf("closing descriptors for the inspector: %w", err)
	}
	cmd := i.command()
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe to the inspector: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making a pipe from the inspector: %w", err), in.Close())
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the inspector: %w", err)
	}
	c := &child{cmd: cmd, in: in, out: bufio.NewReader(out)}
	stop := c.within(i.o.Time)
	defer stop()
	if err := frame.Write(in, r); err != nil {
		c.end()
		return nil, c.why(err)
	}
	return c, nil
}

// within kills the process unless stop is called in time.
func (c *child) within(d time.Duration) (stop func()) {
	t := time.AfterFunc(d, func() {
		c.late.Store(true)
		c.kill()
	})
	return func() { t.Stop() }
}

func (c *child) kill() { _ = c.cmd.Process.Kill() }

// end kills the process, if it still lives, and reaps it.
func (c *child) end() {
	c.once.Do(func() {
		c.kill()
		_ = c.in.Close()
		_ = c.cmd.Wait() // how it ended says nothing more: there was an answer, or not
	})
}

// why says what became of a process that broke off. Its own words are no part of it.
func (c *child) why(err error) error {
	if c.late.Load() {
		return ErrTime
	}
	return fmt.Errorf("%w: %w", ErrEnded, err)
}

func (c *child) write(p []byte, limit time.Duration) (int, error) {
	stop := c.within(limit)
	defer stop()
	n, err := c.in.Write(p)
	if err != nil {
		return n, c.why(err)
	}
	return n, nil
}

// pipe is a child to write to.
type pipe struct {
	c     *child
	limit time.Duration
}

func (p pipe) Write(b []byte) (int, error) { return p.c.write(b, p.limit) }

// answer says that the piece is whole, and reads what the process says of it: one message of a bounded size.
func (c *child) answer(limit time.Duration) (wire.Answer, error) {
	stop := c.within(limit)
	defer stop()
	if err := c.in.Close(); err != nil {
		return wire.Answer{}, c.why(err)
	}
	head, err := c.out.Peek(4)
	if err != nil {
		return wire.Answer{}, c.why(err)
	}
	if size := uint32(head[0])<<24 | uint32(head[1])<<16 | uint32(head[2])<<8 | uint32(head[3]); size > wire.MaxAnswer {
		return wire.Answer{}, wire.ErrAnswer
	}
	var a wire.Answer
	switch err := frame.Read(c.out, &a); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return wire.Answer{}, c.why(err)
	case err != nil:
		return wire.Answer{}, wire.ErrAnswer // not its words: they could be the piece's
	}
	return a, nil
}
