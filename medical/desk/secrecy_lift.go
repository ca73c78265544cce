package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type recordSecrecyLiftingInput struct {
	Dossier string `path:"dossier" json:"-"`
	Type    string `json:"type" validate:"omitempty,eq=LEVEE_SECRET"`
	Scope   string `json:"scope" validate:"required,oneof=DOSSIER_COMPLET RAPPORT AVIS PIECES"`
	Proof   string `json:"proof" validate:"required,max=2000"`
	By      string `json:"by" validate:"max=32"` // patient when empty
}

// lifting is what is sealed of it: how the applicant himself said so.
type lifting struct {
	Scope string `json:"scope"`
	Proof string `json:"proof"`
}

// recordSecrecyLifting records that the applicant lifted secrecy (CE, 28 July 2022, n° 441481): the scope in clear, the proof sealed. Only the
// scope DOSSIER_COMPLET lets the medical file leave, since the judge rules on the whole of it.
func (k *Desk) recordSecrecyLifting(c *web.Call, in recordSecrecyLiftingInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		lifted, err := d.Case.LiftSecrecy(in.Scope, in.By)
		if err != nil {
			return err
		}
		if err := k.seal(c, w, store.KindLifting, "lifting", lifting{in.Scope, in.Proof}); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageNone, lifted))
	})
}
