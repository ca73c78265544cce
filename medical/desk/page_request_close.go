package desk

import (
	"context"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// closeForms are the page faces of closeRequest: what came of it, and the taking back of a summons.
func (k *Desk) closeForms() []web.Option {
	return []web.Option{
		web.Form("/dossiers/:dossier/demandes/:request/issue", web.Face[closeRequestInput, view]{
			Template: "form", View: k.outcomePage, Said: "request_closed", Done: toRequests[closeRequestInput, view](closedDossier),
		}),
		web.Form("/dossiers/:dossier/demandes/:request/annulation", web.Face[closeRequestInput, view]{
			Template: "form", View: k.cancelPage, Said: "summons_cancelled", Done: toRequests[closeRequestInput, view](closedDossier),
			Fill: func(_ *web.Call, typed *web.Typed) { typed.Set("type", string(medical.EvSummonsCancelled)) },
		}),
	}
}

func closedDossier(in closeRequestInput) string { return in.Dossier }

// outcomePage asks what came of a request: each kind has its own answer.
func (k *Desk) outcomePage(c *web.Call, in closeRequestInput, typed web.Typed) (any, error) {
	d, r, err := k.seenRequest(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(requestPath(d.ID, r.Ref, "/issue"), typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Réponse : "+requestTitle(r))
	page.Submit = "Enregistrer la réponse"
	var fields []layout.Field
	switch r.Asked.Type {
	case medical.EvComplementAsked:
		page.Lead = "Les pièces jointes à la réponse se versent au dossier ; ici, ce que le professionnel répond, ou son refus."
		fields = complementFields(f)
	case medical.EvExamsAsked:
		page.Lead = "Versez d’abord les résultats au dossier, puis désignez-les ici."
		fields, err = k.producedFields(c.Context(), f, d)
	case medical.EvCompletionAsked:
		page.Lead = "Ce qui manquait au certificat est arrivé. Enregistrez ensuite le certificat, s’il ne l’est pas."
		fields = []layout.Field{f.Hidden("type", string(medical.EvCompletionReceived))}
	default:
		page.Form, page.Lead = nil, "Une convocation se clôt par la présence, l’absence ou l’annulation, sur la page du dossier."
	}
	page.Parts = []layout.Part{{Fields: fields}}
	refuse(f, typed)
	return page, err
}

func complementFields(f *layout.Form) []layout.Field {
	return []layout.Field{
		f.Radio("type", "Le professionnel", "", layout.Option{Value: string(medical.EvComplementReceived), Label: "a répondu"}, layout.Option{Value: string(medical.EvComplementRefused), Label: "refuse de répondre"}),
		notRequired(f.Area("answer_summary", "Ce qu’il répond", "S’il a répondu. Scellé : seuls les médecins du dossier le liront", 4)),
		notRequired(f.Select("reason_code", "Motif du refus", "S’il refuse", choices(refusedAnswerChoices...)...)),
	}
}

func (k *Desk) producedFields(ctx context.Context, f *layout.Form, d store.Dossier) ([]layout.Field, error) {
	options, err := k.documentChoices(ctx, d)
	return []layout.Field{f.Hidden("type", string(medical.EvExamsProduced)), f.Ticks("document_ids", "Résultats", "Par date d’arrivée : leur intitulé est scellé", options...)}, err
}

// documentChoices are the pieces of a dossier, by when they came: what they are is sealed.
func (k *Desk) documentChoices(ctx context.Context, d store.Dossier) ([]layout.Option, error) {
	documents, err := store.FindDocuments(ctx, k.Pool, d.ID)
	var options []layout.Option
	for _, doc := range documents {
		if doc.Complete() && doc.Excluded.Reason == "" {
			day := medical.LocalDate(doc.BegunAt, d.Case.Direction)
			options = append(options, layout.Option{Value: doc.ID, Label: "Pièce " + doc.ID[:8] + ", versée le " + layout.FrenchDate(day.Time())})
		}
	}
	return options, err
}

func (k *Desk) cancelPage(c *web.Call, in closeRequestInput, typed web.Typed) (any, error) {
	d, r, err := k.seenRequest(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(requestPath(d.ID, r.Ref, "/annulation"), typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Annuler : "+requestTitle(r))
	page.Lead = "Une convocation annulée ne compte plus : rien n’est reproché à la personne. Prévenez-la, puis convoquez-la de nouveau s’il le faut."
	page.Submit, page.Warning = "Annuler la convocation", "Ne se reprend pas."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Radio("cause", "Pourquoi", "", choices(cancelChoices...)...)}}}
	page.Aside = []layout.Panel{{Title: "Acheminement", Alt: true, Lines: trail(r)}}
	refuse(f, typed)
	return page, nil
}
