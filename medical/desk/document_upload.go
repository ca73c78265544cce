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

// uploadDocument takes the content of a document, or what follows of it, from the offset that getUpload says. The right to write is decided
// before the first byte is read; the content then streams, sealed part by part, into the store, each whole part recorded as it comes; the
// act comes last, and completes the document where the call says so. Killed in between, the whole parts stay and the rest is swept.
func (k *Desk) uploadDocument(c *web.Call, in uploadDocumentInput) (web.Reply[UploadView], error) {
	var d store.Dossier
	a := onDocument(c, in.Dossier, in.Document, &d)
	digest, err := declaredDigest(c)
	if err != nil {
		return web.Reply[UploadView]{}, k.refused(c, a, err)
	}
	replayed, err := k.Gate.Replayed(c.Context(), c.Who, a)
	if err != nil {
		return web.Reply[UploadView]{}, err
	}
	if replayed {
		err = k.answerAgain(c, a)
	} else {
		err = k.takeContent(c, a, &d, vault.Upload{
			Dossier: in.Dossier, Document: in.Document, Offset: in.Offset, Complete: in.Complete, SHA256: digest})
	}
	if err != nil {
		return web.Reply[UploadView]{}, err
	}
	view, err := k.viewUpload(c.Context(), in.Dossier, in.Document)
	return web.OK(view), err
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

func (k *Desk) takeContent(c *web.Call, a act.Act, d *store.Dossier, u vault.Upload) error {
	permit, err := k.Gate.Read(c.Context(), c.Who, a)
	if err != nil {
		return err
	}
	if err := permit.Redeem(); err != nil {
		return err
	}
	part, recorded := a, false
	part.IdempotencyKey = "" // it is of the call
	u.Act = func(ctx context.Context, fn func(context.Context, *act.Tx) error) error {
		_, err := k.Gate.Do(ctx, c.Who, part, fn)
		recorded = err != nil // a refusal, which the gate has recorded
		return err
	}
	received, err := k.Vault.Receive(c.Context(), u, c.Body())
	if err != nil {
		_ = permit.Close(c.Context(), false, 0)
		if recorded {
			return err
		}
		return k.refused(c, a, refusal(err))
	}
	defer func() { _ = received.Close(c.Context()) }() // where it fails, a sweep settles what is left
	_, err = k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		tx.AfterCommit(k.Released)
		if err := received.Complete(ctx, tx, c.Who.ID); err != nil {
			return err
		}
		if !u.Complete {
			return nil
		}
		return k.tellCollege(c, work{Tx: tx, ctx: ctx, d: d}, u.Document)
	})
	if err != nil {
		_ = permit.Close(c.Context(), false, 0)
		return err
	}
	return permit.Close(c.Context(), true, 0)
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
		return nil, act.NewError(act.Invalid, "L’en-tête Content-Digest n’est pas lisible. Donnez « sha-256=:…: » en base64, ou retirez-le.")
	}
	return digest, nil
}
