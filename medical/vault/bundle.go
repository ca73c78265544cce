package vault

import (
	"context"
	"errors"
	"io"

	"cloison/act"
	"cloison/medical/store"
)

// Bundle is an archive that a lawful exit makes: a document of the dossier that no list of pieces shows, since it has no description.
type Bundle struct {
	Dossier, Compartment, Author string
	Size                         int64
}

// ReceiveBundle seals an archive part by part while it is written. Nothing of it rests in clear, and no row names it before CompleteBundle.
func (v *Vault) ReceiveBundle(ctx context.Context, b Bundle, content io.Reader) (_ *Received, err error) {
	recipient, err := v.recipient(ctx, v.o.Pool, b.Dossier, b.Compartment)
	if err != nil {
		return nil, err
	}
	r := &Received{vault: v, upload: newUpload(), document: store.Document{
		ID: store.NewID(), Dossier: b.Dossier, Compartment: b.Compartment, Author: b.Author, Size: b.Size}}
	if err := v.o.Objects.Begin(ctx, r.upload); err != nil {
		return nil, act.Wrap(act.Unavailable, "", err)
	}
	if err := r.read(ctx, recipient, content, nil); err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	return r, nil
}

// Document is the id that CompleteBundle gives the archive.
func (r *Received) Document() string { return r.document.ID }

// CompleteBundle begins and completes the document in the transaction of the act. As Complete, it is called once.
func (r *Received) CompleteBundle(ctx context.Context, tx *act.Tx) error {
	r.document.BegunAt = tx.Now
	if err := store.InsertDocument(ctx, tx, r.document); err != nil {
		return err
	}
	return r.Complete(ctx, tx, r.document.Author)
}
