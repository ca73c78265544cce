package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type dossierInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// signReport locks the report. Its author's approval is bound to the header of the sealed version: a plain digest of a report would be
// medical content outside its ciphertext.
func (k *Desk) signReport(c *web.Call, in dossierInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		saved, err := store.GetRecord(w.ctx, w.Tx, in.Dossier, store.KindReport, reportID, 0)
		if err != nil {
			return err
		}
		if err := medical.CheckReportCurrent(d.Case, saved.WrittenAt); err != nil {
			return err
		}
		if _, err := k.approval(c, w, "report.sign", saved.HeaderDigest); err != nil {
			return err
		}
		return w.append(store.With{}, event(c, w.Now, medical.StageReport, medical.RapportSigne{}))
	})
}
