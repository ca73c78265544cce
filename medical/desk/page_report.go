package desk

import (
	"fmt"
	"strconv"
	"strings"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
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

// reportPage shows the report as it was saved, or as it was typed; before either, it proposes what the certificate says, for its author to
// confirm. Opening what was saved is a reading, for the report's own purpose. What is proposed is saved by nobody but him
// (TestTheReportStartsFromTheCertificate).
func (k *Desk) reportPage(c *web.Call, in saveReportInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	draft, err := k.resume(c, d, store.DraftReport, &typed)
	if err != nil {
		return nil, err
	}
	var open OpenDossier
	if d.Policy.ReportSaved || d.Policy.Rapporteur == c.Who.ID {
		if open, err = k.consult(c, d, "INSTRUCTION"); err != nil {
			return nil, err
		}
	}
	start := startOf(open)
	f := layout.NewForm(dossierPath(d.ID)+"/rapport", typed.Key, typed, start.known)
	f.Draft = draft
	page := k.formOn(c, d, f, "Rapport médical, annexe B")
	page.Lead = "Le rapport éclaire le collège. Il ne se prononce ni sur les conséquences d’un défaut de soins, ni sur les soins dans le pays, ni sur le voyage : ces questions sont celles du collège."
	page.Submit, page.Sheets, page.Beside = "Enregistrer", start.sheets, k.beside(c, d.ID, "INSTRUCTION")
	if !typed.Sent() {
		page.Source = start.source
	}
	form, _ := reference.FormOn("B", k.today(d))
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Hidden("form_version", form.Code), f.Area("disease_history", "Histoire de la maladie", "", 4)}},
		diagnosisPart(f, start.diagnoses), reportPart(f, medical.DefaultStatements(d.Case))}
	mark(&page, start.proposed)
	if d.Policy.ReportSaved {
		page.Acts = []layout.Act{{Form: buttonOn(c, dossierPath(d.ID)+"/rapport/signature"), Title: "Signer le rapport",
			Text:  "La signature porte sur le dernier rapport enregistré. Pro Santé Connect vous demandera votre carte, pour ce seul acte.",
			Label: "Signer le rapport", Warning: "Un rapport signé ne se modifie plus. Enregistrez d’abord ce que vous venez d’écrire."}}
	}
	refuse(f, typed)
	return page, nil
}

// reportStart is what a report that nobody is typing shows first.
type reportStart struct {
	known     map[string]string
	proposed  map[string]string // of them, what the certificate says and nobody has confirmed
	diagnoses int
	source    string
	sheets    []layout.Sheet
}

// startOf: a report that was saved always wins over the certificate.
func startOf(open OpenDossier) reportStart {
	start := reportStart{diagnoses: 1}
	if open.Report != nil {
		start.known, start.diagnoses = knownReport(*open.Report), len(open.Report.Pathologies)
	}
	cert := open.Certificate
	if cert == nil {
		return start
	}
	start.sheets = []layout.Sheet{*certificateSheet(*cert, open.Report == nil)}
	if open.Report == nil {
		start.known, start.diagnoses = proposedReport(*cert), len(cert.Pathologies)
		start.proposed = start.known
		start.source = fmt.Sprintf("Proposé d’après le certificat du Dr %s, signé le %s.", cert.Author.FamilyName, layout.FrenchDate(cert.SignedOn.Time()))
	}
	return start
}

// consult opens the certificate and the report beside a form, with the caller's own handle, by the act that opens a dossier.
func (k *Desk) consult(c *web.Call, seen store.Dossier, purpose string) (OpenDossier, error) {
	var d store.Dossier
	var open OpenDossier
	a := on(c, seen.ID, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "dossier.open", "", true
	a.Purpose, a.Context = purpose, policy.Context{Open: store.Medical}
	err := k.read(c, a, func(permit *act.Permit) error {
		return k.openAll(c, permit, d, &open, nil, store.KindCertificate, store.KindReport, store.KindSupplement)
	})
	return open, err
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

func diagnosisPart(f *layout.Form, least int) layout.Part {
	part := layout.Part{Title: "Diagnostics retenus", Add: &layout.Add{List: "pathologies", Label: "Ajouter un diagnostic"}}
	for i := range f.Count("pathologies", least) {
		part.Blocks = append(part.Blocks, pathologyBlock(f, i))
	}
	return part
}

func reportPart(f *layout.Form, defaults []string) layout.Part {
	part := layout.Part{Title: "Constats", Fields: []layout.Field{
		f.Area("treatments", "Traitements en cours", "Dénomination commune et code ATC", 3), f.Area("stage", "Stade évolutif", "Ce que vous constatez, sans pronostic hors soins", 3),
		f.Area("complications", "Complications actuelles", "Écrivez « aucune » s’il n’y en a pas", 3), notRequired(f.Area("clinical_exam", "Examen clinique", "", 3)),
		f.Area("prospects", "Suivi et perspectives", "Le suivi, sans ce qu’entraînerait un défaut de soins : cette question est au collège", 3), notRequired(f.Area("prior_elements", "Éléments antérieurs", "", 2)),
	}}
	if len(defaults) > 0 {
		part.Intro = "Le rapport mentionnera les défauts que montrent les événements du dossier."
		part.Fields = append(part.Fields, f.Hidden("default_statements", strings.Join(defaults, ",")))
	}
	return part
}

// mark says of each section whether it is filled, or copied as it stands from the certificate, and lists above the button what is still missing.
func mark(page *layout.FormView, proposed map[string]string) {
	for p := range page.Parts {
		markFields(page, page.Parts[p].Fields, proposed)
		for b := range page.Parts[p].Blocks {
			markFields(page, page.Parts[p].Blocks[b].Fields, proposed)
		}
	}
}

func markFields(page *layout.FormView, fields []layout.Field, proposed map[string]string) {
	for i, field := range fields {
		value := strings.TrimSpace(field.Value)
		switch {
		case field.Kind == "hidden":
		case value != "" && value == strings.TrimSpace(proposed[field.Name]):
			fields[i].Mark = copiedMark
		case field.Optional:
		case value == "":
			fields[i].Mark = "à remplir"
			page.Missing = append(page.Missing, layout.Fault{ID: field.ID, Label: field.Label})
		default:
			fields[i].Mark = "rempli"
		}
	}
}
