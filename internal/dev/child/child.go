// Package child starts a process that does not outlive the one that started it
// (unless it is meant to), and tells when it ends.
package child

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Patience is how long each signal of Stop may take.
const Patience = 15 * time.Second

// Child is a started process. Its methods may be called concurrently.
type Child struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // after done
	stop sync.Mutex
}

// Start starts cmd in a process group of its own, so that Ctrl-C reaches the
// caller alone and he stops things in order. If the caller dies before it, the
// kernel sends it dying (0: it lives on).
func Start(cmd *exec.Cmd, dying syscall.Signal) (*Child, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = dying
	c := &Child{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel sends Pdeathsig when the thread that forked ends. Wait mostly blocks that very
		// thread anyway; the lock makes it certain.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			c.err = cmd.Wait()
			close(c.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

// PID is the process's.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Done is closed when the process has ended, wanted or not.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err says how it ended; call it after Done.
func (c *Child) Err() error { return c.err }

// Stop sends the signals in turn, each with its patience, then SIGKILL, and
// answers when the process is gone.
func (c *Child) Stop(signals ...syscall.Signal) {
	c.stop.Lock()
	defer c.stop.Unlock()
	for _, signal := range signals {
		_ = c.cmd.Process.Signal(signal) // gone already: done is closed
		select {
		case <-c.done:
			return
		case <-time.After(Patience):
		}
	}
	_ = c.cmd.Process.Kill()
	<-c.done
}
