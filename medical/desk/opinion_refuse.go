package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type refuseSignatureInput struct {
	Dossier     string `path:"dossier" json:"-"`
	Composition int    `json:"composition" validate:"required,min=1"`
	ReasonCode  string `json:"reason_code" validate:"required,oneof=SYNTHESE_NON_CONFORME DUREE_NON_ACCEPTEE PROCEDURE_INEXACTE ELEMENT_NOUVEAU IMPARTIALITE"`
}

// refuseSignature records that a member does not sign what was settled, and why by a code. Nobody signs it any more: a further round is
// opened, or the composition replaced.
func (k *Desk) refuseSignature(c *web.Call, in refuseSignatureInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, k.sitting(c, in.Dossier, in.Composition, &d), &d, func(w work) error {
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion, medical.SignatureRefusee{
			Composition: in.Composition, Round: d.Policy.Composition.Round, ReasonCode: in.ReasonCode}))
	})
}
