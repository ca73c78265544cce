package launch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/internal/clock"
	"cloison/internal/jobs"
	"cloison/medical/store"

	"github.com/jackc/pgx/v5/pgxpool"
)

// visa stands for the archives' in an environment that has none.
const visa = "VISA-DE-DEVELOPPEMENT"

// roundPatience is how long a round may take before another is asked for: the one before may have died with its program.
const roundPatience = 3 * time.Second

// rounds has both zones do their sweeps, and plays the custodians between two rounds.
type rounds struct {
	medical, server *jobs.Requester
	shred           func(context.Context) (int, error)
}

func newRounds(z zones, shred func(context.Context) (int, error)) (*rounds, error) {
	medical, err := jobs.NewRequester(z.medical)
	if err != nil {
		return nil, err
	}
	server, err := jobs.NewRequester(z.server)
	if err != nil {
		return nil, err
	}
	return &rounds{medical, server, shred}, nil
}

// sweep answers once nothing more is due in either zone, with what each sweep did.
func (r *rounds) sweep(ctx context.Context) (map[string]int, error) {
	swept := map[string]int{}
	for {
		counts, err := r.both(ctx)
		if err != nil {
			return nil, err
		}
		for name, n := range counts {
			swept[name] += n
		}
		destroyed, err := r.shred(ctx)
		if err != nil {
			return nil, fmt.Errorf("playing the custodians: %w", err)
		}
		if destroyed == 0 {
			return swept, nil
		}
	}
}

func (r *rounds) both(ctx context.Context) (map[string]int, error) {
	var server map[string]int
	var failed error
	var zone sync.WaitGroup
	zone.Go(func() { server, failed = round(ctx, r.server) })
	counts, err := round(ctx, r.medical)
	zone.Wait()
	if err := errors.Join(err, failed); err != nil {
		return nil, err
	}
	all := maps.Clone(counts)
	if all == nil {
		all = map[string]int{}
	}
	for name, n := range server {
		all[name] += n
	}
	return all, nil
}

// round asks until one ends well: a sweep that failed, or a program that died in it, is asked again. Sweeps are idempotent.
func round(ctx context.Context, asks *jobs.Requester) (map[string]int, error) {
	for {
		id, err := asks.Request(ctx, rand.Text())
		if err != nil {
			return nil, err
		}
		patience, cancel := context.WithTimeout(ctx, roundPatience)
		counts, well, err := await(patience, asks, id)
		cancel()
		switch {
		case well:
			return counts, nil
		case ctx.Err() != nil:
			return nil, fmt.Errorf("awaiting the sweeps: %w", ctx.Err())
		case err != nil && !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		}
	}
}

func await(ctx context.Context, asks *jobs.Requester, id int64) (counts map[string]int, well bool, err error) {
	for {
		ended, well, counts, err := asks.Outcome(ctx, id)
		if err != nil || ended {
			return counts, well, err
		}
		select {
		case <-ctx.Done():
			return nil, false, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// shredDue plays the custodians: what a sweep has authorised, they destroy, on the archives' visa. It counts what it destroyed.
func (e *environment) shredDue(medical *pgxpool.Pool, c clock.Clock) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		due, err := store.FindAuthorisedPurges(ctx, medical, c.Now(), 1000)
		if err != nil {
			return 0, err
		}
		destroyed := 0
		for _, d := range due {
			err := operator.Shred(ctx, e.run(custodySocket), d.Dossier, visa, e.custodianKeys()...)
			if errors.Is(err, keyholder.ErrRefused{Rule: wire.RuleAlreadyShred}) {
				continue
			}
			if err != nil {
				return destroyed, err
			}
			destroyed++
		}
		if destroyed > 0 {
			e.say("%d dossier(s) détruit(s) : l'outil de développement a joué %d dépositaires sur %d, sous le visa %s.", destroyed, quorum, custodians, visa)
		}
		return destroyed, nil
	}
}
