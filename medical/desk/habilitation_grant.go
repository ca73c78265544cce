package desk

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/audit"
	"cloison/identity"
	"cloison/medical"
	"cloison/policy"
	"cloison/web"
)

type grantHabilitationInput struct {
	Person      string        `path:"person" json:"-" validate:"max=64"`
	DecisionRef string        `json:"decision_ref" validate:"required,max=40"`
	ValidFrom   medical.Date  `json:"valid_from" validate:"required"`
	ValidTo     *medical.Date `json:"valid_to"`
}

// grantHabilitation enters that a decision empowers a person of the directory. It gives nothing yet: another person confirms it.
func (k *Desk) grantHabilitation(c *web.Call, in grantHabilitationInput) (web.Reply[identity.Entry], error) {
	entry := identity.Entry{ID: audit.NewID(), Person: in.Person, DecisionRef: in.DecisionRef, ValidFrom: in.ValidFrom.String(), EnteredBy: c.Who.ID}
	if in.ValidTo != nil {
		to := in.ValidTo.String()
		entry.ValidTo = &to
	}
	result, err := k.Gate.Do(c.Context(), c.Who, k.about(c, in.Person, "", nil), func(ctx context.Context, tx *act.Tx) error {
		role, err := identity.RoleOf(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		tx.SetItem(entry.ID)
		tx.SetStatus(201)
		switch {
		case role != "MEDECIN" && role != "SECRETARIAT_MEDICAL":
			return refusal(&medical.FieldError{Field: "person", Sentence: "Cette personne n’exerce aucune fonction du service médical. Choisissez un médecin ou un secrétaire."})
		case in.ValidTo != nil && in.ValidTo.Before(in.ValidFrom):
			return refusal(&medical.FieldError{Field: "valid_to", Sentence: "L’habilitation finirait avant de commencer. Vérifiez les deux dates."})
		}
		entry.EnteredAt = tx.Now
		return identity.Enter(ctx, tx, entry)
	})
	if err == nil && result.Replayed {
		entry.ID, entry.EnteredAt = result.Object.Item, result.At
	}
	return web.Created("/people/"+in.Person+"/habilitations/"+entry.ID, entry), err
}

type confirmHabilitationInput struct {
	Person       string `path:"person" json:"-" validate:"max=64"`
	Habilitation string `path:"habilitation" json:"-" validate:"uuid"`
}

// Stands is where a person stands after an act.
type Stands struct {
	Person   string `json:"person"`
	Standing string `json:"standing"`
}

// confirmHabilitation is the second hand: from here on the person is empowered.
func (k *Desk) confirmHabilitation(c *web.Call, in confirmHabilitationInput) (web.Reply[Stands], error) {
	var entry identity.Entry
	a := k.about(c, in.Person, in.Habilitation, func(ctx context.Context, tx pgx.Tx, h *policy.Habilitation) (err error) {
		entry, err = identity.GetEntry(ctx, tx, in.Habilitation, in.Person)
		h.Entered, h.Confirmed = entry.EnteredBy == c.Who.ID, entry.Confirmed
		return err
	})
	return k.changeStanding(c, a, in.Person, func(ctx context.Context, tx *act.Tx) error {
		return identity.Confirm(ctx, tx, entry, c.Who.ID, tx.Now)
	})
}

// reviewHabilitation says, each quarter, that a person is still to be empowered.
func (k *Desk) reviewHabilitation(c *web.Call, in personInput) (web.Reply[Stands], error) {
	return k.changeStanding(c, k.about(c, in.Person, "", nil), in.Person, func(ctx context.Context, tx *act.Tx) error {
		return identity.Review(ctx, tx, in.Person, c.Who.ID, tx.Now)
	})
}

func (k *Desk) changeStanding(c *web.Call, a act.Act, person string, change func(context.Context, *act.Tx) error) (web.Reply[Stands], error) {
	after := Stands{Person: person}
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := change(ctx, tx); err != nil {
			return err
		}
		standing, err := identity.StandingOf(ctx, tx, person, k.dayOfService())
		after.Standing = standing
		return err
	})
	if err == nil && result.Replayed {
		after.Standing, err = k.standsNow(c, person)
	}
	return web.OK(after), err
}

// standsNow is what whoever keeps the list of people may see now, by a decision of its own.
func (k *Desk) standsNow(c *web.Call, person string) (string, error) {
	looking := c.Act(act.Object{Kind: "portal"})
	looking.Action, looking.IdempotencyKey, looking.ReadOnly = "habilitation.list", "", true
	staff, err := k.staff(c, looking)
	for _, one := range staff {
		if one.ID == person {
			return one.Standing, err
		}
	}
	return "", err
}
