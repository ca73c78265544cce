package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// Opened is a request that was made, and the dossier as it leaves it. Its id is its reference.
type Opened struct {
	ID      string `json:"id"`
	Dossier string `json:"dossier"`
	store.View
}

// create is write for an act that opens a request: fn answers its reference, which names it in the entry and in a replay.
func (k *Desk) create(c *web.Call, a act.Act, d *store.Dossier, fn func(work) (ref string, err error)) (web.Reply[Opened], error) {
	var after store.View
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		tx.AfterCommit(k.Released)
		ref, err := fn(work{Tx: tx, ctx: ctx, d: d})
		if err != nil {
			return refusal(err)
		}
		tx.SetItem(ref)
		tx.SetStatus(http.StatusCreated)
		after, err = store.ViewOf(*d, tx.Now)
		return err
	})
	if err != nil {
		return web.Reply[Opened]{}, err
	}
	if result.Replayed {
		now, err := k.look(c, a.Object.ID)
		if err != nil {
			return web.Reply[Opened]{}, err
		}
		after = now.Body
	}
	id := result.Object.Item
	return web.Created("/api/v1/dossiers/"+a.Object.ID+"/requests/"+id, Opened{ID: id, Dossier: a.Object.ID, View: after}), nil
}

// sealCivil writes v as the next version of a record of the civil compartment.
func (k *Desk) sealCivil(c *web.Call, w work, kind, id string, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding %s of dossier %s: %w", kind, w.d.ID, err)
	}
	_, err = k.Vault.SealRecord(w.ctx, w.Tx, vault.Sealing{
		Dossier: w.d.ID, Compartment: store.Civil, Kind: kind, ID: id, Author: c.Who.ID, Plain: plain})
	return err
}

// holds refuses a piece that is not in the dossier: events name pieces by their ids.
func (w work) holds(documents []string) error {
	for _, id := range documents {
		if _, err := store.GetDocument(w.ctx, w.Tx, w.d.ID, id); err != nil {
			return missing(err)
		}
	}
	return nil
}
