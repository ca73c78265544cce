package desk

import (
	"cloison/web"
	"cloison/web/layout"
)

// deliveryForm is the page face of recordDelivery.
func (k *Desk) deliveryForm() web.Option {
	return web.Form("/dossiers/:dossier/demandes/:request/acheminement", web.Face[recordDeliveryInput, view]{
		Template: "form", View: k.deliveryPage, Said: "delivery_recorded",
		Done: toRequests[recordDeliveryInput, view](func(in recordDeliveryInput) string { return in.Dossier }),
	})
}

// deliveryPage takes what is learnt of a letter, as it is learnt: what is already known need not be typed again.
func (k *Desk) deliveryPage(c *web.Call, in recordDeliveryInput, typed web.Typed) (any, error) {
	d, r, err := k.seenRequest(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(requestPath(d.ID, r.Ref, "/acheminement"), typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Acheminement : "+requestTitle(r))
	page.Lead = "Ce que disent l’avis de réception, le suivi postal ou le pli revenu. N’indiquez que ce que vous venez d’apprendre."
	page.Submit = "Enregistrer"
	again := r.LastSending().Reason != ""
	first := layout.Part{Title: "Envoi", Fields: []layout.Field{
		notRequired(f.Select("mode", "Mode d’envoi", "", choices(modeChoices...)...)),
		notRequired(f.Text("registered_number", "Numéro de recommandé", "Scellé avec la lettre")), notRequired(f.Date("sent_on", "Envoyée le", ""))}}
	if again {
		first.Title, first.Intro = "Nouvel envoi", "La lettre est revenue. Une date d’envoi ouvre un nouvel acheminement ; vérifiez d’abord l’adresse."
	}
	page.Parts = []layout.Part{first,
		{Title: "Remise", Fields: []layout.Field{notRequired(f.Date("presented_on", "Présentée le", "")), notRequired(f.Date("collected_on", "Remise à la personne le", ""))}},
		{Title: "Retour", Fields: []layout.Field{notRequired(f.Date("returned_on", "Revenue le", "")), notRequired(f.Select("return_reason", "Motif du retour", "", choices(returnChoices...)...))}},
	}
	page.Aside = []layout.Panel{{Title: "Déjà connu", Alt: true, Lines: trail(r)}}
	refuse(f, typed)
	return page, nil
}
