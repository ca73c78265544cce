package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/internal/jobs"
)

// queue is a database with a runner on it, as the program's role.
func queue(t *testing.T, replicas int, sweeps ...jobs.Sweep) (owner *pgxpool.Pool, asks *jobs.Requester) {
	t.Helper()
	names := pgtest.New(t, "server")
	owner = pgtest.Open(t, names.OwnerURL)
	for range replicas {
		pool, err := db.Open(t.Context(), db.Options{URL: names.RoleURL, MaxConns: 3})
		if err != nil {
			t.Fatal(err)
		}
		runner, err := jobs.New(jobs.Options{Pool: pool, Sweeps: sweeps, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- runner.Run(ctx) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
			pool.Close()
		})
	}
	asks, err := jobs.NewRequester(owner)
	if err != nil {
		t.Fatal(err)
	}
	return owner, asks
}

// round asks for one and waits for its end.
func round(t *testing.T, asks *jobs.Requester, name string) (well bool, counts map[string]int) {
	t.Helper()
	id, err := asks.Request(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.After(20 * time.Second)
	for {
		ended, well, counts, err := asks.Outcome(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if ended {
			return well, counts
		}
		select {
		case <-deadline:
			t.Fatal("the round does not end")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestARoundRunsEverySweepAndCounts(t *testing.T) {
	t.Parallel()
	order := make(chan string, 64)
	named := func(name string, n int) jobs.Sweep {
		return jobs.Sweep{Name: name, Run: func(context.Context) (int, error) { order <- name; return n, nil }}
	}
	_, asks := queue(t, 1, named("one", 2), named("nothing", 0), named("two", 3))
	well, counts := round(t, asks, "r-1")
	if !well || len(counts) != 2 || counts["one"] != 2 || counts["two"] != 3 {
		t.Errorf("well %t, counts %v", well, counts)
	}
	for _, want := range []string{"one", "nothing", "two"} {
		if got := <-order; got != want {
			t.Errorf("%s ran, want %s", got, want)
		}
	}
}

// Whatever a sweep says or panics with, the row says only that the journal knows; the other sweeps run all the same.
func TestWhatASweepSaysStaysOutOfTheRow(t *testing.T) {
	t.Parallel()
	broken := jobs.Sweep{Name: "broken", Run: func(context.Context) (int, error) { return 0, errors.New("CNRY-said") }}
	panics := jobs.Sweep{Name: "panics", Run: func(context.Context) (int, error) { panic("CNRY-panicked") }}
	fine := jobs.Sweep{Name: "fine", Run: func(context.Context) (int, error) { return 1, nil }}
	owner, asks := queue(t, 1, broken, panics, fine)
	well, counts := round(t, asks, "r-1")
	if well || counts["fine"] != 1 {
		t.Errorf("well %t, counts %v", well, counts)
	}
	var rows string
	if err := owner.QueryRow(t.Context(), "SELECT json_agg(j)::text FROM jobs.river_job j").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(rows, "CNRY") || !strings.Contains(rows, "the journal says why") {
		t.Errorf("rows: %s", rows)
	}
}

// Several replicas share the rounds: one takes each.
func TestOneReplicaTakesARound(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	_, asks := queue(t, 3, jobs.Sweep{Name: "count", Run: func(context.Context) (int, error) { return int(runs.Add(1)), nil }})
	for _, name := range []string{"r-1", "r-2", "r-3"} {
		if well, _ := round(t, asks, name); !well {
			t.Errorf("round %s failed", name)
		}
	}
	// The one of the start, and the three asked for.
	if n := runs.Load(); n < 3 || n > 4 {
		t.Errorf("%d runs", n)
	}
}
