package desk

import (
	"context"

	"cloison/act"
	"cloison/audit"
	"cloison/identity"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

type endHabilitationInput struct {
	Person     string `path:"person" json:"-" validate:"max=64"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=DEPART MUTATION SUSPENSION FIN_CONTRAT DECES"`
}

// DutyEnded is what one act did.
type DutyEnded struct {
	Person      string             `json:"person"`
	ReasonCode  string             `json:"reason_code"`
	Sessions    int                `json:"sessions"`    // that were open, and are over
	Successions []store.Succession `json:"successions"` // one for each dossier in which something was his to do
	OnCall      []store.RotaLine   `json:"on_call"`     // lines of the rota that want another physician
}

// endHabilitation ends a person's duty in one act: what empowered him counts no more, his sessions are over at their next request, and each
// open dossier in which something was his to do has a proposed successor, and a task that names nobody's content. Nothing else moves: his
// drafts stay sealed where they are, and his signatures stand (TestADutyThatEndedIsOverAtTheNextRequest). His handles at keyholder
// are over; that he may be given another, the custodians take away.
func (k *Desk) endHabilitation(c *web.Call, in endHabilitationInput) (web.Reply[DutyEnded], error) {
	ended := DutyEnded{Person: in.Person, ReasonCode: in.ReasonCode, Successions: []store.Succession{}, OnCall: []store.RotaLine{}}
	result, err := k.Gate.Do(c.Context(), c.Who, k.about(c, in.Person, in.ReasonCode, nil), func(ctx context.Context, tx *act.Tx) error {
		end := identity.DutyEnd{ID: audit.NewID(), Person: in.Person, At: tx.Now, By: c.Who.ID, ReasonCode: in.ReasonCode}
		var err error
		if ended.Sessions, err = k.Identity.EndDuty(ctx, tx, end); err != nil {
			return err
		}
		if err := k.endHandles(ctx, tx, in.Person); err != nil {
			return err
		}
		if ended.Successions, err = k.succeed(ctx, tx, end); err != nil {
			return err
		}
		lines, err := store.FindRotaOf(ctx, tx, in.Person, tx.Now)
		ended.OnCall = append(ended.OnCall, lines...)
		return err
	})
	if err == nil && result.Replayed {
		ended.Successions, err = k.successions(c, in.Person)
	}
	return web.OK(ended), err
}

// endHandles has keyholder forget what it gave the person: not even this program, taken over, opens anything by a handle of before
// (TestADutyThatEndedIsOverAtTheNextRequest). Should the act not be committed, he signs in again.
func (k *Desk) endHandles(ctx context.Context, tx *act.Tx, person string) error {
	account, err := k.Identity.AccountOf(ctx, tx, person)
	if err != nil {
		return err
	}
	_, err = k.Keys.EndHandles(ctx, account.Issuer, account.Subject)
	return vault.KeyError(err)
}

// listSuccessions is what the last end of a person's duty proposed, or, where he is away or will be, who could go on
// today. Of an absence nothing is kept: the proposals are as fresh as the dossiers are, and end with it.
func (k *Desk) listSuccessions(c *web.Call, in personInput) (web.Reply[web.List[store.Succession]], error) {
	list, err := k.successions(c, in.Person)
	return web.OK(web.NewList(list, "")), err
}

func (k *Desk) successions(c *web.Call, person string) (list []store.Succession, err error) {
	a := k.about(c, person, "", nil)
	a.Action, a.IdempotencyKey, a.ReadOnly = "succession.list", "", true
	_, err = k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		away, err := k.saysAway(ctx, tx, person)
		switch {
		case err != nil:
		case away:
			list, err = k.proposals(ctx, tx, person, c.Who.ID)
		default:
			list, err = store.FindSuccessions(ctx, tx, person)
		}
		return err
	})
	return list, err
}
