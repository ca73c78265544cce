package desk

import (
	"context"
	"net/http"
	"strings"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

type createDocumentInput struct {
	Dossier string `path:"dossier" json:"-"`
	medical.DocumentInput
}

// Begun is a document that was announced.
type Begun struct {
	ID string `json:"id"`
}

// createDocument begins a piece: its label, file name and type are sealed at once; its content follows in uploadDocument.
func (k *Desk) createDocument(c *web.Call, in createDocumentInput) (web.Reply[Begun], error) {
	var d store.Dossier
	result, err := k.Gate.Do(c.Context(), c.Who, on(c, in.Dossier, "", &d), func(ctx context.Context, tx *act.Tx) error {
		switch {
		case in.Size == 0:
			return act.Deny("EMPTY_FILE")
		case strings.TrimSpace(in.DeclaredName) == "":
			return act.Deny("NAME_REFUSED")
		}
		if err := k.Limits.check(d.Case.Kind, in.DocumentInput); err != nil {
			return err
		}
		tx.SetStatus(http.StatusCreated)
		_, err := k.Vault.BeginDocument(ctx, tx, vault.NewDocument{Dossier: in.Dossier, Author: c.Who.ID, Input: in.DocumentInput})
		return err
	})
	if err != nil {
		return web.Reply[Begun]{}, err
	}
	id := result.Object.Item
	return web.Created("/api/v1/dossiers/"+in.Dossier+"/documents/"+id, Begun{ID: id}), nil
}
