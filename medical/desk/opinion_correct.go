package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type correctOpinionInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Version    int    `json:"version" validate:"required,min=1"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=ERREUR_MATERIELLE REPONSE_ERRONEE PROCEDURE_INEXACTE IDENTITE_ERRONEE AUTEUR_NON_COMPETENT"`
}

// UnknownField: nothing of a signed opinion is changed, whatever is sent with its correction.
func (correctOpinionInput) UnknownField(string) (rule string) { return "AVIS_IMMUTABLE" }

// correctOpinion begins the correction of a signed opinion, which itself never changes (invariant 4): its composition ends by that reason and
// the dossier opens again. The secretariat designates who gives the next version; they answer, settle and sign as for any opinion, with fresh approvals
// of a body that names the version it replaces, and it leaves as a release of its own.
func (k *Desk) correctOpinion(c *web.Call, in correctOpinionInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		begun, err := d.Case.Correct(in.Version, in.ReasonCode)
		if err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageOpinion, begun))
	})
}
