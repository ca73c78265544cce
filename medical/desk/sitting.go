package desk

import (
	"context"

	"cloison/act"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// sitting prepares an act of a member of the college: with the dossier comes what the published decision says of the caller that day, read
// under the same lock. The listing is checked again at each act (SC7).
func (k *Desk) sitting(c *web.Call, id string, d *store.Dossier) act.Act {
	a := on(c, id, "", d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		listing, err := k.listing(ctx, tx, c.Who.ID, *d)
		return act.Loaded{Resource: resource, Person: &listing}, err
	}
	return a
}

// listing looks a person up in the decision of the composition, or, before there is one, in those in force that day.
func (k *Desk) listing(ctx context.Context, tx pgx.Tx, person string, d store.Dossier) (policy.Member, error) {
	today := k.today(d).String()
	var refs []string
	if d.Policy.Composition != nil {
		refs = []string{d.Policy.Composition.Decision}
	} else {
		var err error
		if refs, err = store.DecisionsInForce(ctx, tx, collegeDecision, today); err != nil {
			return policy.Member{}, err
		}
	}
	best := policy.Member{ID: person}
	for _, ref := range refs {
		found, err := store.ListedOn(ctx, tx, ref, collegeDecision, []string{person}, today)
		if err != nil {
			return policy.Member{}, err
		}
		if found[0].Listed {
			return found[0], nil
		}
		best.Expired = best.Expired || found[0].Expired
	}
	return best, nil
}
