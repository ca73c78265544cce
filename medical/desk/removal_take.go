package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// takeRemoval: the physician on call designates himself for the opinion on somebody who is detained, retained or assigned for execution (REQ-6;
// R. 631-1, R. 731-1). At night nobody of the secretariat is there. What binds a designation by day binds this one.
func (k *Desk) takeRemoval(c *web.Call, in dossierInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var ref string
	var tags map[string][]byte
	a := k.onAuthor(c, in.Dossier, &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		var err error
		if err = k.onCall(ctx, tx, &d); err != nil {
			return nil, err
		}
		if ref, err = k.physicianDecision(ctx, tx, d, c.Who.ID); err != nil {
			return nil, err
		}
		var members []policy.Member
		members, tags, err = k.proposed(ctx, tx, d, physicianDecision, ref, []string{c.Who.ID})
		return act.Loaded{Resource: d.Policy, Members: members}, err
	}
	return k.write(c, a, &d, func(w work) error {
		if err := medical.CheckAuthor(d.Case, medical.Single, w.Now); err != nil {
			return err
		}
		return w.append(store.With{CareTags: tags}, event(c, w.Now, medical.StageOpinion,
			medical.Med1Designe{Composition: nextComposition(d), DecisionRef: ref, Members: []string{c.Who.ID}}))
	})
}

// onCall says who may take a removal at this instant: the first on call, and the second once he is called.
func (k *Desk) onCall(ctx context.Context, tx pgx.Tx, d *store.Dossier) (err error) {
	now := k.Clock.Now()
	if d.Policy.OnCall, err = store.OnCall(ctx, tx, d.Case.Direction, store.FirstOnCall, now); err != nil {
		return err
	}
	if called := d.Case.SecondCalledAt(now); called != nil && !called.After(now) {
		d.Policy.SecondOnCall, err = store.OnCall(ctx, tx, d.Case.Direction, store.SecondOnCall, now)
	}
	return err
}

// physicianDecision is the decision in force that lists a physician as one who answers alone; the first in force where none does.
func (k *Desk) physicianDecision(ctx context.Context, tx pgx.Tx, d store.Dossier, person string) (string, error) {
	today := k.today(d).String()
	refs, err := store.DecisionsInForce(ctx, tx, physicianDecision, today)
	if err != nil || len(refs) == 0 {
		return "", err
	}
	for _, ref := range refs {
		found, err := store.ListedOn(ctx, tx, ref, physicianDecision, []string{person}, today)
		if err != nil || found[0].Listed {
			return ref, err
		}
	}
	return refs[0], nil
}
