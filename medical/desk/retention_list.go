package desk

import (
	"context"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

// mostKept bounds the page of retention: what is due and what is held, the oldest term first.
const mostKept = 200

// RetentionList is what retention says of the dossiers that are held, whose term is over, or that were destroyed.
type RetentionList struct {
	Items []RetentionLine `json:"items"`
}

// RetentionLine is one dossier, without a name.
type RetentionLine struct {
	ID        string     `json:"id"`
	State     string     `json:"state"`
	Held      bool       `json:"held"`
	Purge     string     `json:"purge"`
	PurgeFrom *time.Time `json:"purge_from"`
}

// listRetention is for the data-protection officer: which dossiers wait for whom at the end of their retention.
func (k *Desk) listRetention(c *web.Call, _ web.None) (web.Reply[RetentionList], error) {
	if _, err := k.Gate.Do(c.Context(), c.Who, c.Act(act.Object{Kind: "portal"}), func(context.Context, *act.Tx) error { return nil }); err != nil {
		return web.Reply[RetentionList]{}, err
	}
	found, err := store.FindKept(c.Context(), k.Pool, k.Clock.Now(), mostKept)
	list := RetentionList{Items: []RetentionLine{}}
	for _, one := range found {
		list.Items = append(list.Items, RetentionLine{ID: one.Dossier, State: one.State, Held: one.Held, Purge: one.Decision, PurgeFrom: one.PurgeFrom})
	}
	return web.OK(list), err
}

func (k *Desk) retentionPage(c *web.Call, list RetentionList) (any, error) {
	view := layout.ListView{Shell: k.Shell(c), Heading: "Conservation", Lead: "Les dossiers dont le terme est passé, ceux dont la destruction est suspendue, et ceux qui ont été détruits. Aucun nom : rien n’est ouvert."}
	section := layout.ListSection{ID: "dossiers", Title: "Dossiers", Intro: "Cinq ans depuis la clôture (arrêté du 27 décembre 2016, art. 12 ; départ à confirmer). Les dépositaires détruisent les clés, avec le visa des archives.",
		Columns: []string{"Dossier", "Terme", "Où il en est"}, Empty: "Aucun dossier n’est à son terme, et aucun n’est suspendu."}
	for _, one := range list.Items {
		term := "Aucun terme"
		if one.PurgeFrom != nil {
			term = layout.FrenchDate(*one.PurgeFrom)
		}
		tail := "/conservation"
		if one.State == string(medical.StatePurged) {
			tail = "/destruction/proces-verbal"
		}
		section.Rows = append(section.Rows, []layout.ListCell{{Text: one.ID[:8], Of: one.ID[:8], Links: []layout.Action{{Label: "Ouvrir", Href: dossierPath(one.ID) + tail}}}, {Text: term}, {Text: keptWords(one)}})
	}
	view.Sections = []layout.ListSection{section}
	return view, nil
}

func keptWords(one RetentionLine) string {
	switch {
	case one.State == string(medical.StatePurged):
		return "Détruit"
	case one.Held:
		return "Suspendu : un gel, ou un recours en cours"
	case one.Purge == medical.PurgeAuthorised:
		return "Destruction autorisée : aux dépositaires, avec le visa des archives"
	}
	return "À examiner"
}
