package desk

import (
	"strconv"
	"strings"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// reportForm is the page face of saveReport: annexe B, one field per section.
func (k *Desk) reportForm() web.Option {
	return web.Form("/dossiers/:dossier/rapport", web.Face[saveReportInput, view]{
		Template: "form", View: k.reportPage, Said: "report_saved",
		Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("annexe", "B") },
		Done: func(_ *web.Call, in saveReportInput, _ view) string { return dossierPath(in.Dossier) + "/rapport" },
	})
}

func (k *Desk) signReportForm() web.Option {
	return web.Form("/dossiers/:dossier/rapport/signature", web.Face[dossierInput, view]{Said: "report_signed",
		Done: backToDossier(func(in dossierInput) string { return in.Dossier })})
}

func (k *Desk) transmitForm() web.Option {
	return web.Form("/dossiers/:dossier/rapport/transmission", web.Face[dossierInput, view]{Said: "report_transmitted",
		Done: backToDossier(func(in dossierInput) string { return in.Dossier })})
}

func (k *Desk) transmitAct(c *web.Call, dossier string) layout.Act {
	return layout.Act{Form: buttonOn(c, dossierPath(dossier)+"/rapport/transmission"), Title: "Transmettre le rapport au collège",
		Text:  "La préfecture reçoit ce seul message : « Rapport transmis au collège », et sa date. Sur une première demande, le récépissé devient possible.",
		Label: "Transmettre", Warning: "Se fait une fois."}
}

// reportPage shows the report as it was saved, or as it was typed. Opening what was saved is a reading, for the report's own purpose.
func (k *Desk) reportPage(c *web.Call, in saveReportInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	draft, err := k.resume(c, d, store.DraftReport, &typed)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	var saved *medical.Report
	if d.Policy.ReportSaved && !typed.Sent() {
		if saved, err = k.openReport(c, d.ID); err != nil {
			return nil, err
		}
		known = knownReport(*saved)
	}
	f := layout.NewForm(dossierPath(d.ID)+"/rapport", typed.Key, typed, known)
	f.Draft = draft
	page := k.formOn(c, d, f, "Rapport médical, annexe B")
	page.Lead = "Le rapport éclaire le collège. Il ne se prononce ni sur les conséquences d’un défaut de soins, ni sur les soins dans le pays, ni sur le voyage : ces questions sont celles du collège."
	page.Submit = "Enregistrer"
	page.Beside = k.beside(c, d.ID, "INSTRUCTION")
	form, _ := reference.FormOn("B", k.today(d))
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Hidden("form_version", form.Code), f.Area("disease_history", "Histoire de la maladie", "", 4)}},
		diagnosisPart(f, saved), reportPart(f, medical.DefaultStatements(d.Case))}
	mark(&page)
	if d.Policy.ReportSaved {
		page.Acts = []layout.Act{{Form: buttonOn(c, dossierPath(d.ID)+"/rapport/signature"), Title: "Signer le rapport",
			Text:  "La signature porte sur le dernier rapport enregistré. Pro Santé Connect vous demandera votre carte, pour ce seul acte.",
			Label: "Signer le rapport", Warning: "Un rapport signé ne se modifie plus. Enregistrez d’abord ce que vous venez d’écrire."}}
	}
	refuse(f, typed)
	return page, nil
}

// openReport opens the saved report, and nothing else, by the act that opens a dossier.
func (k *Desk) openReport(c *web.Call, id string) (*medical.Report, error) {
	var d store.Dossier
	a := on(c, id, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "dossier.open", "", true
	a.Purpose, a.Context = "INSTRUCTION", policy.Context{Open: store.Medical}
	var report medical.Report
	err := k.read(c, a, func(permit *act.Permit) error {
		refs := []vault.Ref{{Kind: store.KindReport, ID: reportID}}
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(_ int, plain []byte) (err error) {
			report, err = unseal[medical.Report](plain)
			return err
		})
	})
	return &report, err
}

func knownReport(r medical.Report) map[string]string {
	known := map[string]string{"disease_history": r.DiseaseHistory, "treatments": r.Treatments, "stage": r.Stage,
		"complications": r.Complications, "prospects": r.Prospects}
	for name, text := range map[string]*string{"clinical_exam": r.ClinicalExam, "prior_elements": r.PriorElements} {
		if text != nil {
			known[name] = *text
		}
	}
	for i, path := range r.Pathologies {
		place := "pathologies." + strconv.Itoa(i)
		known[place+".label"], known[place+".icd10"] = path.Label, path.ICD10
		if path.DiagnosedOn != nil {
			known[place+".diagnosed_on"] = path.DiagnosedOn.String()
		}
	}
	return known
}

func diagnosisPart(f *layout.Form, saved *medical.Report) layout.Part {
	part := layout.Part{Title: "Diagnostics retenus", Add: &layout.Add{List: "pathologies", Label: "Ajouter un diagnostic"}}
	least := 1
	if saved != nil {
		least = len(saved.Pathologies)
	}
	for i := range f.Count("pathologies", least) {
		part.Blocks = append(part.Blocks, pathologyBlock(f, i))
	}
	return part
}

func reportPart(f *layout.Form, defaults []string) layout.Part {
	part := layout.Part{Title: "Constats", Fields: []layout.Field{
		f.Area("treatments", "Traitements en cours", "Dénomination commune et code ATC", 3), f.Area("stage", "Stade évolutif", "Ce que vous constatez, sans pronostic hors soins", 3),
		f.Area("complications", "Complications actuelles", "Écrivez « aucune » s’il n’y en a pas", 3), notRequired(f.Area("clinical_exam", "Examen clinique", "", 3)),
		f.Area("prospects", "Suivi et perspectives", "", 3), notRequired(f.Area("prior_elements", "Éléments antérieurs", "", 2)),
	}}
	if len(defaults) > 0 {
		part.Intro = "Le rapport mentionnera les défauts que montrent les événements du dossier."
		part.Fields = append(part.Fields, f.Hidden("default_statements", strings.Join(defaults, ",")))
	}
	return part
}

// mark says of each section whether it is filled, and lists above the button what is still missing.
func mark(page *layout.FormView) {
	for p := range page.Parts {
		markFields(page, page.Parts[p].Fields)
		for b := range page.Parts[p].Blocks {
			markFields(page, page.Parts[p].Blocks[b].Fields)
		}
	}
}

func markFields(page *layout.FormView, fields []layout.Field) {
	for i, field := range fields {
		if field.Kind == "hidden" || field.Optional {
			continue
		}
		fields[i].Mark = "rempli"
		if strings.TrimSpace(field.Value) == "" {
			fields[i].Mark = "à remplir"
			page.Missing = append(page.Missing, layout.Fault{ID: field.ID, Label: field.Label})
		}
	}
}
