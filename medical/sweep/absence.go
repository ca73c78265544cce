package sweep

import (
	"context"
	"slices"
	"strings"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
)

// absence asks, from the first day of an absence on, for somebody who goes on with each open dossier in which something is the absent physician's to
// do; and takes the demand back once he is there again, if nobody was designated. It designates nobody.
func (s *sweeper) absence(ctx context.Context) (int, error) {
	away, err := identity.AwayOn(ctx, s.o.Pool, reference.LocalDate(s.o.Clock.Now(), "").String())
	if err != nil {
		return 0, err
	}
	touched, err := store.DossiersOfAbsences(ctx, s.o.Pool)
	if err != nil {
		return 0, err
	}
	for person := range away {
		open, err := store.OpenDossiersOf(ctx, s.o.Pool, person)
		if err != nil {
			return 0, err
		}
		touched = append(touched, open...)
	}
	slices.Sort(touched)
	var due []string
	for _, id := range slices.Compact(touched) { // an act leaves its entry: none is begun where there is nothing to do
		d, err := store.GetDossier(ctx, s.o.Pool, id)
		if err != nil {
			return 0, err
		}
		if raise, end := absenceTasks(d, away); len(raise)+len(end) > 0 {
			due = append(due, id)
		}
	}
	return s.each(ctx, "successor.raise", due, func(ctx context.Context, tx *act.Tx, d store.Dossier) (int, error) {
		away, err := identity.AwayOn(ctx, tx, reference.LocalDate(tx.Now, "").String())
		if err != nil {
			return 0, err
		}
		raise, end := absenceTasks(d, away)
		for _, t := range raise {
			if _, err := store.RaiseTask(ctx, tx, d.ID, t, tx.Now); err != nil {
				return 0, err
			}
		}
		for _, t := range end {
			if err := store.EndTask(ctx, tx, d.ID, t, tx.Now); err != nil {
				return 0, err
			}
		}
		return len(raise) + len(end), nil
	})
}

// absenceTasks are those that the absences of the day ask for in a dossier and that were never raised, and those that ask for nothing any more.
func absenceTasks(d store.Dossier, away map[string]identity.Absence) (raise []medical.Task, end []store.Task) {
	var wanted []medical.Task
	for person, absence := range away {
		for _, owed := range store.OwedBy(d, person) {
			if owed.Awaited() {
				wanted = append(wanted, store.AbsenceTask(owed, absence.FirstOn))
			}
		}
	}
	for _, t := range wanted {
		if !slices.ContainsFunc(d.Tasks, func(known store.Task) bool { return known.Code == t.Code && known.Ref == t.Ref }) {
			raise = append(raise, t)
		}
	}
	for _, known := range d.Tasks {
		ofAbsence := known.Code == medical.TaskSuccessor && strings.Count(known.Ref, ":") == 2
		if ofAbsence && known.DoneAt == nil && !slices.ContainsFunc(wanted, func(t medical.Task) bool { return t.Ref == known.Ref }) {
			end = append(end, known)
		}
	}
	return raise, end
}
