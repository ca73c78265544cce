package desk

import (
	"context"

	"cloison/act"
	"cloison/internal/jobs"
	"cloison/missions/family"
	"cloison/missions/family/store"
)

// page bounds one round of the sweep; the next minute takes the rest.
const page = 200

// Sweeps record what time alone causes: the mayor's silence, the prefect's, an authorisation that lapses. Each case is an act of its own, so that
// a round that was killed is done again from where it stopped.
func (d *Desk) Sweeps() []jobs.Sweep {
	return []jobs.Sweep{{Name: "family_terms", Run: d.sweep}, {Name: "family_law", Run: d.recompute}}
}

func (d *Desk) sweep(ctx context.Context) (done int, err error) {
	ids, err := store.FindDue(ctx, d.Pool, d.today(d.Clock.Now()), page)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		n, err := d.silence(ctx, id)
		if err != nil {
			return done, err
		}
		done += n
	}
	return done, nil
}

// silence records all that is due on one case that day, in order.
func (d *Desk) silence(ctx context.Context, id string) (n int, err error) {
	var kept store.Case
	a := act.Act{Action: "family.case.sweep", Object: act.Object{Kind: "family_case", ID: id}}
	a.Load = load(id, &kept, lock)
	_, err = d.Gate.Do(ctx, act.System("sweep"), a, func(ctx context.Context, tx *act.Tx) error {
		standing, err := family.Fold(kept.Request, kept.Events, d.Law)
		if err != nil {
			return err
		}
		for _, data := range family.Due(standing, d.today(tx.Now)) {
			if err := d.append(ctx, tx, &kept, family.Clock, data); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
