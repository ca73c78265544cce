package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type rejectCertificateInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.RejectionInput
}

// rejectCertificate sets aside the certificate that came in the last envelope: the person sends another one.
func (k *Desk) rejectCertificate(c *web.Call, in rejectCertificateInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		data, err := d.Case.Reject(in.RejectionInput)
		if err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageNone, data))
	})
}
