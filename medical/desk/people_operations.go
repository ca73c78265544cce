package desk

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/identity"
	"cloison/medical/reference"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

// peopleOperations is who is empowered, and who goes on with the dossiers of whom is not any more.
func (k *Desk) peopleOperations() []web.Operation {
	return []web.Operation{
		web.Op("listPeople", "GET", "/people", "habilitation.list", k.listPeople, web.PageOf(peoplePath, "list", k.peoplePage)),
		web.Op("grantHabilitation", "POST", "/people/:person/habilitations", "habilitation.enter", k.grantHabilitation, k.habilitationForm()),
		web.Op("confirmHabilitation", "POST", "/people/:person/habilitations/:habilitation/confirmation", "habilitation.confirm", k.confirmHabilitation,
			web.Status(200), k.confirmedForm()),
		web.Op("reviewHabilitation", "POST", "/people/:person/habilitation/review", "habilitation.review", k.reviewHabilitation, web.Status(200), k.reviewForm()),
		web.Op("endHabilitation", "POST", "/people/:person/habilitation/end", "habilitation.end", k.endHabilitation, web.Status(200), k.dutyForm()),
		web.Op("listSuccessions", "GET", "/people/:person/successions", "succession.list", k.listSuccessions,
			web.PageOf(peoplePath+"/:person/succession", "form", k.successionPage)),
		web.Op("reassignRapporteur", "POST", "/dossiers/:dossier/rapporteur/replacement", "rapporteur.reassign", k.reassignRapporteur, web.Status(200), k.reassignForm()),
	}
}

type personInput struct {
	Person string `path:"person" json:"-" validate:"max=64"`
}

// isHead asks keyholder whether the custodians' roster names who asks head of service: this program's own directory does not say it. Who has no
// handle is none.
func (k *Desk) isHead(c *web.Call) (bool, error) {
	if c.Who.Handle.Reveal() == "" {
		return false, nil
	}
	standing, err := k.Keys.Budgets(c.Context(), c.Who.Handle.Reveal())
	if err != nil {
		return false, vault.KeyError(err)
	}
	return standing.Head, nil
}

// about prepares an act upon a person of the directory. The entry names him by reference alone, and an Idempotency-Key serves for that person.
func (k *Desk) about(c *web.Call, person, item string, more func(context.Context, pgx.Tx, *policy.Habilitation) error) act.Act {
	named, err := identity.ReferenceOf(c.Context(), k.Pool, person)
	a := c.Act(act.Object{Kind: "person", ID: named, Item: item})
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if err != nil {
			return nil, orNotFound(err)
		}
		head, err := k.isHead(c)
		if err != nil {
			return nil, err
		}
		h := policy.Habilitation{Kind: "habilitation", Head: head, Own: person == c.Who.ID}
		if h.Standing, err = identity.StandingOf(ctx, tx, person, k.dayOfService()); err == nil && more != nil {
			err = more(ctx, tx, &h)
		}
		return h, orNotFound(err)
	}
	return a
}

func orNotFound(err error) error {
	if errors.Is(err, identity.ErrUnknownPerson) {
		return act.ErrNotFound
	}
	return err
}

// dayOfService is the day on which habilitations are read: that of the service's seat.
func (k *Desk) dayOfService() string {
	return reference.LocalDate(k.Clock.Now(), "").String()
}
