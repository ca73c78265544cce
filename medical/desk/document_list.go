package desk

import (
	"context"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

// DocumentView is a document with its label, name and type, which only a physician in charge opens.
type DocumentView struct {
	ID string `json:"id"`
	medical.DocumentInput
	Name     string         `json:"name"`     // the declared name as it may be shown
	Verdict  string         `json:"verdict"`  // of the inspection: ACCEPT, SANITISED (shown without what was found), REJECT; "" before it
	Reason   string         `json:"reason"`   // why, by a code of a closed list
	Complete bool           `json:"complete"` // its content is whole
	Excluded *ExclusionView `json:"excluded"` // it was set aside: its content opens no more
}

// ExclusionView says when a document was set aside, and why.
type ExclusionView struct {
	On     medical.Date `json:"on"`
	Reason string       `json:"reason"`
}

// documentViews shows the documents of a dossier once their descriptions are opened.
type documentViews struct {
	direction string
	rows      map[string]store.Document
}

func (k *Desk) documentViews(ctx context.Context, d store.Dossier) (documentViews, error) {
	documents, err := store.FindDocuments(ctx, k.Pool, d.ID)
	v := documentViews{direction: d.Case.Direction, rows: map[string]store.Document{}}
	for _, row := range documents {
		v.rows[row.ID] = row
	}
	return v, err
}

func (v documentViews) show(id string, plain []byte) (DocumentView, error) {
	input, err := unseal[medical.DocumentInput](plain)
	row := v.rows[id]
	view := DocumentView{ID: id, DocumentInput: input, Complete: row.Complete(),
		Name: shownName(input.DeclaredName, input.MediaType), Verdict: row.Verdict, Reason: row.Reason}
	if row.Excluded.Reason != "" {
		view.Excluded = &ExclusionView{On: medical.LocalDate(row.Excluded.At, v.direction), Reason: row.Excluded.Reason}
	}
	return view, err
}

// Documents is the list of a dossier's documents.
type Documents struct {
	Items []DocumentView `json:"items"`
}

func (k *Desk) listDocuments(c *web.Call, in dossierInput) (web.Reply[Documents], error) {
	var d store.Dossier
	a := on(c, in.Dossier, "", &d)
	a.Context = policy.Context{Open: store.Medical}
	list := Documents{Items: []DocumentView{}}
	err := k.read(c, a, func(permit *act.Permit) error {
		names, err := store.FindRecords(c.Context(), k.Pool, in.Dossier, store.KindDocument)
		if err != nil {
			return err
		}
		var refs []vault.Ref
		for _, n := range names {
			refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
		}
		views, err := k.documentViews(c.Context(), d)
		if err != nil {
			return err
		}
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
			v, err := views.show(refs[i].ID, plain)
			list.Items = append(list.Items, v)
			return err
		})
	})
	return web.OK(list), err
}
