package desk

import (
	"context"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/medical/exit"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/policy"
	"cloison/web"
)

type getDisclosureInput struct {
	Dossier    string `path:"dossier" json:"-"`
	Disclosure string `path:"disclosure" json:"-"`
}

// getDisclosure gives the frozen archive to who made it, to be handed over: bytes, as an attachment.
func (k *Desk) getDisclosure(c *web.Call, in getDisclosureInput) (web.Reply[web.Binary], error) {
	var d store.Dossier
	var made store.Disclosure
	a := on(c, in.Dossier, in.Disclosure, &d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		var err error
		if made, err = store.GetDisclosure(ctx, tx, in.Dossier, in.Disclosure); err != nil {
			return nil, err
		}
		return policy.Disclosure{Dossier: d.Policy, Bundle: made.Bundle, Creator: made.CreatedBy}, nil
	}
	// The compartment is that of the exit: a secretary's session opens none but the civil one.
	frozen, err := store.GetDisclosure(c.Context(), k.Pool, in.Dossier, in.Disclosure)
	if err == nil {
		out, _ := exit.Of(frozen.Bundle)
		a.Context = policy.Context{Open: out.Compartment}
	}
	var document *vault.Document
	err = k.read(c, a, func(permit *act.Permit) (err error) {
		document, err = k.Vault.OpenDocument(c.Context(), permit, in.Disclosure)
		return err
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	return web.Bytes(web.Content{Size: document.Size(), MediaType: "application/octet-stream", Name: made.Bundle + ".zip",
		Source: &documentSource{document: document}}), nil
}
