package desk

import (
	"fmt"
	"strconv"

	"cloison/medical"
	"cloison/medical/reference"
	"cloison/web"
	"cloison/web/layout"
)

// certificateForm is the page face of receiveCertificate.
func (k *Desk) certificateForm() web.Option {
	return web.Form("/dossiers/:dossier/certificat", web.Face[receiveCertificateInput, view]{
		Template: "form", View: k.certificatePage, Fill: fillCertificate, Said: "certificate_received",
		Done: backToDossier(func(in receiveCertificateInput) string { return in.Dossier }),
	})
}

// fillCertificate: the version of the form follows from the day it was signed.
func fillCertificate(_ *web.Call, typed *web.Typed) {
	typed.Set("annexe", "A")
	if signed, err := medical.ParseDate(typed.Text("signed_on")); err == nil {
		if form, ok := reference.FormOn("A", signed); ok {
			typed.Set("form_version", form.Code)
		}
	}
	if typed.Text("consent.by") == "" {
		typed.Set("consent.by", "patient")
	}
}

func (k *Desk) certificatePage(c *web.Call, in receiveCertificateInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/certificat", typed.Key, typed, map[string]string{"mode": "LRAR", "consent.scope": "Compléments auprès des professionnels de santé"})
	view := k.formOn(c, d, f, "Enregistrer le certificat")
	view.Lead = "La date d’envoi, ou celle de la réception (à confirmer), fait courir les trois mois de l’avis (R. 425-13). Une fois enregistré, le certificat est scellé : vous ne le relirez pas ici."
	view.Submit = "Enregistrer le certificat"
	view.Warning = "La préfecture est informée de la réception, sans aucun contenu."
	view.Parts = []layout.Part{envelopePart(f), physicianPart(f), illnessPart(f), treatmentPart(f), statePart(f), consentPart(f)}
	view.Parts = append(keptPart(f, d, typed), view.Parts...)
	if !d.Case.Stay() {
		view.Lead = "Dans une procédure d’éloignement, l’avis se rend au vu de ce certificat, sans délai (R. 631-2, R. 731-2). Une fois enregistré, il est scellé : vous ne le relirez pas ici."
		view.Aside = []layout.Panel{libertyPanel(d)}
	}
	refuse(f, typed)
	return view, nil
}

func envelopePart(f *layout.Form) layout.Part {
	return layout.Part{Title: "L’enveloppe", Fields: []layout.Field{
		f.Date("sent_on", "Envoyé le", "Cachet de la poste, ou date de remise"),
		f.Select("mode", "Mode d’envoi", "", layout.Option{Value: "LRAR", Label: "Lettre recommandée"}, layout.Option{Value: "LRAR_ELECTRONIQUE", Label: "Recommandé électronique"},
			layout.Option{Value: "LETTRE_SIMPLE", Label: "Lettre simple"}, layout.Option{Value: "REMISE", Label: "Remis sur place"}, layout.Option{Value: "MSSANTE", Label: "Messagerie sécurisée de santé"}),
		f.Number("pages", "Nombre de pages", ""), notRequired(f.Date("originals_returned_on", "Originaux rendus le", "")),
		f.Tick("signature", "Le certificat est signé", ""), f.Tick("stamp", "Le certificat porte un cachet", ""),
		notRequired(f.Area("anomalies", "Anomalies", "Une par ligne", 2)),
	}}
}

func physicianPart(f *layout.Form) layout.Part {
	return layout.Part{Title: "Le médecin qui l’a établi", Fields: []layout.Field{
		f.Select("author.quality", "Qualité", "", layout.Option{Value: "MEDECIN_HABITUEL", Label: "Médecin habituel"}, layout.Option{Value: "PRATICIEN_HOSPITALIER", Label: "Praticien hospitalier"},
			layout.Option{Value: "UMCRA", Label: "Unité médicale du centre de rétention"}, layout.Option{Value: "UNITE_SANITAIRE", Label: "Unité sanitaire de l’établissement"}),
		f.Text("author.rpps", "Numéro RPPS", "Onze chiffres"), f.Text("author.family_name", "Nom", ""), f.Text("author.given_name", "Prénom", ""),
		notRequired(f.Text("author.service", "Service", "")), notRequired(f.Text("author.establishment", "Établissement", "")),
		notRequired(f.Text("author.city", "Ville", "")), notRequired(f.Text("author.phone", "Téléphone", "")),
		f.Date("patient_examined_on", "Personne examinée le", ""), f.Date("signed_on", "Certificat signé le", ""),
		notRequired(f.Date("followed_since", "Suivie depuis le", "")), notRequired(f.Text("follow_up_frequency", "Rythme du suivi", "")),
	}}
}

func illnessPart(f *layout.Form) layout.Part {
	part := layout.Part{Title: "Pathologies", Fields: []layout.Field{f.Area("history", "Antécédents", "Tels qu’ils sont écrits", 3)}}
	for i := range f.Count("pathologies", 1) {
		part.Blocks = append(part.Blocks, pathologyBlock(f, i))
	}
	part.Add = &layout.Add{List: "pathologies", Label: "Ajouter une pathologie"}
	return part
}

func pathologyBlock(f *layout.Form, i int) layout.Block {
	place := "pathologies." + strconv.Itoa(i)
	block := layout.Block{Legend: fmt.Sprintf("Pathologie %d", i+1), Fields: []layout.Field{
		wide(f.Text(place+".label", "Diagnostic", "")), f.Text(place+".icd10", "Code CIM-10", "Par exemple B20.6"), notRequired(f.Date(place+".diagnosed_on", "Diagnostiquée le", "")),
	}}
	if i > 0 {
		block.Remove = place
	}
	return block
}

func treatmentPart(f *layout.Form) layout.Part {
	part := layout.Part{Title: "Traitements en cours", Add: &layout.Add{List: "treatments", Label: "Ajouter un traitement"}}
	for i := range f.Count("treatments", 1) {
		place := "treatments." + strconv.Itoa(i)
		part.Blocks = append(part.Blocks, layout.Block{Legend: fmt.Sprintf("Traitement %d", i+1), Remove: place, Fields: []layout.Field{
			f.Text(place+".inn", "Dénomination commune", ""), f.Text(place+".atc", "Code ATC", "Par exemple J05AR20"),
			f.Text(place+".dosage", "Posologie", ""), f.Text(place+".route", "Voie", "Orale, injectable"),
			f.Date(place+".started_on", "Commencé le", ""), notRequired(f.Number(place+".planned_duration_months", "Durée prévue, en mois", "")),
		}})
	}
	return part
}

func statePart(f *layout.Form) layout.Part {
	return layout.Part{Title: "État et évolution", Fields: []layout.Field{
		f.Area("stage", "Stade évolutif", "", 2), f.Area("complications", "Complications", "Écrivez « aucune » s’il n’y en a pas", 2),
		f.Area("recent_exams", "Examens récents", "", 2), f.Area("prognosis", "Pronostic et suivi", "", 2),
	}}
}

func consentPart(f *layout.Form) layout.Part {
	return layout.Part{Title: "Accord de la personne", Intro: "Il permet de demander des compléments aux professionnels de santé (L. 425-9, alinéa 3).", Fields: []layout.Field{
		f.YesNo("consent.given", "L’accord est donné", ""), f.Date("consent.signed_on", "Signé le", ""), f.Text("consent.scope", "Étendue", ""),
	}}
}
