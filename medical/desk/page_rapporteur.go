package desk

import (
	"cloison/identity"
	"cloison/web"
	"cloison/web/layout"
)

// rapporteurForm is the page face of assignRapporteur.
func (k *Desk) rapporteurForm() web.Option {
	return web.Form("/dossiers/:dossier/rapporteur", web.Face[assignRapporteurInput, view]{
		Template: "form", View: k.rapporteurPage, Said: "rapporteur_assigned",
		Done: backToDossier(func(in assignRapporteurInput) string { return in.Dossier }),
	})
}

func (k *Desk) rapporteurPage(c *web.Call, in assignRapporteurInput, typed web.Typed) (any, error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return nil, err
	}
	physicians, err := identity.PhysiciansOn(c.Context(), k.Pool, k.today(d).String())
	if err != nil {
		return nil, err
	}
	var choices []layout.Option
	for _, p := range physicians {
		choices = append(choices, layout.Option{Value: p.ID, Label: "Dr " + p.Name()})
	}
	f := layout.NewForm(dossierPath(d.ID)+"/rapporteur", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Désigner le médecin rapporteur")
	page.Lead = "Il écrit le rapport et ne siégera pas au collège de ce dossier (R. 425-12, R. 425-13). Les médecins proposés sont habilités aujourd’hui."
	page.Submit = "Désigner"
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("rapporteur", "Médecin rapporteur", "", choices...)}}}
	refuse(f, typed)
	return page, nil
}
