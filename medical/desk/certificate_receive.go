package desk

import (
	"errors"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type receiveCertificateInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.Certificate
	// AuthorMismatchKept: in a removal, whoever receives it was told that its author does not match the person's liberty, and keeps it.
	AuthorMismatchKept bool `json:"author_mismatch_kept"`
}

// receiveCertificate records the certificate (annexe A) that came in. Its content is sealed as it is written; the event keeps the dates
// from which delays are counted, and the person who writes it reads none of it back. A dossier has one: a second would move those dates.
//
// A certificate whose author does not match the person's liberty is refused the first time, which is the warning; in a removal it may be kept
// all the same, and the dossier says so: nobody who is detained loses an opinion because the wrong physician signed.
func (k *Desk) receiveCertificate(c *web.Call, in receiveCertificateInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		if d.Policy.CertificateReceived {
			return act.Deny("CERTIFICATE_ALREADY_RECEIVED")
		}
		received := in.Certificate.Event()
		err := medical.CheckCertificate(d.Case, in.Certificate, k.today(d))
		if errors.Is(err, medical.CertAuthorMismatch) && in.AuthorMismatchKept && !d.Case.Stay() {
			received.AuthorMismatch, err = true, nil
		}
		if err != nil {
			return err
		}
		if err := k.seal(c, w, store.KindCertificate, certificateID, in.Certificate); err != nil {
			return err
		}
		tag, err := k.careTag(w.ctx, in.Dossier, in.Certificate.Author.RPPS) // its author will not sit
		if err != nil {
			return err
		}
		if err := store.InsertCareTag(w.ctx, w, in.Dossier, tag); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageNone, received))
	})
}
