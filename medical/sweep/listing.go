package sweep

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// listing raises a task when a member of a college in progress is no longer listed that day: he can no longer sign (SC7). Replacing him is
// a person's act, whose event gives the reason; none is recorded here.
func (s *sweeper) listing(ctx context.Context) (int, error) {
	now := s.o.Clock.Now()
	ended, err := store.FindEndedListings(ctx, s.o.Pool, today(now))
	if err != nil {
		return 0, err
	}
	return s.each(ctx, "listing.raise", ended, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		c := d.Policy.Composition
		if c == nil || !c.Open || d.Policy.Issued || d.Policy.Closed {
			return 0, nil
		}
		members, err := store.EndedMembers(ctx, tx, d.ID, c.Version, medical.LocalDate(tx.Now, d.Case.Direction).String())
		if err != nil {
			return 0, err
		}
		var raised int
		for _, m := range members {
			is, err := store.RaiseTask(ctx, tx, d.ID, medical.Task{Code: medical.TaskListingEnded, Ref: medical.ListingRef(c.Version, m)}, tx.Now)
			if err != nil {
				return 0, err
			}
			if is {
				raised++
			}
		}
		return raised, nil
	})
}
