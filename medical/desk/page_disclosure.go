package desk

import (
	"fmt"
	"slices"

	"cloison/medical"
	"cloison/medical/exit"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

var bundleWords = []choice{{"L1", "Attestation de procédure"}, {"L2", "Dossier médical, au juge"}, {"L3", "Information sur le pays"}, {"L4", "Accès de la personne"}}

// disclosuresPage is the page face of listDisclosures: what left, on which condition more may, and where each is made.
func (k *Desk) disclosuresPage(c *web.Call, list Disclosures) (any, error) {
	d, err := k.seen(c, list.Dossier)
	if err != nil {
		return nil, err
	}
	view := k.listOn(c, d, "Envois du dossier")
	view.Lead = "Ce qui sort d’un dossier, hors l’avis et les messages à la préfecture. Chaque envoi est une archive figée, scellée, avec son inventaire et ses empreintes."
	view.Next = exitActions(c, d)
	section := layout.ListSection{ID: "envois", Title: "Ce qui est sorti", Columns: []string{"Envoi", "Le", "À", "Archive"}, Empty: "Rien n’est encore sorti de ce dossier."}
	at := reference.Location(d.Case.Direction)
	for _, one := range list.Items {
		archive := layout.ListCell{Text: "Réservée à qui l’a établie"}
		if one.Own {
			archive = layout.ListCell{Of: wordsOf(bundleWords, one.Bundle), Links: []layout.Action{{Label: "Télécharger", Href: web.Prefix + dossierPath(d.ID) + "/disclosures/" + one.ID}}}
		}
		section.Rows = append(section.Rows, []layout.ListCell{{Text: wordsOf(bundleWords, one.Bundle), Note: one.Ref}, {Text: layout.FrenchDateTime(one.At.In(at))}, {Text: askerWords(one.Requester)}, archive})
	}
	view.Sections = []layout.ListSection{section}
	view.Aside = exitConditions(d.Case, "")
	return view, nil
}

// exitActions are the forms that the reader's role fills. Policy decides when one is sent.
func exitActions(c *web.Call, d store.Dossier) []layout.Action {
	at := exitsPath(d.ID)
	actions := []layout.Action{{Label: "Établir l’attestation", Href: at + "/attestation"}, {Label: "Enregistrer la levée du secret", Href: at + "/levee-du-secret"}}
	if c.Who.Role == "MEDECIN" {
		actions = append(actions, layout.Action{Label: "Écrire des observations", Href: at + "/observations"}, layout.Action{Label: "Dossier médical au juge", Href: at + "/juge"},
			layout.Action{Label: "Accès de la personne", Href: at + "/acces"})
	}
	return append(actions, layout.Action{Label: "Information sur le pays", Href: at + "/pays"}, layout.Action{Label: "Accès enregistrés", Href: dossierPath(d.ID) + "/acces-enregistres"})
}

// exitConditions say where the conditions of one exit stand, or of all: an appeal, a lifting, requests for access with their two clocks (REQ-24).
// Information on a country has none.
func exitConditions(c medical.Case, bundle string) []layout.Panel {
	panel := layout.Panel{Title: "Conditions", Alt: true}
	mark := func(of string, ok bool, yes, no string) {
		switch {
		case bundle != "" && bundle != of:
		case ok:
			panel.Lines = append(panel.Lines, layout.Line{Mark: "ok", Text: yes})
		default:
			panel.Lines = append(panel.Lines, layout.Line{Mark: "barred", Text: no})
		}
	}
	mark("L1", c.AppealPending(), "Un recours est déclaré et en cours", "Aucun recours en cours n’est déclaré : pas d’attestation à la préfecture")
	mark("L2", exit.SecrecyLifted(c), "La personne a levé le secret pour tout le dossier", "Le secret n’est pas levé pour tout le dossier : rien de médical au juge")
	if bundle == "" || bundle == "L4" {
		panel.Lines = append(panel.Lines, accessLines(c)...)
	}
	if len(panel.Lines) == 0 {
		return nil
	}
	return []layout.Panel{panel}
}

func accessLines(c medical.Case) (lines []layout.Line) {
	for _, r := range accessRequests(c) {
		line := layout.Line{Mark: "wait", Text: "Accès demandé, " + r.Ref + " : " + lower(askerWords(r.Requester)), Note: "Pièces médicales dès l’identité vérifiée ; le reste après la décision du préfet"}
		if exit.AfterDecision(c) {
			line.Note = "Pièces médicales dès l’identité vérifiée ; le préfet a décidé, le reste aussi"
		}
		lines = append(lines, line)
	}
	return lines
}

func accessRequests(c medical.Case) (list []medical.DemandeAcces) {
	for _, e := range c.Events {
		if d, ok := e.Data.(medical.DemandeAcces); ok {
			list = append(list, d)
		}
	}
	return list
}

func askerWords(requester string) string {
	if code, ok := cutPrefecture(requester); ok {
		return prefectureWords(code)
	}
	return wordsOf([]choice{{exit.Court, "La juridiction"}, {"patient", "La personne"}, {medical.RequesterProxy, "Une personne mandatée"}, {medical.RequesterHeir, "Un ayant droit"}}, requester)
}

func cutPrefecture(requester string) (string, bool) {
	if len(requester) > 5 && requester[:5] == "pref-" {
		return requester[5:], true
	}
	return "", false
}

// exitPage is the page of one exit.
type exitPage struct {
	tail, bundle, heading, lead, warning string
	fields                               func(*layout.Form, store.Dossier) []layout.Part
}

const boundWarning = "Votre identité est confirmée à nouveau pour cet envoi précis. L’archive est figée : ce qui arrive ensuite au dossier n’y entre pas."

var exitPages = []exitPage{
	{"/attestation", "L1", "Établir l’attestation de procédure", "Dates, auteur du rapport, auteurs de l’avis et signatures, sans rien de médical : à la préfecture en charge ou à la juridiction, sur un recours déclaré (CAA Douai, 2 juillet 2020, n° 19DA00895).", boundWarning, attestationParts},
	{"/juge", "L2", "Remettre le dossier médical au juge", "Le dossier médical en pièces numérotées, à la seule juridiction, une fois que la personne a elle-même levé le secret (CE, 28 juillet 2022, n° 441481). Jamais à la préfecture.", boundWarning, judgeParts},
	{"/pays", "L3", "Remettre l’information sur le pays", "Ce qui a été consulté sur l’offre de soins du pays : des sources publiques, sans rien de la personne.", boundWarning, countryParts},
	{"/acces", "L4", "Remettre son dossier à la personne", "Les pièces médicales dès que l’identité est vérifiée ; le reste du dossier après la décision du préfet (L. 1111-7 du code de la santé publique ; à confirmer). La liste des accès est jointe.", boundWarning, accessParts},
}

// disclosureForms are the page faces of createDisclosure, one for each exit.
func (k *Desk) disclosureForms() []web.Option {
	options := []web.Option{web.Long()}
	for _, page := range exitPages {
		options = append(options, web.Form("/dossiers/:dossier/envois"+page.tail, web.Face[createDisclosureInput, Disclosed]{Template: "form", Said: "disclosure_made",
			View: k.exitView(page), Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("bundle", page.bundle) },
			Done: func(_ *web.Call, in createDisclosureInput, _ Disclosed) string { return exitsPath(in.Dossier) }}))
	}
	return options
}

func (k *Desk) exitView(page exitPage) func(*web.Call, createDisclosureInput, web.Typed) (any, error) {
	return func(c *web.Call, in createDisclosureInput, typed web.Typed) (any, error) {
		d, err := k.seen(c, in.Dossier)
		if err != nil {
			return nil, err
		}
		f := layout.NewForm(exitsPath(d.ID)+page.tail, typed.Key, typed, nil)
		view := k.formOn(c, d, f, page.heading)
		view.Back, view.Lead, view.Submit, view.Warning = exitsBack(d), page.lead, "Établir l’envoi", page.warning
		view.Parts, view.Aside = page.fields(f, d), exitConditions(d.Case, page.bundle)
		refuse(f, typed)
		return view, nil
	}
}

func keyField(f *layout.Form) layout.Field {
	return notRequired(f.Area("recipient", "Clé age du destinataire", "S’il en a donné une : l’archive n’est alors lisible que par lui", 2))
}

func attestationParts(f *layout.Form, d store.Dossier) []layout.Part {
	options := []layout.Option{{Value: exit.Court, Label: "La juridiction"}}
	for _, r := range d.Case.Referrals {
		code := d.Case.PrefectureNow(r.ID)
		if !slices.ContainsFunc(options, func(o layout.Option) bool { return o.Value == "pref-"+code }) {
			options = append(options, layout.Option{Value: "pref-" + code, Label: prefectureWords(code)})
		}
	}
	return []layout.Part{{Fields: []layout.Field{f.Select("requester", "À qui", "", options...), keyField(f)}}}
}

func judgeParts(f *layout.Form, _ store.Dossier) []layout.Part {
	return []layout.Part{{Fields: []layout.Field{f.Hidden("requester", exit.Court), keyField(f)}}}
}

func accessParts(f *layout.Form, d store.Dossier) []layout.Part {
	var options []layout.Option
	for _, r := range accessRequests(d.Case) {
		options = append(options, layout.Option{Value: r.Ref, Label: r.Ref + ", " + lower(askerWords(r.Requester))})
	}
	return []layout.Part{{Fields: []layout.Field{f.Select("ref", "Demande d’accès", "Elle s’enregistre d’abord, avec l’identité de qui demande", options...), keyField(f)}}}
}

func countryParts(f *layout.Form, d store.Dossier) []layout.Part {
	askers := append([]layout.Option{{Value: exit.Court, Label: "La juridiction"}}, personChoices(d.Case)...)
	askers = append(askers, layout.Option{Value: medical.RequesterProxy, Label: "Une personne mandatée"})
	sources := layout.Part{Title: "Sources", Intro: "Publiques, et datées du jour où elles ont été consultées.", Add: &layout.Add{List: "sources", Label: "Ajouter une source"}}
	for i := range f.Count("sources", 1) {
		place := fmt.Sprintf("sources.%d", i)
		block := layout.Block{Legend: fmt.Sprintf("Source %d", i+1), Fields: []layout.Field{f.Text(place+".publisher", "Publiée par", ""), f.Text(place+".title", "Titre", ""),
			notRequired(f.Text(place+".version", "Version", "")), f.Date(place+".on", "Consultée le", ""), wide(f.Text(place+".url", "Adresse", "Elle commence par https://"))}}
		if i > 0 {
			block.Remove = place
		}
		sources.Blocks = append(sources.Blocks, block)
	}
	return []layout.Part{{Fields: []layout.Field{f.Select("requester", "À qui", "", askers...)}}, sources}
}

// liftingForm is the page face of recordSecrecyLifting.
func (k *Desk) liftingForm() web.Option {
	return web.Form("/dossiers/:dossier/envois/levee-du-secret", web.Face[recordSecrecyLiftingInput, view]{Template: "form", Said: "secrecy_lifted", View: k.liftingPage,
		Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("type", string(medical.EvSecrecyLifted)) },
		Done: func(_ *web.Call, in recordSecrecyLiftingInput, _ view) string { return exitsPath(in.Dossier) }})
}

func (k *Desk) liftingPage(c *web.Call, in recordSecrecyLiftingInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(exitsPath(d.ID)+"/levee-du-secret", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Enregistrer la levée du secret")
	page.Back = exitsBack(d)
	page.Lead = "Seule la personne lève le secret qui la protège ; pour un mineur, le titulaire de l’autorité parentale. Sans levée pour tout le dossier, rien de médical ne sort vers le juge (CE, 28 juillet 2022, n° 441481)."
	page.Submit, page.Warning = "Enregistrer la levée", "La preuve est scellée. Ne se reprend pas."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("by", "Levé par", "", personChoices(d.Case)...),
		f.Select("scope", "Étendue", "", layout.Option{Value: exit.WholeFile, Label: "Tout le dossier"}, layout.Option{Value: "RAPPORT", Label: "Le rapport seul"},
			layout.Option{Value: "AVIS", Label: "L’avis seul"}, layout.Option{Value: "PIECES", Label: "Les pièces seules"}),
		f.Area("proof", "Preuve", "Où la personne le dit : mémoire signé, lettre, procès-verbal. Scellée", 3)}}}
	refuse(f, typed)
	return page, nil
}
