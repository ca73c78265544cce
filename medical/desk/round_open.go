package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type openRoundInput struct {
	Dossier     string `path:"dossier" json:"-"`
	Composition int    `path:"composition" json:"-"`
}

// openRound has the members of a composition answer again, because their answers share no majority, because one of them refused to sign what they
// gave, or because a piece came or went since one answered (TestAPieceThatGoesAfterAnAnswerOpensARound). The answers are opened with the member's own handle: nobody else could know that there is no majority. Signatures given
// meanwhile are void.
func (k *Desk) openRound(c *web.Call, in openRoundInput) (web.Reply[store.View], error) {
	var d store.Dossier
	agreement := ""
	open := func(permit *act.Permit) error {
		answered, err := k.openAnswers(c, permit, d, false)
		agreement = medical.Agreement(answered.given())
		return err
	}
	return k.openThenWrite(c, k.sitting(c, in.Dossier, in.Composition, &d), &d, open, func(w work) error {
		composition := d.Policy.Composition
		if agreement != "" && len(composition.Refused) == 0 && d.Case.PieceChanged() == nil {
			return act.Deny("MAJORITY_REACHED")
		}
		var events []medical.Event
		for _, member := range composition.Signed {
			events = append(events, system(w, medical.SignatureAnnulee{
				Composition: in.Composition, Member: member, ReasonCode: medical.VoidNewRound}))
		}
		return w.append(store.With{}, append(events, event(c, w.Now, medical.StageOpinion,
			medical.TourOuvert{Composition: in.Composition, Round: composition.Round + 1}))...)
	})
}
