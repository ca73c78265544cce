package desk

import (
	"context"
	"time"

	"cloison/act"
	"cloison/medical/store"
	"cloison/web"
	"cloison/web/layout"
)

type listDisclosuresInput struct {
	Dossier string `path:"dossier" json:"-"`
}

// Disclosures is what left a dossier by the lawful exits, oldest first.
type Disclosures struct {
	Dossier string      `json:"dossier"`
	Items   []Departure `json:"items"`
}

// Departure is one archive that left. Only who made it fetches it (Own).
type Departure struct {
	ID        string    `json:"id"`
	Bundle    string    `json:"bundle"`
	Requester string    `json:"requester"`
	Ref       string    `json:"ref"`
	At        time.Time `json:"at"`
	Own       bool      `json:"own"`
}

// listDisclosures lists what left. It opens nothing.
func (k *Desk) listDisclosures(c *web.Call, in listDisclosuresInput) (web.Reply[Disclosures], error) {
	var d store.Dossier
	if _, err := k.Gate.Do(c.Context(), c.Who, on(c, in.Dossier, "", &d), func(context.Context, *act.Tx) error { return nil }); err != nil {
		return web.Reply[Disclosures]{}, err
	}
	found, err := store.FindDisclosures(c.Context(), k.Pool, d.ID)
	list := Disclosures{Dossier: d.ID, Items: []Departure{}}
	for _, one := range found {
		list.Items = append(list.Items, Departure{ID: one.Document, Bundle: one.Bundle, Requester: one.Requester, Ref: one.Ref, At: one.CreatedAt, Own: one.CreatedBy == c.Who.ID})
	}
	return web.OK(list), err
}

func exitsPath(dossier string) string { return dossierPath(dossier) + "/envois" }

func exitsBack(d store.Dossier) layout.Action {
	return layout.Action{Label: "Envois du dossier " + d.ID[:8], Href: exitsPath(d.ID)}
}
