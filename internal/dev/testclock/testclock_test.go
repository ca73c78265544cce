package testclock

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestMain plays the other process: it prints the time, waits for a line, prints it again.
func TestMain(m *testing.M) {
	if path := os.Getenv("TESTCLOCK_CHILD"); path != "" {
		c, err := Open(path)
		if err != nil {
			panic(err)
		}
		for range 2 {
			os.Stdout.WriteString(c.Now().Format(time.RFC3339) + "\n")
			os.Stdin.Read(make([]byte, 1))
		}
		return
	}
	os.Exit(m.Run())
}

func TestAnotherProcessSeesTheClockMove(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	c, err := Create(path, date("2026-01-12T09:00:00+01:00"))
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0])
	child.Env = []string{"TESTCLOCK_CHILD=" + path}
	in, _ := child.StdinPipe()
	out, _ := child.StdoutPipe()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line := func() string {
		b := make([]byte, len("2026-01-12T08:00:00Z\n"))
		if _, err := out.Read(b); err != nil {
			t.Fatal(err)
		}
		return string(b[:len(b)-1])
	}
	if got := line(); got != "2026-01-12T08:00:00Z" {
		t.Errorf("first: %s", got)
	}
	if err := c.Set(date("2026-06-01T00:00:00Z")); err != nil {
		t.Fatal(err)
	}
	in.Write([]byte("\n"))
	if got := line(); got != "2026-06-01T00:00:00Z" {
		t.Errorf("after Set: %s", got)
	}
	in.Close()
	if err := child.Wait(); err != nil {
		t.Error(err)
	}
}

func TestItStandsStillAndKeepsNanoseconds(t *testing.T) {
	t.Parallel()
	at := date("2026-01-12T09:00:00+01:00").Add(123456789)
	path := filepath.Join(t.TempDir(), "clock")
	c, err := Create(path, at)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Now().Equal(at) || !c.Now().Equal(c.Now()) {
		t.Errorf("%v is not %v", c.Now(), at)
	}
	if info, _ := os.Stat(path); info.Size() != 8 {
		t.Errorf("%d bytes", info.Size())
	}
	if _, err := Create(path, at.Add(time.Hour)); err != nil { // the same file again
		t.Fatal(err)
	}
	if !c.Now().Equal(at.Add(time.Hour)) {
		t.Errorf("the first mapping reads %v", c.Now())
	}
}

func TestWhatIsNoClockIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short := filepath.Join(dir, "short")
	if err := os.WriteFile(short, []byte("1234567"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{short, filepath.Join(dir, "absent")} {
		if _, err := Open(path); err == nil {
			t.Errorf("%s was opened", filepath.Base(path))
		}
	}
	for _, at := range []string{"1600-01-01T00:00:00Z", "2300-01-01T00:00:00Z"} {
		if _, err := Create(filepath.Join(dir, "c"), date(at)); !errors.Is(err, ErrRange) {
			t.Errorf("%s: %v", at, err)
		}
	}
}
