package desk

import (
	"errors"
	"io"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// openToCopy opens a piece that is about to be copied elsewhere, inspected first where no process has seen it whole.
func (k *Desk) openToCopy(c *web.Call, permit *act.Permit, in documentInput) (*vault.Document, error) {
	document, err := k.Vault.OpenDocument(c.Context(), permit, in.Document)
	if err != nil {
		return nil, err
	}
	if document.Pending() {
		err = document.InspectFirst(c.Context(), func(found vault.Verdict) error { return k.recordInspection(c, in, "INSTRUCTION", found) })
		if err != nil {
			return nil, errors.Join(err, document.Close())
		}
	}
	return document, nil
}

// copyWhole seals the opened piece for another dossier, as it stands, and ends its reading.
func (k *Desk) copyWhole(c *web.Call, document *vault.Document, to string) (_ vault.Copy, _ *vault.Received, err error) {
	input, err := document.Description(c.Context())
	if err != nil {
		return vault.Copy{}, nil, errors.Join(err, document.Close())
	}
	verdict := document.Verdict()
	of := vault.Copy{ID: store.NewID(), Dossier: to, Author: c.Who.ID, Input: input, Verdict: &verdict}
	content, err := document.Range(0, document.Size())
	if err != nil {
		return of, nil, err
	}
	received, err := k.Vault.ReceiveCopy(c.Context(), of, content)
	if ended := content.Close(); err == nil && ended != nil {
		return of, nil, errors.Join(ended, received.Close(c.Context()))
	}
	return of, received, err
}

// closing ends what was sealed and not recorded; nothing once it was.
func closing(c *web.Call, all ...*vault.Received) {
	for _, received := range all {
		if received != nil {
			_ = received.Close(c.Context()) // where it fails, a sweep settles what is left
		}
	}
}

// within is the content of an opened piece once more, in the same reading.
func within(document *vault.Document) io.Reader {
	return io.NewSectionReader(document, 0, document.Size())
}
