package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type upholdOpinionInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Version    int    `json:"version" validate:"required,min=1"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=SANS_INCIDENCE DECISION_EXECUTEE MESURE_LEVEE"`
}

// upholdOpinion records that a person looked at an opinion whose author was not competent by a change of liberty that was known too late, and
// leaves it. The other answer to that task is correctOpinion.
func (k *Desk) upholdOpinion(c *web.Call, in upholdOpinionInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		upheld, err := d.Case.Uphold(in.Version, in.ReasonCode)
		if err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageNone, upheld))
	})
}
