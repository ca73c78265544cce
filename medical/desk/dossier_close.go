package desk

import (
	"errors"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"
)

type closeDossierInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.DropInput
}

// closeDossier closes a referral without an opinion (T23): the prefecture is told a neutral code (N7). With the last one open, the
// composition in progress and the dossier are closed too.
func (k *Desk) closeDossier(c *web.Call, in closeDossierInput) (web.Reply[store.View], error) {
	var d store.Dossier
	referral := in.Referral
	a := on(c, in.Dossier, "", &d)
	do := func(w work) error {
		list, err := d.Case.Drop(in.ReasonCode, optional(referral))
		if err != nil {
			return otherFile(err)
		}
		var events []medical.Event
		for _, data := range list {
			events = append(events, dropped(event(c, w.Now, medical.StageNone, data)))
		}
		return w.append(store.With{}, events...)
	}
	if in.AGDREF == nil {
		return k.write(c, a, &d, do)
	}
	a.Context = policy.Context{Open: store.Civil}
	find := func(permit *act.Permit) (err error) {
		referral, err = k.referralOf(c, permit, d.ID, *in.AGDREF)
		return err
	}
	return k.openThenWrite(c, a, &d, find, do)
}

// dropped gives each event of a closing its actor and stage: the dossier closes by itself.
func dropped(e medical.Event) medical.Event {
	switch e.Data.(type) {
	case medical.Cloture:
		e.Actor = "system"
	case medical.CompositionClose:
		e.Stage = medical.StageOpinion
	}
	return e
}

// otherFile says in its own words why a withdrawal that names no file is refused.
func otherFile(err error) error {
	if !errors.Is(err, medical.ErrOtherFileOpen) {
		return err
	}
	refused := act.Deny(string(medical.OpinionOnInvalidState))
	refused.Sentence = "Un autre dossier administratif est ouvert : le désistement n’en clôt qu’un. Indiquez le numéro AGDREF de celui qui se retire."
	return refused
}

func optional(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
