package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type giveAnswersInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.AnswerSet
}

// giveAnswers seals one member's answers. The event says only who and when; nobody, the other members included, reads them before the
// last of the three has answered (R. 425-13; CE 25 May 2023, n° 471239).
func (k *Desk) giveAnswers(c *web.Call, in giveAnswersInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, k.sitting(c, in.Dossier, in.Composition, &d), &d, func(w work) error {
		if err := inRound(d, in.Round); err != nil {
			return err
		}
		if err := medical.CheckAnswers(in.AnswerSet.Answers()); err != nil {
			return err
		}
		if err := k.seal(c, w, store.KindAnswers, answersID(in.Composition, in.Round, c.Who.ID), in.AnswerSet); err != nil {
			return err
		}
		if err := store.DropDraft(w.ctx, w, d.ID, store.DraftAnswers, c.Who.ID); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion,
			medical.ReponseMembre{Composition: in.Composition, Round: in.Round}))
	})
}

// inRound refuses what names another round than the one in progress: it was written on an earlier page.
func inRound(d store.Dossier, round int) error {
	if d.Policy.Composition.Round != round {
		return act.Deny("SIGNATURE_OLD_COMPOSITION")
	}
	return nil
}
