package chain

import (
	"bytes"
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

// What a start looks at: that each line is whole, has its place, and follows from the one before. Each alone refuses.
func TestALineThatDoesNotFollowRefusesToStart(t *testing.T) {
	t.Parallel()
	c := openTemp(t)
	path := c.f.Name()
	for range 3 {
		wait, err := c.Append(record("Open"))
		if err != nil {
			t.Fatal(err)
		}
		if err := wait(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(whole, []byte("\n")), []byte("\n"))
	lines[2] = append(lines[2], '\n')
	// another is a line of that place with another content, its own hash right.
	another := func(i int, old, new string) []byte {
		raw := bytes.Replace(bytes.SplitN(bytes.TrimSuffix(lines[i], []byte("\n")), []byte(" "), 3)[2], []byte(old), []byte(new), 1)
		return formatLine(hashOf(raw), nil, raw)
	}
	for name, file := range map[string][][]byte{
		"a byte changed":                   {lines[0], bytes.Replace(lines[1], []byte("Open"), []byte("Opem"), 1), lines[2]},
		"the last line's byte changed":     {lines[0], lines[1], bytes.Replace(lines[2], []byte("Open"), []byte("Opem"), 1)},
		"one dropped":                      {lines[0], lines[2]},
		"the first dropped":                {lines[1], lines[2]},
		"two exchanged":                    {lines[1], lines[0], lines[2]},
		"the last of another number":       {lines[0], lines[1], another(2, `"seq":3`, `"seq":4`)},
		"another in its place, hash right": {lines[0], another(1, "Open", "Shut"), lines[2]},
	} {
		if err := os.WriteFile(path, bytes.Join(file, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		if again, err := Open(path); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
			if err == nil {
				again.Close()
			}
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := Open(path); err != nil {
		t.Errorf("as it was: %v", err)
	} else {
		again.Close()
	}
}

// A line that changes nothing may be of a time when keyholder was sealed, and bear no MAC; one that it bears must be keyholder's all the same.
func TestNoMACMayBeWrong(t *testing.T) {
	t.Parallel()
	c := openTemp(t)
	key := func(k byte) Authenticator { return func(hash []byte) []byte { return append([]byte{k}, hash...) } }
	for _, auth := range []Authenticator{nil, key(1)} {
		c.Authenticate(auth)
		wait, err := c.Append(record("Status"))
		if err != nil {
			t.Fatal(err)
		}
		if err := wait(); err != nil {
			t.Fatal(err)
		}
	}
	none := func(string, string) bool { return false }
	given := func(Record) error { return errors.New("a line that does not count was given") }
	if err := c.Replay(key(1), none, given); err != nil {
		t.Errorf("its own key: %v", err)
	}
	if err := c.Replay(key(2), none, given); !errors.Is(err, ErrForged) {
		t.Errorf("another key: %v", err)
	}
}
