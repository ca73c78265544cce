package desk

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/medical/reference"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

func (k *Desk) budgetOperations() []web.Operation {
	return []web.Operation{
		web.Op("extendBudget", "POST", "/budgets/extensions", "budget.extend", k.extendBudget, web.Status(200), k.budgetForm()),
	}
}

type extendBudgetInput struct {
	Person      string `json:"person" validate:"required,max=64"`
	Compartment string `json:"compartment" validate:"required,oneof=civil medical"`
	More        int    `json:"more" validate:"required,min=1,max=10000"`
	Reason      string `json:"reason" validate:"required,oneof=ARRIERE REMPLACEMENT REPRISE CONTENTIEUX CONTROLE"`
}

// Extended is what was given, and until when.
type Extended struct {
	Compartment string `json:"compartment"`
	More        int    `json:"more"`
	Reason      string `json:"reason"`
	On          string `json:"on"` // good for this day alone
}

// extendBudget gives a person more openings today, by the fresh approval of a head of service whom the custodians' roster names. keyholder
// checks all of it by itself: this program can neither give nor widen one (TestABudgetIsExtendedByTheHeadOfService). The entry names the
// person by reference, with the reason's code.
func (k *Desk) extendBudget(c *web.Call, in extendBudgetInput) (web.Reply[Extended], error) {
	today := k.Clock.Now().In(reference.Location("")).Format(time.DateOnly)
	given := Extended{Compartment: in.Compartment, More: in.More, Reason: in.Reason, On: today}
	var account identity.Account
	a := c.Act(act.Object{Kind: "budget", Item: in.Reason})
	a.Load = func(ctx context.Context, tx pgx.Tx) (resource any, err error) {
		standing, err := k.Keys.Budgets(ctx, c.Who.Handle.Reveal())
		if err != nil {
			return nil, vault.KeyError(err)
		}
		if account, err = k.Identity.AccountOf(ctx, tx, in.Person); err != nil {
			return nil, err
		}
		return policy.BudgetExtension{Kind: "budget", Head: standing.Head, Own: in.Person == c.Who.ID}, nil
	}
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		tx.SetObject("budget", account.Reference)
		tx.SetItem(in.Reason)
		return k.extend(ctx, tx, c.Who, keyholder.Extension{Issuer: account.Issuer, Subject: account.Subject,
			Compartment: in.Compartment, More: in.More, Reason: in.Reason, Day: today})
	})
	return web.OK(given), err
}

// extend spends the approval and tells keyholder, in that order inside the act: what is told and not committed serves for its day, and stands
// in keyholder's own record.
func (k *Desk) extend(ctx context.Context, tx *act.Tx, who act.Subject, e keyholder.Extension) error {
	digest, err := e.Digest()
	if err != nil {
		return err
	}
	approved, err := k.Identity.RequireStepUp(ctx, tx, who, identity.StepUp{Act: keyholder.ActBudget, Dossier: identity.NoDossier, Digest: digest})
	if err != nil {
		return err
	}
	if err := k.Identity.ConsumeStepUp(ctx, tx, approved.ID); err != nil {
		return err
	}
	kept, err := vault.ParseApproval(approved.JSON)
	if err != nil {
		return err
	}
	return extensionError(k.Keys.ExtendBudget(ctx, kept.ID, e))
}

func extensionError(err error) error {
	switch {
	case errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleExtensionTooLarge}):
		return act.NewError(act.Invalid, "Un plafond ne s’étend pas au-delà du double dans une journée. Réduisez le nombre, ou adressez-vous aux dépositaires.")
	case errors.Is(err, keyholder.ErrRefused{Rule: keyholder.RuleExtension}):
		return act.NewError(act.Invalid, "Cette personne n’ouvre pas cette partie des dossiers. Vérifiez son nom et la partie choisie.")
	}
	return vault.KeyError(err)
}
