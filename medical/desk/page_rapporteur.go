package desk

import (
	"slices"

	"cloison/identity"
	"cloison/medical/reference"
	"cloison/medical/store"
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
	away, err := identity.AwayOn(c.Context(), k.Pool, k.dayOfService())
	if err != nil {
		return nil, err
	}
	physicians = slices.DeleteFunc(physicians, func(p identity.Named) bool { _, is := away[p.ID]; return is })
	slices.SortStableFunc(physicians, func(a, b identity.Named) int { return distance(a, d) - distance(b, d) })
	var choices []layout.Option
	for _, p := range physicians {
		choices = append(choices, layout.Option{Value: p.ID, Label: "Dr " + p.Name() + placeOf(p)})
	}
	f := layout.NewForm(dossierPath(d.ID)+"/rapporteur", typed.Key, typed, nil)
	page := k.formOn(c, d, f, "Désigner le médecin rapporteur")
	page.Lead = "Il écrit le rapport et ne siégera pas au collège de ce dossier (R. 425-12, R. 425-13). Les médecins proposés sont habilités et présents aujourd’hui, ceux de la direction du dossier d’abord."
	page.Submit = "Désigner"
	page.Parts = []layout.Part{{Fields: []layout.Field{f.Select("rapporteur", "Médecin rapporteur", "", choices...)}}}
	refuse(f, typed)
	return page, nil
}

// distance puts the physicians of the dossier's direction before the others.
func distance(p identity.Named, d store.Dossier) int {
	if slices.Contains(p.Directions, d.Case.Direction) {
		return 0
	}
	return 1
}

// placeOf is where a physician works, as the directory says.
func placeOf(p identity.Named) string {
	words := ""
	for _, code := range p.Directions {
		if direction, ok := reference.DirectionByCode(code); ok {
			words += ", " + direction.Label
		}
	}
	return words
}
