package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func openTemp(t *testing.T) *File {
	t.Helper()
	c, err := Open(filepath.Join(t.TempDir(), "chain"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func record(op string) Record {
	return Record{At: time.Unix(1_800_000_000, 0), Op: op, Outcome: Done, Data: json.RawMessage(`{}`)}
}

// An answer that waits is an answer on disk: when the wait returns, a reader of
// the file sees the line.
func TestAnswerFollowsDisk(t *testing.T) {
	t.Parallel()
	c := openTemp(t)
	for i := range 20 {
		wait, err := c.Append(record(fmt.Sprint("op", i)))
		if err != nil {
			t.Fatal(err)
		}
		if err := wait(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(c.f.Name())
		if err != nil || !strings.Contains(string(b), fmt.Sprintf(`"op%d"`, i)) {
			t.Fatalf("line %d is not in the file", i)
		}
	}
}

func TestOrderIsThatOfTheCalls(t *testing.T) {
	t.Parallel()
	c := openTemp(t)
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			wait, err := c.Append(record("x"))
			if err == nil {
				err = wait()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	path := c.f.Name()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.next != 201 {
		t.Errorf("next is %d", again.next)
	}
}

// A file that can't be written is given up: this call fails, and every later
// one, because memory is ahead of the disk.
func TestFailedWriteGivesUp(t *testing.T) {
	t.Parallel()
	c := openTemp(t)
	c.f.Close()
	wait, err := c.Append(record("x"))
	if err != nil {
		t.Fatal(err)
	}
	if err := wait(); !errors.Is(err, ErrFailed) {
		t.Errorf("got %v", err)
	}
	if _, err := c.Append(record("y")); !errors.Is(err, ErrFailed) {
		t.Errorf("got %v", err)
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte("ab - {}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := parseLine(b, 1, ""); err == nil && p.record.Seq != 1 {
			t.Error("accepted another place in the chain")
		}
	})
}
