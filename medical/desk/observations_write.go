package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

type writeObservationsInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.Observations
}

// writeObservations seals a version of the observations. They leave with the next L2, and by nothing else.
func (k *Desk) writeObservations(c *web.Call, in writeObservationsInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		return k.seal(c, w, store.KindObservation, "observations", in.Observations)
	})
}

func (k *Desk) observationsForm() web.Option {
	return web.Form("/dossiers/:dossier/envois/observations", web.Face[writeObservationsInput, view]{Template: "form", Said: "observations_written",
		View: func(c *web.Call, in writeObservationsInput, typed web.Typed) (any, error) {
			d, err := k.seen(c, in.Dossier)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(dossierPath(d.ID)+"/envois/observations", typed.Key, typed, nil)
			page := k.formOn(c, d, f, "Observations pour le juge")
			page.Back = exitsBack(d)
			page.Lead = "Ce que le médecin de l’Office fait observer au juge, sur le dossier dont la personne a levé le secret. Le texte est scellé ; il part avec le prochain dossier médical au juge, et par rien d’autre."
			page.Submit, page.Parts = "Sceller les observations", []layout.Part{{Fields: []layout.Field{f.Area("text", "Observations", "Une nouvelle version remplace la précédente dans le prochain envoi", 14)}}}
			refuse(f, typed)
			return page, nil
		},
		Done: func(_ *web.Call, in writeObservationsInput, _ view) string { return exitsPath(in.Dossier) }})
}
