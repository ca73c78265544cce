package desk

import (
	"context"

	"cloison/act"
	"cloison/audit"
	"cloison/identity"
	"cloison/medical"
	"cloison/web"
)

// saysAway: somebody on duty is away, or said that he will be.
func (k *Desk) saysAway(ctx context.Context, tx *act.Tx, person string) (bool, error) {
	standing, err := identity.StandingOf(ctx, tx, person, k.dayOfService())
	if err != nil || standing == identity.Ended {
		return false, err
	}
	said, err := identity.AbsencesOf(ctx, tx, person, k.dayOfService())
	return len(said) > 0, err
}

type setAbsenceInput struct {
	Person  string       `path:"person" json:"-" validate:"max=64"`
	FirstOn medical.Date `json:"first_on" validate:"required"`
	LastOn  medical.Date `json:"last_on" validate:"required"`
}

// setAbsence says on which days a physician is away. While they last he is proposed nowhere, each open dossier in which something is his to do asks for
// somebody who goes on, and a head of service sees whom the service proposes (listSuccessions). It ends by itself. His habilitation, his sessions and
// what he may read stay as they are, and nobody reads more by it (TestAnAbsenceIsMetByReassignment).
func (k *Desk) setAbsence(c *web.Call, in setAbsenceInput) (web.Reply[Absences], error) {
	said := identity.Absence{ID: audit.NewID(), Person: in.Person, FirstOn: in.FirstOn.String(), LastOn: in.LastOn.String(), SaidBy: c.Who.ID}
	return k.changeAbsences(c, k.about(c, in.Person, said.ID, nil), in.Person, func(ctx context.Context, tx *act.Tx) error {
		role, err := identity.RoleOf(ctx, tx, in.Person)
		if err != nil {
			return err
		}
		if err := k.checkAbsence(in, role); err != nil {
			return refusal(err)
		}
		said.SaidAt = tx.Now
		return identity.SayAbsence(ctx, tx, said)
	})
}

// longestAbsence is what the database bounds too (absence_within_a_year).
const longestAbsence = 12 // months

func (k *Desk) checkAbsence(in setAbsenceInput, role string) error {
	switch {
	case role != "MEDECIN":
		return &medical.FieldError{Field: "person", Sentence: "Seule l’absence d’un médecin se dit ici : c’est à lui que des dossiers sont confiés."}
	case in.LastOn.Before(in.FirstOn):
		return &medical.FieldError{Field: "last_on", Sentence: "L’absence finirait avant de commencer. Vérifiez les deux dates."}
	case in.LastOn.String() < k.dayOfService():
		return &medical.FieldError{Field: "last_on", Sentence: "Ces jours sont déjà passés. Indiquez une fin à venir."}
	case !in.LastOn.Before(in.FirstOn.AddMonths(longestAbsence)):
		return &medical.FieldError{Field: "last_on", Sentence: "Une absence se dit pour un an au plus. Dites la suite à part, ou demandez la fin des fonctions."}
	}
	return nil
}
