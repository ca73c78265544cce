// Package testclock is a clock that stands still until somebody moves it: one
// file of eight bytes, Unix nanoseconds, mapped by every process that shares it.
//
// It is linked only by programs built with tag testclock, by the development
// tool and by tests; arch_test holds that. Whoever can write the file says what
// time it is: it never exists in production.
package testclock

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"cloison/internal/clock"
	"golang.org/x/sys/unix"
)

const size = 8

// ErrRange: the time does not fit into the file (years 1678 to 2262).
var ErrRange = errors.New("this time does not fit into a test clock")

// Clock reads and sets the shared file. Safe for concurrent use; a reader sees
// the old time or the new one, never a mixture. It stays mapped for the life of
// the process.
type Clock struct{ nanos *int64 }

var _ clock.Clock = (*Clock)(nil)

// Create makes the file with this time, or sets an existing one to it.
func Create(path string, at time.Time) (*Clock, error) {
	nanos, err := toNanos(at)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		// Whole from its first instant under this name: a program that opens it at once never reads 1970.
		if err := createWhole(path, nanos); err != nil {
			return nil, fmt.Errorf("creating the test clock: %w", err)
		}
	}
	c, err := open(path)
	if err != nil {
		return nil, err
	}
	atomic.StoreInt64(c.nanos, nanos)
	return c, nil
}

func createWhole(path string, nanos int64) error {
	b := make([]byte, size)
	binary.NativeEndian.PutUint64(b, uint64(nanos))
	temporary := path + ".new"
	if err := os.WriteFile(temporary, b, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// Open maps an existing clock.
func Open(path string) (clock.Clock, error) { return open(path) }

func open(path string) (*Clock, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the test clock: %w", err)
	}
	defer f.Close() // the mapping outlives it
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening the test clock: %w", err)
	}
	if info.Size() != size {
		return nil, fmt.Errorf("opening the test clock: %d bytes instead of %d", info.Size(), size)
	}
	b, err := unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, fmt.Errorf("mapping the test clock: %w", err)
	}
	return &Clock{nanos: (*int64)(unsafe.Pointer(&b[0]))}, nil // a mapping is page-aligned, so the word is atomic
}

// Now answers the time it was last set to, in UTC.
func (c *Clock) Now() time.Time { return time.Unix(0, atomic.LoadInt64(c.nanos)).UTC() }

// Set moves it, for every process that mapped the file.
func (c *Clock) Set(at time.Time) error {
	nanos, err := toNanos(at)
	if err != nil {
		return err
	}
	atomic.StoreInt64(c.nanos, nanos)
	return nil
}

func toNanos(at time.Time) (int64, error) {
	if at.Before(time.Unix(0, math.MinInt64)) || at.After(time.Unix(0, math.MaxInt64)) {
		return 0, ErrRange
	}
	return at.UnixNano(), nil
}
