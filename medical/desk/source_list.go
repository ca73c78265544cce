package desk

import (
	"cmp"
	"slices"
	"strings"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

type listSourcesInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// SourceList is what was consulted on the country, by the day on which it was read, then by title.
type SourceList struct {
	Dossier string                `json:"dossier"`
	Items   []medical.CitedSource `json:"items"`
}

// listSources opens what was cited, for the physicians in charge: one reading.
func (k *Desk) listSources(c *web.Call, in listSourcesInput) (web.Reply[SourceList], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Context = policy.Context{Open: store.Medical}
	list := SourceList{Items: []medical.CitedSource{}}
	err := k.read(c, a, func(permit *act.Permit) error {
		names, err := store.FindRecords(c.Context(), k.Pool, d.ID, store.KindSource)
		if err != nil {
			return err
		}
		var refs []vault.Ref
		for _, n := range names {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(_ int, plain []byte) error {
			cited, err := unseal[medical.CitedSource](plain)
			list.Items = append(list.Items, cited)
			return err
		})
	})
	slices.SortFunc(list.Items, func(a, b medical.CitedSource) int {
		return cmp.Or(a.ConsultedOn.Time().Compare(b.ConsultedOn.Time()), strings.Compare(a.Title, b.Title))
	})
	list.Dossier = d.ID
	return web.OK(list), err
}

// readsMedical: the page says what only physicians open to a physician alone; whether he may is decided when he asks.
func (p dossierReader) readsMedical() bool { return p.c.Who.Role == "MEDECIN" }

func (k *Desk) sourcesPage(c *web.Call, list SourceList) (any, error) {
	d, err := k.seen(c, list.Dossier)
	if err != nil {
		return nil, err
	}
	page := k.listOn(c, d, "Sources consultées sur le pays")
	page.Lead = "Ce que les médecins ont lu sur les soins dans le pays, et quand (R. 425-11). Cette lecture est inscrite au journal."
	var readers []string
	for _, one := range list.Items {
		readers = append(readers, one.By)
	}
	names, err := identity.NamesOf(c.Context(), k.Pool, readers)
	if err != nil {
		return nil, err
	}
	sources := layout.ListSection{ID: "sources", Title: "Sources", Columns: []string{"Source", "Version", "Lue le", "Par"}, Empty: "Aucune source n’est citée."}
	for _, one := range list.Items {
		title := layout.ListCell{Text: one.Title, Note: wordsOf(publisherChoices, one.Publisher)}
		if one.URL != "" {
			title.Note += " · " + one.URL
		}
		if one.SHA256 != "" {
			title.Note += " · SHA-256 " + one.SHA256
		}
		sources.Rows = append(sources.Rows, []layout.ListCell{title, {Text: one.Version}, {Text: layout.FrenchDate(one.ConsultedOn.Time())},
			{Text: names[one.By], Note: citedFor[one.Stage]}})
	}
	page.Sections = []layout.ListSection{sources}
	return page, nil
}

var citedFor = map[string]string{medical.SourceForReport: "pour le rapport", medical.SourceForOpinion: "pour l’avis"}
