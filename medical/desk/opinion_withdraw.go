package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type withdrawOpinionInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Version    int    `json:"version" validate:"required,min=1"`
	ReasonCode string `json:"reason_code" validate:"required,oneof=PIECES_AUTRE_PERSONNE"`
}

// withdrawOpinion takes back an opinion that was given on the papers of somebody else. It is kept as it was signed; its prefecture is told by N7
// and its code, and the dossier is closed. The question is asked again by another referral, which names this opinion as the one before.
func (k *Desk) withdrawOpinion(c *web.Call, in withdrawOpinionInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		list, err := d.Case.Withdraw(in.Version, in.ReasonCode)
		if err != nil {
			return err
		}
		var events []medical.Event
		for _, data := range list {
			events = append(events, event(c, w.Now, medical.StageNone, data))
		}
		return w.append(store.With{}, events...)
	})
}
