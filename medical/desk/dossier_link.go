package desk

import (
	"errors"
	"slices"

	"cloison/act"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

type linkDossiersInput struct {
	Dossier string `path:"dossier" json:"-"`
	Other   string `json:"other" validate:"required,uuid"`
	Reason  string `json:"reason_code" validate:"required,oneof=MEME_PERSONNE SUITE SEPARATION"`
}

// linkDossiers says that two dossiers are of one person, or that they are not after all. Whoever links may see both: the other is not found otherwise, as
// if it were none (TestTwoDossiersAreLinkedByWhoSeesBoth). A link opens nothing to anybody.
func (k *Desk) linkDossiers(c *web.Call, in linkDossiersInput) (web.Reply[store.View], error) {
	var d store.Dossier
	return k.write(c, alsoLocking(on(c, in.Dossier, in.Other, &d), in.Other), &d, func(w work) error {
		other, err := store.GetDossier(w.ctx, w, in.Other)
		if errors.Is(err, store.ErrNotFound) {
			return act.NotFound()
		}
		if err != nil {
			return err
		}
		may, err := k.Gate.May(w.ctx, c.Who, other.Policy, act.Offer{Action: "dossier.link"})
		if err != nil {
			return err
		}
		if !may["dossier.link"] {
			return act.NotFound()
		}
		links, err := store.FindLinks(w.ctx, w, d.ID)
		if err != nil {
			return err
		}
		linked := slices.ContainsFunc(links, func(l store.Link) bool { return l.Dossier == other.ID })
		switch {
		case other.ID == d.ID:
			return act.NewError(act.Invalid, "Un dossier ne se lie pas à lui-même. Indiquez l’autre dossier de la personne.")
		case linked == (in.Reason != store.LinkEnded):
			return act.NewError(act.Conflict, "Ces deux dossiers sont déjà ainsi. Ouvrez la page des dossiers liés pour le vérifier.")
		}
		return store.InsertLink(w.ctx, w, d.ID, c.Who.ID, store.Link{Dossier: other.ID, Reason: in.Reason, At: w.Now})
	})
}

func (k *Desk) linkForm() web.Option {
	return web.Form("/dossiers/:dossier/lies/nouveau", web.Face[linkDossiersInput, view]{Template: "form", Said: "dossiers_linked",
		View: func(c *web.Call, in linkDossiersInput, typed web.Typed) (any, error) {
			d, err := k.seen(c, in.Dossier)
			if err != nil {
				return nil, err
			}
			f := layout.NewForm(linksPath(d.ID)+"/nouveau", typed.Key, typed, nil)
			page := k.formOn(c, d, f, "Lier à un autre dossier de la personne")
			page.Back = layout.Action{Label: "Dossiers liés", Href: linksPath(d.ID)}
			page.Lead = "Le lien ne donne aucun droit : chaque dossier garde ses médecins, et ne s’ouvre qu’à eux."
			page.Submit, page.Parts = "Enregistrer", []layout.Part{{Fields: []layout.Field{
				f.Text("other", "L’autre dossier", "Sa référence entière, telle que l’adresse de sa page la donne"),
				f.Radio("reason_code", "Ce qu’il est", "", choices(linkChoices...)...),
			}}}
			refuse(f, typed)
			return page, nil
		},
		Done: func(_ *web.Call, in linkDossiersInput, _ view) string { return linksPath(in.Dossier) }})
}

func linksPath(dossier string) string { return dossierPath(dossier) + "/lies" }

type listLinksInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// LinkList are the dossiers that one is linked to.
type LinkList struct {
	Dossier string       `json:"dossier"`
	Items   []store.Link `json:"items"`
}

func (k *Desk) listLinks(c *web.Call, in listLinksInput) (web.Reply[LinkList], error) {
	d, err := k.seen(c, in.Dossier)
	if err != nil {
		return web.Reply[LinkList]{}, err
	}
	links, err := store.FindLinks(c.Context(), k.Pool, d.ID)
	return web.OK(LinkList{Dossier: d.ID, Items: slices.Concat([]store.Link{}, links)}), err
}

func (k *Desk) linksPage(c *web.Call, list LinkList) (any, error) {
	d, err := k.seen(c, list.Dossier)
	if err != nil {
		return nil, err
	}
	page := k.listOn(c, d, "Dossiers liés")
	page.Lead = "Les autres dossiers de la même personne. Chacun ne s’ouvre qu’à qui en est chargé."
	page.Next = []layout.Action{{Label: "Lier un dossier, ou défaire un lien", Href: linksPath(d.ID) + "/nouveau"}}
	section := layout.ListSection{ID: "lies", Title: "Dossiers", Columns: []string{"Dossier", "Lien", "Depuis"}, Empty: "Ce dossier n’est lié à aucun autre."}
	for _, l := range list.Items {
		section.Rows = append(section.Rows, []layout.ListCell{{Text: l.Dossier[:8], Links: []layout.Action{{Label: "Ouvrir", Href: dossierPath(l.Dossier)}}, Of: l.Dossier[:8]},
			{Text: wordsOf(linkChoices, l.Reason)}, {Text: layout.FrenchDate(l.At)}})
	}
	page.Sections = []layout.ListSection{section}
	return page, nil
}

var linkChoices = []choice{
	{store.LinkSamePerson, "Un autre dossier de la même personne"}, {store.LinkFollowUp, "La suite de celui-ci, ou ce qui le précède"},
	{store.LinkEnded, "Plus de lien : ce n’est pas la même personne"},
}
