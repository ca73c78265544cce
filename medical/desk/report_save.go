package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

type saveReportInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.Report
}

// UnknownField: what belongs to the college alone.
func (saveReportInput) UnknownField(name string) (rule string) {
	if medical.IsForbiddenInReport(name) {
		return string(medical.ReportForbiddenField)
	}
	return ""
}

// saveReport validates the report (annexe B) and keeps it as a new sealed version. What belongs to the college alone has no field here
// (REQ-14): a body that tries is refused as an unknown field.
func (k *Desk) saveReport(c *web.Call, in saveReportInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		if err := medical.CheckReport(d.Case, in.Report, k.today(d)); err != nil {
			return err
		}
		if err := k.seal(c, w, store.KindReport, reportID, in.Report); err != nil {
			return err
		}
		return store.DropDraft(w.ctx, w, d.ID, store.DraftReport, c.Who.ID)
	})
}
