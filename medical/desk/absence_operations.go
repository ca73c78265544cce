package desk

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/identity"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

// absenceOperations is who is away: absence is met by re-assignment, and by nothing that opens a dossier to anybody by itself.
func (k *Desk) absenceOperations() []web.Operation {
	return []web.Operation{
		web.Op("listAbsences", "GET", "/people/:person/absences", "absence.list", k.listAbsences, web.PageOf(peoplePath+"/:person/absences", "form", k.absencesPage)),
		web.Op("setAbsence", "POST", "/people/:person/absences", "absence.set", k.setAbsence, web.Status(200), k.absenceForm()),
		web.Op("withdrawAbsence", "POST", "/people/:person/absences/:absence/withdrawal", "absence.withdraw", k.withdrawAbsence, web.Status(200), k.backForm()),
	}
}

// Absences is what a person said of his days, and what became of his dossiers.
type Absences struct {
	Person   string              `json:"person"`
	Absences []identity.Absence  `json:"absences"` // that are not over
	Replaced []store.Replacement `json:"replaced"` // dossiers in which another took his place
}

// listAbsences shows the absences that are not over, and tells the person in which dossiers he was replaced.
func (k *Desk) listAbsences(c *web.Call, in personInput) (web.Reply[Absences], error) {
	shown := Absences{Person: in.Person}
	a := k.about(c, in.Person, "", nil)
	a.ReadOnly = true
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		shown, err = k.absencesIn(ctx, tx, in.Person)
		return err
	})
	return web.OK(shown), err
}

func (k *Desk) absencesIn(ctx context.Context, tx *act.Tx, person string) (Absences, error) {
	shown := Absences{Person: person}
	list, err := identity.AbsencesOf(ctx, tx, person, k.dayOfService())
	if err != nil {
		return shown, err
	}
	shown.Absences = append([]identity.Absence{}, list...)
	replaced, err := store.FindReplacements(ctx, tx, person)
	shown.Replaced = append([]store.Replacement{}, replaced...)
	return shown, err
}

type withdrawAbsenceInput struct {
	Person  string `path:"person" json:"-" validate:"max=64"`
	Absence string `path:"absence" json:"-" validate:"uuid"`
}

// withdrawAbsence ends an absence at once: he is back, or stays. What others were designated for meanwhile stays theirs.
func (k *Desk) withdrawAbsence(c *web.Call, in withdrawAbsenceInput) (web.Reply[Absences], error) {
	a := k.about(c, in.Person, in.Absence, func(ctx context.Context, tx pgx.Tx, _ *policy.Habilitation) error {
		err := identity.HasAbsence(ctx, tx, in.Absence, in.Person)
		if errors.Is(err, identity.ErrNoAbsence) {
			return act.ErrNotFound
		}
		return err
	})
	return k.changeAbsences(c, a, in.Person, func(ctx context.Context, tx *act.Tx) error {
		return identity.WithdrawAbsence(ctx, tx, in.Absence, c.Who.ID, tx.Now)
	})
}

// changeAbsences answers what stands after the act; done before under the same key, what stands now, by a decision of its own.
func (k *Desk) changeAbsences(c *web.Call, a act.Act, person string, change func(context.Context, *act.Tx) error) (web.Reply[Absences], error) {
	var after Absences
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		if err := change(ctx, tx); err != nil {
			return err
		}
		after, err = k.absencesIn(ctx, tx, person)
		return err
	})
	if err == nil && result.Replayed {
		looking := k.about(c, person, "", nil)
		looking.Action, looking.IdempotencyKey, looking.ReadOnly = "absence.list", "", true
		_, err = k.Gate.Do(c.Context(), c.Who, looking, func(ctx context.Context, tx *act.Tx) (err error) {
			after, err = k.absencesIn(ctx, tx, person)
			return err
		})
	}
	return web.OK(after), err
}
