package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// Requester asks for rounds without running any: the test clock's side.
type Requester struct{ client *river.Client[pgx.Tx] }

// NewRequester needs the right to write in the queue of the zone.
func NewRequester(pool *pgxpool.Pool) (*Requester, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: Schema, FetchCooldown: fetchPause, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("preparing to ask for rounds: %w", err)
	}
	return &Requester{client}, nil
}

// Request asks for a round under a name of its own.
func (r *Requester) Request(ctx context.Context, name string) (int64, error) {
	inserted, err := r.client.Insert(ctx, round{Name: name}, nil)
	if err != nil {
		return 0, fmt.Errorf("asking for round %s: %w", name, err)
	}
	return inserted.Job.ID, nil
}

// Outcome says whether a round has ended, whether every sweep of it went well, and what each did.
func (r *Requester) Outcome(ctx context.Context, id int64) (ended, well bool, counts map[string]int, err error) {
	job, err := r.client.JobGet(ctx, id)
	if err != nil {
		return false, false, nil, fmt.Errorf("looking at round %d: %w", id, err)
	}
	switch job.State {
	case rivertype.JobStateCompleted:
		well = true
	case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
	default:
		return false, false, nil, nil
	}
	if output := job.Output(); len(output) > 0 {
		if err := json.Unmarshal(output, &counts); err != nil {
			return false, false, nil, fmt.Errorf("reading what round %d did: %w", id, err)
		}
	}
	return true, well, counts, nil
}
