package desk

import (
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
		return k.Vault.OpenRecords(c.Context(), permit, refs, func(i int, plain []byte) error {
			v, err := unseal[medical.DocumentInput](plain)
			list.Items = append(list.Items, DocumentView{ID: refs[i].ID, DocumentInput: v})
			return err
		})
	})
	return web.OK(list), err
}
