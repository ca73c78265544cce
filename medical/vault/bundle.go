package vault

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"

	"cloison/act"
	"cloison/crypto/envelope"
	"cloison/crypto/seal"
	"cloison/medical/store"
)

// Bundle is an archive that a lawful exit makes: a document of the dossier that no list of pieces shows, since it has no description.
type Bundle struct {
	Dossier, Compartment, Author string
	Size                         int64
}

// ReceiveBundle seals an archive part by part while it is written. Nothing of it rests in clear, and no row names it before CompleteBundle.
func (v *Vault) ReceiveBundle(ctx context.Context, b Bundle, content io.Reader) (*Received, error) {
	return v.receiveWhole(ctx, store.Document{ID: store.NewID(), Dossier: b.Dossier, Compartment: b.Compartment, Author: b.Author, Size: b.Size},
		&Verdict{Outcome: Accept}, content)
}

// receiveWhole seals the content of a document that this program makes, before any act knows of it.
func (v *Vault) receiveWhole(ctx context.Context, d store.Document, verdict *Verdict, content io.Reader) (_ *Received, err error) {
	recipient, err := v.recipient(ctx, v.o.Pool, d.Dossier, d.Compartment)
	if err != nil {
		return nil, err
	}
	seen := &sight{sum: sha256.New()}
	r := &Received{vault: v, upload: newUpload(), complete: true, look: newLook(seen, false), verdict: verdict, document: d}
	v.live.add(r.upload)
	if err := v.o.Objects.Begin(ctx, r.upload); err != nil {
		v.live.remove(r.upload)
		return nil, act.Wrap(act.Unavailable, "", err)
	}
	if err := r.bundle(ctx, recipient, content); err != nil {
		return nil, errors.Join(err, r.Close(ctx))
	}
	return r, nil
}

// bundle reads the content to its end, which is where it was said to be: nobody else has a hand in it.
func (r *Received) bundle(ctx context.Context, recipient seal.Recipient, content io.Reader) error {
	for at := int64(0); at < r.document.Size; at += envelope.PartSize {
		want := min(r.document.Size-at, envelope.PartSize)
		p, err := r.seal(ctx, recipient, len(r.parts), want, content)
		if err != nil {
			return err
		}
		if p.Size != want {
			return ErrShort
		}
		r.parts = append(r.parts, p)
	}
	if more, err := peek(content); more != nil || err != nil {
		return errors.Join(ErrLong, err)
	}
	return nil
}

// Document is the id that CompleteBundle gives the archive.
func (r *Received) Document() string { return r.document.ID }

// CompleteBundle begins and completes the document in the transaction of the act. As Complete, it is called once.
func (r *Received) CompleteBundle(ctx context.Context, tx *act.Tx) error {
	r.document.BegunAt = tx.Now
	if err := r.stands(ctx, tx); err != nil {
		return err
	}
	if err := store.InsertDocument(ctx, tx, r.document); err != nil {
		return err
	}
	if err := store.InsertUploadCall(ctx, tx, r.document, r.upload); err != nil {
		return err
	}
	for _, p := range r.parts {
		if p.Size != envelope.PartSize {
			continue // the last one comes with the act
		}
		if err := store.InsertReceivedPart(ctx, tx, r.document.ID, r.upload, p); err != nil {
			return err
		}
	}
	return r.Complete(ctx, tx, r.document.Author)
}

// stands says that every part still rests in the store. Until the act ends, no sweep removes one.
func (r *Received) stands(ctx context.Context, tx *act.Tx) error {
	if err := store.LockUpload(ctx, tx, r.upload); err != nil {
		return err
	}
	there, err := r.vault.o.Objects.List(ctx, r.upload)
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	for _, p := range r.parts {
		if !slices.Contains(there, p.Object) {
			return act.Wrap(act.Unavailable, "", fmt.Errorf("part %d of an archive: %w", p.Index, store.ErrOvertaken))
		}
	}
	return nil
}
