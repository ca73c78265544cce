package chain

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"cloison/crypto/canonical"
	"cloison/internal/crash"
)

// File is an open chain file. Append may be called from several goroutines.
type File struct {
	f    *os.File
	wake chan struct{}
	done chan struct{}

	mu      sync.Mutex
	next    uint64
	prev    string
	auth    Authenticator
	queue   []byte
	waiters []chan error
	failed  error
	closed  bool
}

// Open opens or makes the file at path, cuts a torn last line (the crash came
// before its call was answered, so nothing acknowledged is lost), and refuses a
// broken chain with ErrBroken and the line. The file is locked: two keyholders
// never share one.
func Open(path string) (*File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening chain file: %w", err)
	}
	c, err := open(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("opening chain file %s: %w", path, err)
	}
	return c, nil
}

func open(f *os.File) (*File, error) {
	if err := lock(f); err != nil {
		return nil, err
	}
	whole, next, prev, err := scan(f, linkLine, func(parsed) error { return nil })
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(whole); err != nil {
		return nil, fmt.Errorf("cutting torn line: %w", err)
	}
	if _, err := f.Seek(whole, io.SeekStart); err != nil {
		return nil, err
	}
	if err := f.Sync(); err != nil {
		return nil, err
	}
	if err := syncFolder(f.Name()); err != nil {
		return nil, err
	}
	c := &File{f: f, next: next, prev: prev, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go c.write()
	return c, nil
}

// A new file is not there after a power cut before its folder is on disk.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Replay gives every record that counts (counts answers true of its operation
// and outcome) to each, oldest first. It must carry a MAC that auth agrees with,
// and no MAC may be wrong: ErrForged otherwise. The others, which are most, are
// not read further: an unseal waits for it. Nothing may be appended meanwhile.
func (c *File) Replay(auth Authenticator, counts func(op, outcome string) bool, each func(Record) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := c.f.Stat()
	if err != nil {
		return fmt.Errorf("reading chain file: %w", err)
	}
	_, _, _, err = scan(io.NewSectionReader(c.f, 0, info.Size()), linkLine, func(p parsed) error {
		var said struct{ Op, Outcome string }
		if json.Unmarshal(p.raw, &said) != nil {
			return ErrBroken
		}
		counted := counts(said.Op, said.Outcome)
		if (p.mac != nil || counted) && !authentic(auth, p) {
			return ErrForged
		}
		if !counted {
			return nil
		}
		if canonical.Unmarshal(p.raw, &p.record) != nil {
			return ErrBroken
		}
		return each(p.record)
	})
	if err != nil {
		return fmt.Errorf("replaying chain file: %w", err)
	}
	return nil
}

// Authenticate makes every later line carry a MAC.
func (c *File) Authenticate(auth Authenticator) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.auth = auth
}

// Append gives the record its place in the chain, in the order of the calls,
// and returns a function that waits until it is on disk. Lines that arrive
// while one is being written share the next write and fsync.
func (c *File) Append(r Record) (wait func() error, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed != nil {
		return nil, c.failed
	}
	if c.closed {
		return nil, ErrFailed
	}
	r.Seq, r.Prev, r.At = c.next, c.prev, r.At.UTC().Round(time.Microsecond)
	b, err := canonical.Marshal(r)
	if err != nil {
		return nil, err
	}
	hash := hashOf(b)
	var mac []byte
	if c.auth != nil {
		mac = c.auth(hash)
	}
	line := formatLine(hash, mac, b)
	if len(line) > maxLine {
		return nil, fmt.Errorf("line of %d bytes: %w", len(line), ErrFailed)
	}
	c.queue = append(c.queue, line...)
	c.next, c.prev = c.next+1, hex.EncodeToString(hash)
	waiter := make(chan error, 1)
	c.waiters = append(c.waiters, waiter)
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return func() error { return <-waiter }, nil
}

func (c *File) write() {
	defer close(c.done)
	for range c.wake {
		c.flush()
	}
	c.flush()
}

// flush puts the queue on disk. After a failed write or fsync the kernel may
// have dropped what it could not write, and memory is ahead of the disk: the
// file is given up for this process, and the next start cuts the torn line.
func (c *File) flush() {
	c.mu.Lock()
	queue, waiters, failed := c.queue, c.waiters, c.failed
	c.queue, c.waiters = nil, nil
	c.mu.Unlock()
	if len(waiters) == 0 {
		return
	}
	err := failed
	if err == nil {
		err = c.put(queue)
	}
	if err != nil {
		c.mu.Lock()
		c.failed = err
		c.mu.Unlock()
	}
	for _, w := range waiters {
		w <- err
	}
}

func (c *File) put(b []byte) error {
	if _, err := c.f.Write(b); err != nil {
		return fmt.Errorf("writing chain file: %w: %w", ErrFailed, err)
	}
	crash.Point("chain/sync.before")
	if err := c.f.Sync(); err != nil {
		return fmt.Errorf("syncing chain file: %w: %w", ErrFailed, err)
	}
	crash.Point("chain/sync.after")
	return nil
}

// Close writes what is queued and lets go of the file.
func (c *File) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	close(c.wake)
	c.mu.Unlock()
	<-c.done
	return c.f.Close()
}
