package sweep

import (
	"context"

	"cloison/act"
	"cloison/medical/store"
)

// deadlines raises a task for each deadline that is over and that nobody has answered. The deadline itself decides nothing.
func (s *sweeper) deadlines(ctx context.Context) (int, error) {
	passed, err := store.FindPassedDeadlines(ctx, s.o.Pool, s.o.Clock.Now())
	if err != nil {
		return 0, err
	}
	return s.each(ctx, "deadline.raise", passed, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		if err := store.RefreshDeadlines(ctx, tx, d, tx.Now); err != nil {
			return 0, err
		}
		return store.RaiseTasks(ctx, tx, d, tx.Now)
	})
}
