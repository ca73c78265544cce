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

// fillCertificate: the version of the form follows from the day it was signed; a day that was left empty is that one, as the form says.
func fillCertificate(_ *web.Call, typed *web.Typed) {
	typed.Set("annexe", "A")
	if signed, err := medical.ParseDate(typed.Text("signed_on")); err == nil {
		if form, ok := reference.FormOn("A", signed); ok {
			typed.Set("form_version", form.Code)
		}
		for _, same := range []string{"patient_examined_on", "consent.signed_on"} {
			if typed.Text(same) == "" {
				typed.Set(same, signed.String())
			}
		}
	}
	if typed.Text("consent.given") == "" {
		typed.Note("consent.given", "Répondez par oui ou par non : la personne a donné son accord, ou non.")
	}
	if typed.Count("pathologies") == 0 || typed.Text("pathologies.0.label") == "" && typed.Text("pathologies.1.label") == "" && typed.Text("pathologies.2.label") == "" {
		typed.Note("pathologies.0.label", "Indiquez au moins une pathologie.")
	}
	if typed.Text("consent.by") == "" {
		typed.Set("consent.by", "patient")
	}
	if typed.Text("consent.scope") == "" {
		typed.Set("consent.scope", consentScope)
	}
}

const consentScope = "Compléments auprès des professionnels de santé"

// firstBlocks are the empty diagnoses and treatments that the form shows at once: what is left empty was never meant.
const firstBlocks = 3

func (k *Desk) certificatePage(c *web.Call, in receiveCertificateInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/certificat", typed.Key, typed, map[string]string{"mode": "LRAR"})
	f.Follows("signed_on", "patient_examined_on", "consent.signed_on", "form_version")
	f.Follows("pathologies.0.label", "pathologies")
	view := k.formOn(c, d, f, "Enregistrer le certificat")
	view.Lead = "La date d’envoi, ou celle de la réception (à confirmer), fait courir les trois mois de l’avis (R. 425-13). Une fois enregistré, le certificat est scellé : vous ne le relirez pas ici, le médecin rapporteur l’aura sous les yeux."
	view.Submit = "Enregistrer le certificat"
	view.Warning = "Reçu ce jour : la préfecture en est informée, sans aucun contenu."
	view.Parts = []layout.Part{envelopePart(f), physicianPart(f), illnessPart(f), treatmentPart(f), statePart(f), consentPart(f), furtherPart(f)}
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
		f.Number("pages", "Nombre de pages", ""), f.Date("signed_on", "Certificat signé le", ""),
		f.Tick("signature", "Le certificat est signé", ""), f.Tick("stamp", "Le certificat porte un cachet", ""),
	}}
}

func physicianPart(f *layout.Form) layout.Part {
	return layout.Part{Title: "Le médecin qui l’a établi", Fields: []layout.Field{
		f.Select("author.quality", "Qualité", "", layout.Option{Value: "MEDECIN_HABITUEL", Label: "Médecin habituel"}, layout.Option{Value: "PRATICIEN_HOSPITALIER", Label: "Praticien hospitalier"},
			layout.Option{Value: "UMCRA", Label: "Unité médicale du centre de rétention"}, layout.Option{Value: "UNITE_SANITAIRE", Label: "Unité sanitaire de l’établissement"}),
		f.Text("author.rpps", "Numéro RPPS", "Onze chiffres"), f.Text("author.family_name", "Nom", ""), f.Text("author.given_name", "Prénom", ""),
		notRequired(f.Date("patient_examined_on", "Personne examinée le", "Vide : le jour de la signature")),
	}}
}

func illnessPart(f *layout.Form) layout.Part {
	part := layout.Part{Title: "Pathologies", Intro: "Laissez vides les lignes de trop.", Add: &layout.Add{List: "pathologies", Label: "Ajouter une pathologie"}}
	for i := range f.Count("pathologies", firstBlocks) {
		part.Blocks = append(part.Blocks, pathologyBlock(f, i))
	}
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

var routes = []string{"orale", "intraveineuse", "sous-cutanée", "intramusculaire", "inhalée"}

func treatmentPart(f *layout.Form) layout.Part {
	part := layout.Part{Title: "Traitements en cours", Intro: "Laissez vides les lignes de trop.", Add: &layout.Add{List: "treatments", Label: "Ajouter un traitement"}}
	for i := range f.Count("treatments", firstBlocks) {
		place := "treatments." + strconv.Itoa(i)
		route := f.Text(place+".route", "Voie", "Orale, intraveineuse…")
		route.Suggest = routes
		part.Blocks = append(part.Blocks, layout.Block{Legend: fmt.Sprintf("Traitement %d", i+1), Remove: place, Fields: []layout.Field{
			f.Text(place+".inn", "Dénomination commune", ""), f.Text(place+".atc", "Code ATC", "Par exemple J05AR20"),
			f.Text(place+".dosage", "Posologie", ""), route,
			f.Date(place+".started_on", "Commencé le", ""), notRequired(f.Number(place+".planned_duration_months", "Durée prévue, en mois", "")),
		}})
	}
	return part
}

func statePart(f *layout.Form) layout.Part {
	return layout.Part{Title: "État", Fields: []layout.Field{
		f.Area("stage", "Stade évolutif", "", 2), f.Area("complications", "Complications", "Écrivez « aucune » s’il n’y en a pas", 2),
	}}
}

func consentPart(f *layout.Form) layout.Part {
	return layout.Part{Title: "Accord de la personne", Intro: "Il permet de demander des compléments aux professionnels de santé (L. 425-9, alinéa 3).", Fields: []layout.Field{
		f.YesNo("consent.given", "L’accord est donné", ""), notRequired(f.Date("consent.signed_on", "Signé le", "Vide : le jour de la signature du certificat")),
		notRequired(f.Text("consent.scope", "Étendue", "Vide : "+lower(consentScope))),
	}}
}

// furtherPart is what annexe A leaves to whoever fills it. The rapporteur reads it on the piece; what is typed here he finds in his report.
func furtherPart(f *layout.Form) layout.Part {
	more := layout.Optionally(f.Area("history", "Antécédents", "Tels qu’ils sont écrits", 3), f.Area("recent_exams", "Examens récents", "", 2), f.Area("prognosis", "Pronostic et suivi", "", 2),
		f.Date("followed_since", "Suivie depuis le", ""), f.Text("follow_up_frequency", "Rythme du suivi", ""), f.Text("author.service", "Service du médecin", ""),
		f.Text("author.establishment", "Établissement", ""), f.Text("author.city", "Ville", ""), f.Text("author.phone", "Téléphone", ""),
		f.Date("originals_returned_on", "Originaux rendus le", ""), f.Area("anomalies", "Anomalies", "Une par ligne", 2))
	return layout.Part{Title: "Le reste du certificat", Intro: "Facultatif : le médecin rapporteur le lit sur la pièce. Ce que vous saisissez ici lui sera proposé dans son rapport.",
		More: &layout.Folded{Summary: "Antécédents, examens, pronostic, suivi, coordonnées du médecin, anomalies", Fields: more}}
}
