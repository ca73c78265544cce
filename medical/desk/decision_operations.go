package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/audit"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/release"
	"cloison/web"
)

// decisionOperations is who may sit, before it counts: entered by one from the published text, confirmed by another, published by the owner of the
// database. The program itself lists nobody (decision 62).
func (k *Desk) decisionOperations() []web.Operation {
	return []web.Operation{
		web.Op("listCompositionDecisions", "GET", "/composition-decisions", "decision.list", k.listDecisions, web.PageOf(decisionsPath, "list", k.decisionsPage)),
		web.Op("recordCompositionDecision", "POST", "/composition-decisions", "decision.enter", k.recordDecision, k.decisionForm()),
		web.Op("confirmCompositionDecision", "POST", "/composition-decisions/:decision/confirmation", "decision.confirm", k.confirmDecision, web.Status(200), k.decisionConfirmedForm()),
	}
}

// onDecision prepares an act upon what was entered, or is to be.
func (k *Desk) onDecision(c *web.Call, item string, more func(context.Context, pgx.Tx, *policy.Habilitation) error) act.Act {
	a := c.Act(act.Object{Kind: "portal", Item: item})
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		head, err := k.isHead(c)
		h := policy.Habilitation{Kind: "habilitation", Head: head}
		if err == nil && more != nil {
			err = more(ctx, tx, &h)
		}
		return h, err
	}
	return a
}

// listDecisions shows what was entered, by whom, and whether it counts.
func (k *Desk) listDecisions(c *web.Call, _ web.None) (web.Reply[web.List[store.DecisionEntry]], error) {
	list, err := k.decisionsEntered(c, k.onDecision(c, "", nil))
	return web.OK(web.NewList(list, "")), err
}

func (k *Desk) decisionsEntered(c *web.Call, a act.Act) (list []store.DecisionEntry, err error) {
	a.ReadOnly, a.IdempotencyKey = true, ""
	_, err = k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		list, err = store.FindDecisionEntries(ctx, tx)
		return err
	})
	return list, err
}

type recordDecisionInput struct {
	Ref         string        `json:"ref" validate:"required,max=40"`
	Kind        string        `json:"kind" validate:"required,oneof=COLLEGE MED1"`
	SignedOn    medical.Date  `json:"signed_on" validate:"required"`
	PublishedOn medical.Date  `json:"published_on" validate:"required"`
	ValidFrom   medical.Date  `json:"valid_from" validate:"required"`
	ValidTo     *medical.Date `json:"valid_to"`
	Persons     []string      `json:"persons" validate:"required,min=1,max=500,dive,required,max=64"` // in the order of the published text: it numbers the lines
}

// recordDecision is the first hand. The names and the numbers of physicians are the directory's.
func (k *Desk) recordDecision(c *web.Call, in recordDecisionInput) (web.Reply[store.DecisionEntry], error) {
	entry := store.DecisionEntry{ID: audit.NewID(), Persons: in.Persons, EnteredBy: c.Who.ID}
	result, err := k.Gate.Do(c.Context(), c.Who, k.onDecision(c, "", nil), func(ctx context.Context, tx *act.Tx) (err error) {
		tx.SetItem(entry.ID)
		tx.SetStatus(201)
		if entry.Decision, err = decisionOf(ctx, tx, in); err != nil {
			return refusal(err)
		}
		if entry.Digest, err = entry.Decision.Digest(); err != nil {
			return err
		}
		entry.EnteredAt = tx.Now
		return store.EnterDecision(ctx, tx, entry)
	})
	if err == nil && result.Replayed {
		entry, err = k.decisionNow(c, result.Object.Item)
	}
	return web.Created("/composition-decisions/"+entry.ID, entry), err
}

func decisionOf(ctx context.Context, tx pgx.Tx, in recordDecisionInput) (release.CompositionDecision, error) {
	d := release.CompositionDecision{Ref: in.Ref, Kind: in.Kind, SignedOn: release.Date(in.SignedOn.String()), PublishedOn: release.Date(in.PublishedOn.String()),
		ValidFrom: release.Date(in.ValidFrom.String()), Lines: []release.DecisionLine{}}
	if in.ValidTo != nil {
		to := release.Date(in.ValidTo.String())
		d.ValidTo = &to
	}
	for i, person := range in.Persons {
		p, err := identity.GetPractitioner(ctx, tx, person)
		if errors.Is(err, identity.ErrNoPractitioner) || slices.Contains(in.Persons[:i], person) {
			return d, &medical.FieldError{Field: "persons", Sentence: "Une de ces personnes n’est pas un médecin de l’annuaire, ou est nommée deux fois. Vérifiez la liste."}
		}
		if err != nil {
			return d, err
		}
		d.Lines = append(d.Lines, release.DecisionLine{Line: i + 1, RPPS: p.NationalID, FamilyName: p.FamilyName, GivenName: p.GivenName,
			ValidFrom: d.ValidFrom, ValidTo: d.ValidTo, Person: person})
	}
	switch err := d.Validate(); {
	case err != nil:
		return d, &medical.FieldError{Field: "ref", Sentence: "La décision n’est pas complète, ou sa référence n’est pas faite de majuscules, de chiffres et de tirets. Vérifiez-la."}
	case in.PublishedOn.Before(in.SignedOn):
		return d, &medical.FieldError{Field: "published_on", Sentence: "Elle serait publiée avant d’être signée. Vérifiez les deux dates."}
	case in.ValidTo != nil && in.ValidTo.Before(in.ValidFrom):
		return d, &medical.FieldError{Field: "valid_to", Sentence: "Elle finirait avant de commencer. Vérifiez les deux dates."}
	}
	return d, nil
}

type confirmDecisionInput struct {
	Decision string `path:"decision" json:"-" validate:"uuid"`
}

// confirmDecision is the second hand: what was entered is what was published.
func (k *Desk) confirmDecision(c *web.Call, in confirmDecisionInput) (web.Reply[store.DecisionEntry], error) {
	var entry store.DecisionEntry
	a := k.onDecision(c, in.Decision, func(ctx context.Context, tx pgx.Tx, h *policy.Habilitation) (err error) {
		entry, err = store.GetDecisionEntry(ctx, tx, in.Decision)
		if errors.Is(err, store.ErrNotFound) {
			return act.ErrNotFound
		}
		h.Own, h.Entered, h.Confirmed = slices.Contains(entry.Persons, c.Who.ID), entry.EnteredBy == c.Who.ID, entry.ConfirmedBy != nil
		return err
	})
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := store.ConfirmDecision(ctx, tx, entry, c.Who.ID, tx.Now); err != nil {
			return err
		}
		entry.ConfirmedAt, entry.ConfirmedBy = &tx.Now, &c.Who.ID
		return nil
	})
	if err == nil && result.Replayed {
		entry, err = k.decisionNow(c, in.Decision)
	}
	return web.OK(entry), err
}

// decisionNow is what whoever sees the list may see now, by a decision of its own.
func (k *Desk) decisionNow(c *web.Call, id string) (store.DecisionEntry, error) {
	looking := k.onDecision(c, "", nil)
	looking.Action = "decision.list"
	list, err := k.decisionsEntered(c, looking)
	for _, one := range list {
		if one.ID == id {
			return one, err
		}
	}
	return store.DecisionEntry{ID: id}, err
}
