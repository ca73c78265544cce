package desk

import (
	"strconv"

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
	return web.Form("/dossiers/:dossier/avis/rectification", web.Face[correctOpinionInput, view]{Template: "form", View: k.correctionPage, Said: "correction_begun",
		Done: backToDossier(func(in correctOpinionInput) string { return in.Dossier })})
}

func (k *Desk) correctionPage(c *web.Call, in correctOpinionInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	if d.Case.OpinionVersion() == 0 {
		return nil, act.Deny("OPINION_NOT_ISSUED")
	}
	f := layout.NewForm(dossierPath(d.ID)+"/avis/rectification", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Rectifier l’avis rendu")
	page.Lead = "L’avis signé ne change pas : une nouvelle version le remplace, qui dit laquelle (à confirmer : aucun texte ne règle la rectification). Le secrétariat désigne les auteurs ; chacun répond et signe de nouveau, puis la préfecture la reçoit et en accuse réception."
	page.Submit, page.Warning = "Ouvrir la rectification", "Le dossier se rouvre et ne se clôt qu’avec la version suivante. Ne se reprend pas."
	page.Parts = []layout.Part{{Fields: []layout.Field{
		f.Hidden("version", strconv.Itoa(d.Case.OpinionVersion())), wide(f.Radio("reason_code", "Pourquoi", "", choices(correctionChoices...)...))}}}
	page.Aside = []layout.Panel{versionsPanel(d)}
	refuse(f, typed)
	return page, nil
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
