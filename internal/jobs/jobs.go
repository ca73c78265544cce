// Package jobs runs sweeps: what time alone causes. A zone's sweeps are one list; a round runs them in its order, every minute, on River,
// in whichever replica takes the job. A sweep must be idempotent and safe beside itself: a round that was killed is done again, and two may
// meet. River keeps the machine's clock (its leases would not expire under a test clock); sweeps read the clock of acts.
//
// A job's row holds a round's name and counts. What went wrong is told to the journal, never to the row: River would keep any error, with
// its trace, where everybody who reads the table could (TestWhatASweepSaysStaysOutOfTheRow).
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"cloison/internal/db"
)

// Schema holds River's tables, beside the zone's own.
const Schema = "jobs"

const (
	every = time.Minute
	// roundTime is more than a round needs: each sweep does one page. One that is lost with its process is given up soon after, so that the
	// next minute's is not held back by it.
	roundTime = time.Minute
	giveUp    = 2 * time.Minute
	// fetchPause is how soon after one fetch the next may follow: a round that is asked for begins at once.
	fetchPause = 10 * time.Millisecond
	keptFor    = time.Hour
	stopTime   = 10 * time.Second
)

// Sweep does what is due, and says how much it did. Its errors hold opaque ids only.
type Sweep struct {
	Name string
	Run  func(ctx context.Context) (done int, err error)
}

// connections is how many a runner's own pool holds: River listens on one, and works its queue with the others.
const connections = 3

// Options of a runner; all are required.
type Options struct {
	Pool   *pgxpool.Pool // its own
	Sweeps []Sweep
	Log    *slog.Logger
}

// Runner runs the rounds of one zone.
type Runner struct {
	client *river.Client[pgx.Tx]
	log    *slog.Logger
}

// round is the job. Name is empty for the one of each minute.
type round struct {
	Name string `json:"name"`
}

func (round) Kind() string { return "sweep" }

// InsertOpts: one round of a name at a time, and never a second try, since a minute later comes another.
func (round) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled}}}
}

// New makes a runner.
func New(o Options) (*Runner, error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{pool: o.Pool, sweeps: o.Sweeps, log: o.Log})
	client, err := river.NewClient(riverpgxv5.New(o.Pool), &river.Config{
		Schema: Schema, Workers: workers, Logger: slog.New(quiet{o.Log.With("part", "jobs").Handler()}),
		FetchCooldown: fetchPause, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 1}},
		JobTimeout: roundTime, RescueStuckJobsAfter: giveUp,
		CompletedJobRetentionPeriod: keptFor, CancelledJobRetentionPeriod: keptFor, DiscardedJobRetentionPeriod: 24 * time.Hour,
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(every),
			func() (river.JobArgs, *river.InsertOpts) { return round{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})},
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the queue of jobs: %w", err)
	}
	return &Runner{client: client, log: o.Log}, nil
}

// quiet keeps River's own counts out of the journal.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// Serve opens a pool of its own on the database at url and runs the rounds until ctx ends.
func Serve(ctx context.Context, url string, sweeps []Sweep, log *slog.Logger) error {
	pool, err := db.Open(ctx, db.Options{URL: url, ApplicationName: "cloison jobs", MaxConns: connections})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // asked to stop before it had begun
	case err != nil:
		return err
	}
	defer pool.Close()
	runner, err := New(Options{Pool: pool, Sweeps: sweeps, Log: log})
	if err != nil {
		return err
	}
	return runner.Run(ctx)
}

// Run works until ctx ends, then lets the round under way finish.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the queue of jobs: %w", err)
	}
	<-ctx.Done()
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	if err := r.client.Stop(stop); err != nil {
		return fmt.Errorf("stopping the queue of jobs: %w", err)
	}
	return nil
}

type worker struct {
	river.WorkerDefaults[round]
	pool   *pgxpool.Pool
	sweeps []Sweep
	log    *slog.Logger
}

var errIncomplete = errors.New("a sweep failed: the journal says why")

// Work runs every sweep, whatever became of the one before.
func (w *worker) Work(ctx context.Context, job *river.Job[round]) error {
	counts, failed := map[string]int{}, false
	for _, s := range w.sweeps {
		done, err := run(ctx, s)
		if err != nil {
			failed = true
			w.log.Error("sweep failed", "sweep", s.Name, "error", err.Error())
		}
		if done > 0 {
			counts[s.Name] = done
		}
	}
	if err := river.RecordOutput(ctx, counts); err != nil {
		return fmt.Errorf("recording the counts of a round: %w", err)
	}
	if failed {
		return errIncomplete
	}
	// Now, rather than with River's next batch, a quarter of a second later: whoever asked for the round is waiting.
	return db.InTx(ctx, w.pool, func(tx pgx.Tx) error {
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

// run turns a panic into an error without its value, which may hold what the sweep was working on.
func run(ctx context.Context, s Sweep) (done int, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("panic:\n%s", debug.Stack())
		}
	}()
	return s.Run(ctx)
}
