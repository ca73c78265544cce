package desk

import (
	"context"
	"slices"

	"cloison/act"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// sitting prepares an act of a member of the college in the composition that it names: with the dossier comes what the published decision
// says that day of the caller, and of all who sit, read under the same lock. Listings and exclusions are checked again at each act (SC7).
func (k *Desk) sitting(c *web.Call, id string, composition int, d *store.Dossier) act.Act {
	a := k.onAuthor(c, id, d)
	a.Context = policy.Context{Composition: composition}
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		resource, err := load(ctx, tx)
		if err != nil {
			return nil, err
		}
		listing, err := k.listing(ctx, tx, c.Who.ID, *d)
		if err != nil || d.Policy.Composition == nil {
			return act.Loaded{Resource: resource, Person: &listing}, err
		}
		members, err := k.seated(ctx, tx, *d)
		for _, m := range members {
			listing.Treats = listing.Treats || m.ID == listing.ID && m.Treats
		}
		return act.Loaded{Resource: resource, Person: &listing, Members: members}, err
	}
	return a
}

// seated is what the decision says that day of the members of the composition, and who of them treats the person.
func (k *Desk) seated(ctx context.Context, tx pgx.Tx, d store.Dossier) ([]policy.Member, error) {
	composition := d.Policy.Composition
	members, err := store.ListedOn(ctx, tx, composition.Decision, decisionKind(composition), composition.Members, k.today(d).String())
	if err != nil {
		return nil, err
	}
	treating, err := store.TreatingMembers(ctx, tx, d.ID, composition.Version)
	for i := range members {
		members[i].Treats = slices.Contains(treating, members[i].ID)
	}
	return members, err
}

// listing looks a person up in the decision of the composition, or, before there is one, in those in force that day.
func (k *Desk) listing(ctx context.Context, tx pgx.Tx, person string, d store.Dossier) (policy.Member, error) {
	today, kind := k.today(d).String(), decisionKind(d.Policy.Composition)
	var refs []string
	if d.Policy.Composition != nil {
		refs = []string{d.Policy.Composition.Decision}
	} else {
		var err error
		if refs, err = store.DecisionsInForce(ctx, tx, kind, today); err != nil {
			return policy.Member{}, err
		}
	}
	best := policy.Member{ID: person}
	for _, ref := range refs {
		found, err := store.ListedOn(ctx, tx, ref, kind, []string{person}, today)
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
