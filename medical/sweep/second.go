package sweep

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
)

// second calls the second physician on call for a removal that nobody has taken in the hours in force (REQ-6): a task bears his id and a code,
// nothing of the case. He finds the dossier in his queue, and takes it as the first would.
func (s *sweeper) second(ctx context.Context) (int, error) {
	now := s.o.Clock.Now()
	rule, ok := reference.SecondCallOn(reference.LocalDate(now, ""))
	if !ok {
		return 0, nil
	}
	waiting, err := store.FindUncalled(ctx, s.o.Pool, rule.After.BeforeInstant(now), now)
	if err != nil {
		return 0, err
	}
	return s.each(ctx, "deadline.raise", waiting, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		called := d.Case.SecondCalledAt(tx.Now)
		if called == nil || called.After(tx.Now) {
			return 0, nil
		}
		physician, err := store.OnCall(ctx, tx, d.Case.Direction, store.SecondOnCall, tx.Now)
		if err != nil || physician == "" {
			return 0, err
		}
		is, err := store.RaiseTask(ctx, tx, d.ID, medical.Task{Code: medical.TaskSecondCalled, Ref: physician}, tx.Now)
		if err != nil || !is {
			return 0, err
		}
		return 1, nil
	})
}
