package desk

import (
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

type citeLibraryInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.CountrySource
}

// citeLibrary keeps what a physician consulted on care in the country (REQ-22). The stage is that of his part in the dossier: the author of the report cites
// for the report, a member for the opinion. Nothing is cited once the opinion is given: it would not have rested on it.
func (k *Desk) citeLibrary(c *web.Call, in citeLibraryInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, on(c, in.Dossier, "", &d), &d, func(w work) error {
		if in.ConsultedOn.After(k.today(d)) {
			return refusal(&medical.FieldError{Field: "consulted_on", Sentence: "Cette date n’est pas encore venue. Indiquez le jour où la source a été lue."})
		}
		cited := medical.CitedSource{CountrySource: in.CountrySource, By: c.Who.ID, Stage: medical.SourceForOpinion}
		if c.Who.ID == d.Policy.Rapporteur {
			cited.Stage = medical.SourceForReport
		}
		return k.seal(c, w, store.KindSource, store.NewID(), cited)
	})
}

func (k *Desk) sourceForm() web.Option {
	return web.Form("/dossiers/:dossier/sources/nouvelle", web.Face[citeLibraryInput, view]{Template: "form", Said: "source_cited",
		View: func(c *web.Call, in citeLibraryInput, typed web.Typed) (any, error) {
			d, err := k.seen(c, in.Dossier)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(dossierPath(d.ID)+"/sources/nouvelle", typed.Key, typed, nil)
			page := k.formOn(c, d, f, "Source consultée sur le pays")
			page.Lead = "L’avis s’appuie sur les informations disponibles dans le pays (R. 425-11). Ce que vous citez est scellé, et part avec le dossier remis au juge ou à la personne."
			page.Submit, page.Parts = "Citer la source", []layout.Part{{Fields: []layout.Field{
				f.Radio("source", "Qui la publie", "", choices(publisherChoices...)...),
				f.Text("title", "Titre", "Tel qu’il est écrit sur le document"),
				f.Text("version", "Version ou date", "Par exemple 2025-11"),
				notRequired(f.Text("url", "Adresse", "Commence par https://. Laissez vide si le document n’est pas en ligne")),
				wide(notRequired(f.Text("sha256", "Empreinte SHA-256 du fichier lu", "64 caractères. Elle dit plus tard que la page n’a pas changé ; laissez vide si vous ne l’avez pas"))),
				f.Date("consulted_on", "Lue le", ""),
			}}}
			refuse(f, typed)
			return page, nil
		},
		Done: backToDossier(func(in citeLibraryInput) string { return in.Dossier })})
}
