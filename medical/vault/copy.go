package vault

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
)

// Copy is a document that is made from another one, opened by the physician who makes it: for the dossier where it belongs, or of some of its
// pages. It is sealed anew, for its own dossier and under its own id: nothing that was sealed for the first opens it, nor the reverse.
type Copy struct {
	ID              string // a new one
	Dossier, Author string
	Input           medical.DocumentInput // its description; Size is that of the content
	Verdict         *Verdict              // of the same bytes; nil where they are new: they wait for their first opening
}

// ReceiveCopy seals a content part by part while it is read. No row names it before CompleteCopy.
func (v *Vault) ReceiveCopy(ctx context.Context, c Copy, content io.Reader) (*Received, error) {
	return v.receiveWhole(ctx, store.Document{ID: c.ID, Dossier: c.Dossier, Compartment: store.Medical, Author: c.Author, Size: c.Input.Size},
		c.Verdict, content)
}

// CompleteCopy begins and completes the document in the transaction of an act on its dossier, with its sealed description.
func (r *Received) CompleteCopy(ctx context.Context, tx *act.Tx, c Copy) error {
	description, err := json.Marshal(c.Input)
	if err != nil {
		return fmt.Errorf("encoding the description of document %s: %w", r.document.ID, err)
	}
	if err := r.CompleteBundle(ctx, tx); err != nil {
		return err
	}
	_, err = r.vault.SealRecord(ctx, tx, Sealing{Dossier: r.document.Dossier, Compartment: store.Medical, Kind: store.KindDocument,
		ID: r.document.ID, Author: r.document.Author, Plain: description})
	return err
}
