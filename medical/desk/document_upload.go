package desk

import (
	"context"
	"encoding/base64"
	"strings"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

type uploadDocumentInput struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
	Offset   int64  `query:"offset" validate:"min=0"`
	Complete bool   `query:"complete"`
}

// Uploaded is a document whose content is whole.
type Uploaded struct {
	ID       string `json:"id"`
	Offset   int64  `json:"offset"` // bytes received
	Complete bool   `json:"complete"`
}

// uploadDocument takes the content of a document in one call. The right to write is decided before the first byte is read; the content
// then streams, sealed part by part, into the store; the act that records it comes last. Killed in between, nothing is recorded and the
// next start removes the parts.
func (k *Desk) uploadDocument(c *web.Call, in uploadDocumentInput) (web.Reply[Uploaded], error) {
	var d store.Dossier
	a := on(c, in.Dossier, in.Document, &d)
	digest, err := declared(c, in)
	if err != nil {
		return web.Reply[Uploaded]{}, k.refused(c, a, err)
	}
	replayed, err := k.Gate.Replayed(c.Context(), c.Who, a)
	if err != nil {
		return web.Reply[Uploaded]{}, err
	}
	if replayed {
		err = k.answerAgain(c, a)
	} else {
		err = k.takeContent(c, a, &d, in, digest)
	}
	if err != nil {
		return web.Reply[Uploaded]{}, err
	}
	document, err := store.GetDocument(c.Context(), k.Pool, in.Dossier, in.Document)
	return web.OK(Uploaded{ID: in.Document, Offset: document.Size, Complete: document.Complete()}), err
}

// answerAgain records the replay of a key, and asks whether the caller may still see the dossier.
func (k *Desk) answerAgain(c *web.Call, a act.Act) error {
	_, err := k.Gate.Do(c.Context(), c.Who, a, func(context.Context, *act.Tx) error {
		return act.NewError(act.Conflict, "") // the key has ended since it was looked up: the content was not read
	})
	if err != nil {
		return err
	}
	_, err = k.look(c, a.Object.ID)
	return err
}

func (k *Desk) takeContent(c *web.Call, a act.Act, d *store.Dossier, in uploadDocumentInput, digest []byte) error {
	permit, err := k.Gate.Read(c.Context(), c.Who, a)
	if err != nil {
		return err
	}
	if err := permit.Redeem(); err != nil {
		return err
	}
	received, err := k.Vault.Receive(c.Context(), vault.Upload{Dossier: in.Dossier, Document: in.Document, SHA256: digest}, c.Body())
	if err != nil {
		_ = permit.Close(c.Context(), false, 0)
		return k.refused(c, a, refusal(err))
	}
	defer func() { _ = received.Close(context.WithoutCancel(c.Context())) }() // nothing once recorded
	_, err = k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		if err := k.tellCollege(c, work{Tx: tx, ctx: ctx, d: d}, in.Document); err != nil {
			return refusal(err)
		}
		return received.Complete(ctx, tx, c.Who.ID)
	})
	if err != nil {
		_ = permit.Close(c.Context(), false, 0)
		return err
	}
	return permit.Close(c.Context(), true, 0)
}

// declared is what the call says of the content: it must be whole, and its digest readable.
func declared(c *web.Call, in uploadDocumentInput) ([]byte, error) {
	if in.Offset != 0 || !in.Complete {
		return nil, act.NewError(act.Invalid,
			"Envoyez le fichier en un seul appel, avec offset=0 et complete=true : la reprise d'un envoi n'est pas encore ouverte.")
	}
	return declaredDigest(c)
}

// declaredDigest reads Content-Digest (RFC 9530): sha-256 alone; absent is nil.
func declaredDigest(c *web.Call) ([]byte, error) {
	header := c.Header("Content-Digest")
	if header == "" {
		return nil, nil
	}
	value, ok := strings.CutPrefix(header, "sha-256=:")
	value, closed := strings.CutSuffix(value, ":")
	digest, err := base64.StdEncoding.DecodeString(value)
	if !ok || !closed || err != nil || len(digest) != 32 {
		return nil, act.NewError(act.Invalid, "L'en-tête Content-Digest n'est pas lisible. Donnez « sha-256=:…: » en base64, ou retirez-le.")
	}
	return digest, nil
}
