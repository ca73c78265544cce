package desk

import (
	"slices"
	"strconv"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

var correctionChoices = []choice{
	{"ERREUR_MATERIELLE", "Erreur matérielle"}, {"REPONSE_ERRONEE", "Une réponse ou la durée est erronée"}, {"PROCEDURE_INEXACTE", "La procédure décrite est inexacte"},
	{"IDENTITE_ERRONEE", "L’identité ou le numéro a été corrigé"}, {"AUTEUR_NON_COMPETENT", "Un autre auteur était compétent ce jour-là"},
}

// correctionForm is the page face of correctOpinion.
func (k *Desk) correctionForm() web.Option {
	return web.Form("/dossiers/:dossier/avis/rectification", web.Face[correctOpinionInput, view]{Template: "form", View: func(c *web.Call, in correctOpinionInput, typed web.Typed) (any, error) {
		return k.opinionFormPage(c, in.Dossier, typed, layout.FormView{
			Heading: "Rectifier l’avis rendu", Submit: "Ouvrir la rectification", Warning: "Le dossier se rouvre et ne se clôt qu’avec la version suivante. Ne se reprend pas.",
			Lead: "L’avis signé ne change pas : une nouvelle version le remplace, qui dit laquelle (à confirmer : aucun texte ne règle la rectification). Le secrétariat désigne les auteurs ; chacun répond et signe de nouveau, puis la préfecture la reçoit et en accuse réception.",
		}, "rectification", correctionChoices)
	}, Said: "correction_begun", Done: func(c *web.Call, in correctOpinionInput, _ view) string {
		// The correction ends the composition that gave an author his sight of the dossier: it goes on with the secretariat, until authors are designated.
		if c.Who.Role == "MEDECIN" {
			return "/dossiers"
		}
		return dossierPath(in.Dossier)
	}})
}

// versionsPanel are the versions of the opinion, each with what it replaces and whether a prefect had decided on the one before.
func versionsPanel(d store.Dossier) layout.Panel {
	panel := layout.Panel{Title: "Versions de l’avis"}
	for _, e := range d.Case.Events {
		switch data := e.Data.(type) {
		case medical.AvisEmis:
			line := layout.Line{Mark: "ok", Text: "Version " + strconv.Itoa(data.Version) + ", du " + dayWords(d, e)}
			if data.Version > 1 {
				line.Note = "Remplace la version " + strconv.Itoa(data.Version-1)
			}
			panel.Lines = append(panel.Lines, line)
		case medical.CompositionClose:
			if data.ReasonCode == medical.ReasonRectified {
				panel.Lines = append(panel.Lines, layout.Line{Mark: "wait", Text: "Rectification ouverte le " + dayWords(d, e), Note: wordsOf(correctionChoices, data.Motive)})
			}
		case medical.DecisionPrefet:
			panel.Lines = append(panel.Lines, layout.Line{Mark: "barred", Text: "Décision du préfet enregistrée le " + dayWords(d, e), Note: "Une version ultérieure l’en alerte"})
		}
	}
	return panel
}

func dayWords(d store.Dossier, e medical.Event) string {
	return layout.FrenchDate(medical.LocalDate(e.At, d.Case.Direction).Time())
}

var withdrawalChoices = []choice{{medical.ReasonOtherPersonsPapers, "L’avis a été rendu sur les pièces d’une autre personne"}}

// opinionWithdrawalForm is the page face of withdrawOpinion.
func (k *Desk) opinionWithdrawalForm() web.Option {
	return web.Form("/dossiers/:dossier/avis/retrait", web.Face[withdrawOpinionInput, view]{Template: "form", View: func(c *web.Call, in withdrawOpinionInput, typed web.Typed) (any, error) {
		return k.opinionFormPage(c, in.Dossier, typed, layout.FormView{
			Heading: "Retirer l’avis rendu", Submit: "Retirer l’avis", Warning: "La préfecture en reçoit le code aussitôt. Ne se reprend pas.",
			Lead: "L’avis reste conservé tel qu’il est signé, et le dossier se clôt. La préfecture en est informée par un code, sans aucun contenu ; une nouvelle saisine, liée à celle-ci, pose de nouveau la question (à confirmer : aucun texte ne règle ce retrait).",
		}, "retrait", withdrawalChoices)
	}, Said: "opinion_withdrawn", Done: backToDossier(func(in withdrawOpinionInput) string { return in.Dossier })})
}

var upholdingChoices = []choice{
	{"SANS_INCIDENCE", "Le changement n’a pas d’incidence sur l’avis"}, {"DECISION_EXECUTEE", "La décision a déjà été exécutée"}, {"MESURE_LEVEE", "La mesure d’éloignement a été levée"},
}

// upholdingForm is the page face of upholdOpinion.
func (k *Desk) upholdingForm() web.Option {
	return web.Form("/dossiers/:dossier/avis/maintien", web.Face[upholdOpinionInput, view]{Template: "form", View: func(c *web.Call, in upholdOpinionInput, typed web.Typed) (any, error) {
		return k.opinionFormPage(c, in.Dossier, typed, layout.FormView{
			Heading: "Maintenir l’avis rendu", Submit: "Maintenir l’avis", Warning: "Votre décision et son motif sont datés et conservés. Ne se reprend pas.",
			Lead: "Un changement de statut, antérieur à l’avis, a été connu après lui : un autre auteur était compétent ce jour-là (R. 631-1, R. 731-1). Maintenez l’avis, ou rectifiez-le : alors l’auteur compétent en rend une nouvelle version.",
		}, "maintien", upholdingChoices)
	}, Said: "opinion_upheld", Done: backToDossier(func(in upholdOpinionInput) string { return in.Dossier })})
}

// opinionFormPage is a form about the last version of an opinion: its reason, and the versions beside it.
func (k *Desk) opinionFormPage(c *web.Call, dossier string, typed web.Typed, said layout.FormView, tail string, reasons []choice) (any, error) {
	d, err := k.seen(c, dossier)
	if err != nil {
		return nil, err
	}
	if d.Case.OpinionVersion() == 0 {
		return nil, act.Deny("OPINION_NOT_ISSUED")
	}
	f := layout.NewForm(dossierPath(d.ID)+"/avis/"+tail, typed.Key, typed, nil)
	page := k.formOn(c, d, f, said.Heading)
	page.Lead, page.Submit, page.Warning = said.Lead, said.Submit, said.Warning
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("version", strconv.Itoa(d.Case.OpinionVersion())), wide(f.Radio("reason_code", "Pourquoi", "", choices(reasons...)...))}}}
	page.Aside = []layout.Panel{versionsPanel(d)}
	refuse(f, typed)
	return page, nil
}

// late says that a change of liberty, known after the opinion, awaits somebody.
func late(d store.Dossier, now time.Time) bool {
	return slices.Contains(medical.Flags(d.Case, now), "AUTEUR_NON_COMPETENT")
}
