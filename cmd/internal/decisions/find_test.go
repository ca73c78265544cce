package decisions

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloison/audit/desk"
	"cloison/policy"
)

var begun = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func entryOf(i int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", i) }

// kept is a file of decisions, one each minute.
func kept(t *testing.T, count int) *File {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "decisions"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	for i := range count {
		f.Keep(policy.Recorded{Entry: entryOf(i), At: begun.Add(time.Duration(i) * time.Minute), Rule: "ALLOW_AUDIT", Policy: strings.Repeat("0a", 32),
			Query: policy.Query{Action: "me.get", Context: policy.Context{On: strings.Repeat("x", i%700)}}})
	}
	return f
}

func TestADecisionIsFoundByItsEntry(t *testing.T) {
	t.Parallel()
	const count = 5000
	f := kept(t, count)
	for range 200 {
		i := rand.IntN(count)
		got, err := f.Find(entryOf(i), begun.Add(time.Duration(i)*time.Minute))
		if err != nil || got.Entry != entryOf(i) {
			t.Fatalf("decision %d: %+v, %v", i, got, err)
		}
	}
	for _, i := range []int{0, count - 1} {
		if got, err := f.Find(entryOf(i), begun.Add(time.Duration(i)*time.Minute)); err != nil || got.Entry != entryOf(i) {
			t.Errorf("decision %d: %+v, %v", i, got, err)
		}
	}
	if _, err := f.Find(entryOf(count), begun); !errors.Is(err, desk.ErrNotKept) {
		t.Errorf("a decision that was not kept: %v", err)
	}
	if _, err := (*File)(nil).Find(entryOf(0), begun); !errors.Is(err, desk.ErrNotKept) {
		t.Errorf("no file: %v", err)
	}
}

// A period is read whole, and not much more than it.
func TestAPeriodOfDecisionsIsRead(t *testing.T) {
	t.Parallel()
	f := kept(t, 5000)
	lines, err := f.Between(begun.Add(1000*time.Minute), begun.Add(2000*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	defer lines.Close()
	text, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, i := range []int{1000, 1500, 2000} {
		if !strings.Contains(string(text), entryOf(i)) {
			t.Errorf("decision %d is not read", i)
		}
	}
	if len(got) > 1300 {
		t.Errorf("%d decisions are read", len(got))
	}
	for _, i := range []int{0, 2100, 4999} {
		if strings.Contains(string(text), entryOf(i)) {
			t.Errorf("decision %d is read", i)
		}
	}
	// What is not whole yet is left for later.
	if _, err := f.file.WriteString(`{"entry":"`); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Find(entryOf(4999), begun.Add(4999*time.Minute)); err != nil {
		t.Error(err)
	}
}
