package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type registerMailInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.MailInput
}

// registerMail records that an envelope arrived. Nobody is told: N1 is sent when its certificate is received.
func (k *Desk) registerMail(c *web.Call, in registerMailInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		data, err := d.Case.Mail(in.MailInput, k.today(d))
		if err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageNone, data))
	})
}
