package vault

import (
	"context"
	"encoding/json"
	"fmt"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// NewDocument is a document that is announced.
type NewDocument struct {
	Dossier, Author string
	Input           medical.DocumentInput
}

// BeginDocument records a document before its content, with its sealed description (label, declared name, media type, kind): the first of
// its two entries. All documents are in the medical compartment: a label or a file name alone can say what the illness is.
func (v *Vault) BeginDocument(ctx context.Context, tx *act.Tx, n NewDocument) (id string, err error) {
	description, err := json.Marshal(n.Input)
	if err != nil {
		return "", fmt.Errorf("encoding the description of a document of dossier %s: %w", n.Dossier, err)
	}
	id = store.NewID()
	err = store.InsertDocument(ctx, tx, store.Document{
		ID: id, Dossier: n.Dossier, Compartment: store.Medical, Author: n.Author, Size: n.Input.Size, BegunAt: tx.Now})
	if err != nil {
		return "", err
	}
	tx.SetItem(id)
	tx.AfterCommit(func() { v.watched.announce(Inspected{Dossier: n.Dossier, Document: id, Input: n.Input}) })
	_, err = v.SealRecord(ctx, tx, Sealing{
		Dossier: n.Dossier, Compartment: store.Medical, Kind: store.KindDocument, ID: id, Author: n.Author, Plain: description})
	return id, err
}
