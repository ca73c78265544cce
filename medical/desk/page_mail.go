package desk

import (
	"cloison/web"
	"cloison/web/layout"
)

// mailForm is the page face of registerMail.
func (k *Desk) mailForm() web.Option {
	return web.Form("/dossiers/:dossier/courrier", web.Face[registerMailInput, view]{Template: "form", View: k.mailPage, Said: "mail_registered",
		Done: backToDossier(func(in registerMailInput) string { return in.Dossier })})
}

func (k *Desk) mailPage(c *web.Call, in registerMailInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/courrier", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Un pli est arrivé")
	page.Lead = "Pour un pli qui ne peut pas être enregistré aussitôt comme certificat. Ouvrez-le ensuite : enregistrez le certificat, écartez-le, ou demandez ce qui manque."
	page.Submit, page.Warning = "Enregistrer le pli", "La préfecture n’en est pas informée : elle ne l’est que du certificat reçu."
	page.Parts = []layout.Part{{Fields: []layout.Field{notRequired(f.Date("sent_on", "Envoyé le", "Cachet de la poste"))}}}
	refuse(f, typed)
	return page, nil
}

// rejectForm is the page face of rejectCertificate.
func (k *Desk) rejectForm() web.Option {
	return web.Form("/dossiers/:dossier/certificat/ecarter", web.Face[rejectCertificateInput, view]{Template: "form", View: k.rejectPage, Said: "certificate_rejected",
		Done: backToDossier(func(in rejectCertificateInput) string { return in.Dossier })})
}

func (k *Desk) rejectPage(c *web.Call, in rejectCertificateInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/certificat/ecarter", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Écarter le certificat du dernier pli")
	page.Lead = "Le certificat ne peut pas servir : la personne doit en envoyer un autre. Le délai d’envoi continue de courir."
	page.Submit, page.Warning = "Écarter le certificat", "Prévenez la personne. La préfecture n’en est pas informée."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("reason_code", "Pourquoi", "", choices(rejectionChoices...)...)}}}
	refuse(f, typed)
	return page, nil
}

// completionForm is the page face of requestCompletion.
func (k *Desk) completionForm() web.Option {
	return web.Form("/dossiers/:dossier/certificat/completude", web.Face[requestCompletionInput, Opened]{Template: "form", View: k.completionPage, Said: "completion_asked",
		Done: toRequests[requestCompletionInput, Opened](func(in requestCompletionInput) string { return in.Dossier })})
}

func (k *Desk) completionPage(c *web.Call, in requestCompletionInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/certificat/completude", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Demander ce qui manque au certificat")
	page.Lead = "Un manque de forme, que la personne peut réparer. La loi n’y met aucun terme."
	page.Submit, page.Warning = "Enregistrer la demande", "La lettre s’écrit hors de Cloison."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("reason_code", "Ce qui manque", "", choices(completionChoices...)...)}}}
	refuse(f, typed)
	return page, nil
}
