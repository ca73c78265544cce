// Package sweep is what time alone causes in the medical zone, as one list. A sweep looks for what is due, then does one act of subject
// "sweep" for each dossier, under the dossier's lock, where it looks again: two replicas, or a round done twice, change nothing more
// (TestARoundDoneTwiceChangesNothing). It changes no state of the procedure (invariant 13): it raises a task for a person, records that a
// day has come, and takes a dossier away once its retention is over, its purge authorised and its keys destroyed by the custodians.
//
// It opens nothing. It trusts keyholder for what was destroyed, and the clock of acts for the time.
package sweep

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"cloison/act"
	"cloison/internal/clock"
	"cloison/internal/jobs"
	"cloison/medical/reference"
	"cloison/medical/store"
)

// Keyholder is what the sweeps ask of it; *keyholder.Client is one.
type Keyholder interface {
	Shredded(ctx context.Context, dossiers []string) ([]string, error)
}

// Files removes the stored parts of an upload; *vault.Vault does.
type Files interface {
	RemoveUpload(ctx context.Context, upload string) error
}

// Options of the sweeps; all are required.
type Options struct {
	Gate  *act.Gate
	Pool  *pgxpool.Pool
	Clock clock.Clock
	Keys  Keyholder
	Files Files
}

type sweeper struct{ o Options }

// List is every sweep of the zone, in the order of a round: a purge follows its assessment.
func List(o Options) []jobs.Sweep {
	s := &sweeper{o}
	return []jobs.Sweep{
		{Name: "deadlines", Run: s.deadlines},
		{Name: "majority", Run: s.majority},
		{Name: "listing", Run: s.listing},
		{Name: "second", Run: s.second},
		{Name: "absence", Run: s.absence},
		{Name: "retention", Run: s.retention},
		{Name: "purge", Run: s.purge},
		{Name: "idempotency", Run: o.Gate.ForgetKeys},
	}
}

// each does one act on each dossier and counts what was done. One that fails does not keep the others waiting.
func (s *sweeper) each(ctx context.Context, action string, dossiers []string, do func(context.Context, *act.Tx, store.Dossier) (int, error)) (int, error) {
	var done int
	var failed []error
	for _, id := range dossiers {
		if ctx.Err() != nil {
			break
		}
		n, err := s.one(ctx, action, id, do)
		done += n
		failed = append(failed, err)
	}
	return done, errors.Join(append(failed, ctx.Err())...)
}

func (s *sweeper) one(ctx context.Context, action, id string, do func(context.Context, *act.Tx, store.Dossier) (int, error)) (done int, err error) {
	var d store.Dossier
	a := act.Act{Action: action, Object: act.Object{Kind: "dossier", ID: id}}
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		var err error
		d, err = store.LoadDossier(ctx, tx, id)
		return d.Policy, err
	}
	_, err = s.o.Gate.Do(ctx, act.System("sweep"), a, func(ctx context.Context, tx *act.Tx) (err error) {
		done, err = do(ctx, tx, d)
		return err
	})
	if err != nil {
		return 0, err
	}
	return done, nil
}

// today is the civil date in each territorial direction: a day comes later in Cayenne than in Paris.
func today(now time.Time) (days []store.LocalDay) {
	for _, d := range reference.Directions() {
		days = append(days, store.LocalDay{Direction: d.Code, On: reference.LocalDate(now, d.Code).String()})
	}
	return days
}
