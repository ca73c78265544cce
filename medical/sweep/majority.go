package sweep

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// majority records that a minor has come of age while the dossier is in progress, and asks a person to address him from now on
// (invariant 14).
func (s *sweeper) majority(ctx context.Context) (int, error) {
	of, err := store.FindOfAge(ctx, s.o.Pool, today(s.o.Clock.Now()))
	if err != nil {
		return 0, err
	}
	return s.each(ctx, "majority.record", of, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		if !medical.ComesOfAge(d.Case, tx.Now) {
			return 0, nil
		}
		reached := medical.Event{At: tx.Now, Actor: "system", Data: medical.MajoriteAtteinte{}}
		after, err := store.AppendEvents(ctx, tx, d.ID, []medical.Event{reached}, store.With{})
		if err != nil {
			return 0, err
		}
		_, err = store.RaiseTasks(ctx, tx, after, tx.Now)
		return 1, err
	})
}
