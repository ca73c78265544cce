package desk

import (
	"cmp"
	"context"
	"slices"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
)

// succeed proposes, dossier by dossier, who goes on with what was a person's to do. Whoever designates decides; what treats the person is
// compared then, for keyholder alone can tell and answers at a bounded rate.
func (k *Desk) succeed(ctx context.Context, tx *act.Tx, end identity.DutyEnd) ([]store.Succession, error) {
	list, err := k.proposals(ctx, tx, end.Person, end.By)
	for _, owed := range list {
		if err == nil {
			err = keep(ctx, tx, end.ID, owed)
		}
	}
	return list, err
}

// proposals is who would go on, dossier by dossier, with what is a person's to do; by asks, and is proposed nowhere.
func (k *Desk) proposals(ctx context.Context, tx *act.Tx, person, by string) ([]store.Succession, error) {
	dossiers, err := store.OpenDossiersOf(ctx, tx, person)
	if err != nil {
		return nil, err
	}
	away, err := identity.AwayOn(ctx, tx, k.dayOfService())
	if err != nil {
		return nil, err
	}
	s := succession{k: k, ctx: ctx, tx: tx, person: person, by: by, away: away, given: map[string]int{}}
	list := []store.Succession{}
	for _, id := range dossiers {
		d, err := store.GetDossier(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		for _, owed := range store.OwedBy(d, person) {
			if owed.Proposed, err = s.propose(d, owed); err != nil {
				return nil, err
			}
			list = append(list, owed)
		}
	}
	return list, nil
}

// succession is one end of duty, or one absence, while its proposals are made. given counts what was proposed to whom, so that one person does not
// get all.
type succession struct {
	k          *Desk
	ctx        context.Context
	tx         *act.Tx
	person, by string
	away       map[string]identity.Absence
	given      map[string]int
}

// keep records a proposal, and raises the task of whoever decides.
func keep(ctx context.Context, tx *act.Tx, dutyEnd string, one store.Succession) error {
	if err := store.InsertSuccession(ctx, tx, dutyEnd, one, tx.Now); err != nil {
		return err
	}
	if !one.Awaited() {
		return nil
	}
	task := medical.Task{Code: medical.TaskSuccessor, Ref: medical.SuccessionRef(one.Composition, one.Predecessor)}
	_, err := store.RaiseTask(ctx, tx, one.Dossier, task, tx.Now)
	return err
}

// propose names the one of those who may whom the fewest dossiers await; nil where nobody may, and where the law names the author himself.
func (s succession) propose(d store.Dossier, owed store.Succession) (*string, error) {
	if owed.Owed == store.OwedSupplement {
		return nil, nil
	}
	find := s.nextMembers
	if owed.Capacity == store.AsRapporteur {
		find = s.nextRapporteurs
	}
	candidates, loads, err := find(d)
	if err != nil || len(candidates) == 0 {
		return nil, err
	}
	best := slices.MinFunc(candidates, func(a, b identity.Named) int {
		return cmp.Or(cmp.Compare(distance(a, d), distance(b, d)), cmp.Compare(loads[a.ID]+s.given[a.ID], loads[b.ID]+s.given[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	s.given[best.ID]++
	return &best.ID, nil
}

// nextRapporteurs are empowered that day, do not sit, and were never in charge of this report.
func (s succession) nextRapporteurs(d store.Dossier) ([]identity.Named, map[string]int, error) {
	physicians, err := identity.PhysiciansOn(s.ctx, s.tx, s.k.today(d).String())
	if err != nil {
		return nil, nil, err
	}
	former := medical.FormerRapporteurs(d.Case)
	physicians = slices.DeleteFunc(physicians, func(p identity.Named) bool {
		return s.excluded(d, p.ID) || slices.Contains(former, p.ID)
	})
	loads, err := store.OpenReports(s.ctx, s.tx, idsOf(physicians))
	return physicians, loads, err
}

// nextMembers are listed and empowered that day, and nothing that this zone reads in clear excludes them.
func (s succession) nextMembers(d store.Dossier) ([]identity.Named, map[string]int, error) {
	today := s.k.today(d).String()
	ref, err := s.k.nextDecision(s.ctx, s.tx, d, nil)
	if err != nil {
		return nil, nil, err
	}
	listed, err := store.FindListed(s.ctx, s.tx, ref, today)
	if err != nil {
		return nil, nil, err
	}
	physicians, err := identity.PhysiciansOn(s.ctx, s.tx, today)
	if err != nil {
		return nil, nil, err
	}
	physicians = slices.DeleteFunc(physicians, func(p identity.Named) bool {
		return s.excluded(d, p.ID) || !slices.Contains(listed, p.ID) || slices.Contains(d.Policy.Examiners, p.ID)
	})
	loads, err := store.OpenDossiers(s.ctx, s.tx, idsOf(physicians))
	for i := range physicians {
		physicians[i].Directions = nil // a college is of no territory
	}
	return physicians, loads, err
}

// excluded: whoever asks designates himself nowhere, nobody both reports and sits, and who is away that day goes on with nothing.
func (s succession) excluded(d store.Dossier, person string) bool {
	sits := d.Policy.Composition != nil && slices.Contains(d.Policy.Composition.Members, person)
	_, away := s.away[person]
	return person == s.person || person == s.by || person == d.Policy.Rapporteur || sits || away
}

func idsOf(people []identity.Named) []string {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}
