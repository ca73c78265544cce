package desk

import (
	"cloison/web"
	"cloison/web/layout"
)

// supplementForm is the page face of addSupplement.
func (k *Desk) supplementForm() web.Option {
	return web.Form("/dossiers/:dossier/rapport/complement", web.Face[addSupplementInput, view]{Template: "form", View: k.supplementPage, Said: "supplement_added",
		Done: backToDossier(func(in addSupplementInput) string { return in.Dossier })})
}

func (k *Desk) supplementPage(c *web.Call, in addSupplementInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/rapport/complement", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Répondre au collège : complément au rapport")
	page.Lead = "Le collège vous demande un complément (R. 425-12, dernier alinéa). Le rapport signé ne change pas ; le complément est scellé à côté de lui, et les trois membres le lisent."
	page.Submit, page.Warning = "Ajouter ce complément", "Comme le rapport, il ne se prononce ni sur les conséquences d’un défaut de soins, ni sur les soins dans le pays, ni sur le voyage. Ne se reprend pas."
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Area("text", "Complément", "Scellé", 8)}}}
	refuse(f, typed)
	return page, nil
}
