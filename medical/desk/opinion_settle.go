package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type settleOpinionInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.Settlement
}

// UnknownField: the boxes come from the events, and the opinion holds no text.
func (settleOpinionInput) UnknownField(name string) (rule string) {
	switch name {
	case "procedural":
		return "BOX_OVERRIDE"
	case "text":
		return "FREE_TEXT_IN_OPINION"
	}
	return ""
}

// settleOpinion keeps the answers that the college shares. The answers given are opened with the member's own handle, as a reading of its
// own; what they allow is then checked in the act.
func (k *Desk) settleOpinion(c *web.Call, in settleOpinionInput) (web.Reply[store.View], error) {
	var d store.Dossier
	var given []medical.Answers
	open := func(permit *act.Permit) error {
		if err := inRound(d, in.Round); err != nil {
			return err
		}
		answered, err := k.openAnswers(c, permit, d, false)
		given = answered.given()
		return err
	}
	return k.openThenWrite(c, k.sitting(c, in.Dossier, in.Composition, &d), &d, open, func(w work) error {
		if err := inRound(d, in.Round); err != nil {
			return err
		}
		if err := medical.CheckSettlement(in.Settlement, given); err != nil {
			return err
		}
		if err := k.seal(c, w, store.KindSettlement, settlementID(in.Composition, in.Round), in.Settlement); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion,
			medical.Synthese{Composition: in.Composition, Round: in.Round}))
	})
}
