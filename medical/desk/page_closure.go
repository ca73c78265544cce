package desk

import (
	"cloison/medical"
	"cloison/web"
	"cloison/web/layout"
)

// closureForm is the page face of closeDossier.
func (k *Desk) closureForm() web.Option {
	return web.Form("/dossiers/:dossier/cloture", web.Face[closeDossierInput, view]{Template: "form", View: k.closurePage, Said: "dossier_closed",
		Done: backToDossier(func(in closeDossierInput) string { return in.Dossier })})
}

func (k *Desk) closurePage(c *web.Call, in closeDossierInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	f := layout.NewForm(dossierPath(d.ID)+"/cloture", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Clore sans avis")
	page.Lead = "La saisine se termine sans que le collège se prononce. La préfecture en reçoit le code, et rien d’autre."
	page.Submit, page.Warning = "Clore sans avis", "Ne se reprend pas. Un collège en cours est clos avec le dossier."
	fields := []layout.Field{wide(f.Radio("reason_code", "Pourquoi", "", closureOptions(d.Case)...))}
	if len(d.Case.Referrals) > 1 {
		fields = append(fields, notRequired(f.Text("agdref", "Numéro AGDREF", "Dix chiffres : celui de la saisine à clore. Obligatoire pour un retrait, s’il en reste une autre")))
	}
	page.Parts = []layout.Part{{Fields: fields}}
	refuse(f, typed)
	return page, nil
}

// closureOptions: a withdrawal or a death is recorded before it closes a dossier.
func closureOptions(c medical.Case) []layout.Option {
	options := choices(closureChoices...)
	for i, option := range options {
		_, err := c.Drop(option.Value, "")
		if err == medical.ClosureUnfounded {
			options[i].Barred, options[i].Hint = true, "À enregistrer d’abord, sur la page du dossier"
		}
	}
	return options
}
