package desk

import (
	"context"
	"errors"

	"cloison/act"
	"cloison/medical/store"
	"cloison/policy"
	"cloison/web"

	"github.com/jackc/pgx/v5"
)

// onDocument prepares an act upon one document of a dossier: the decision also rests on whose it is, whether it was set aside and whether a
// physician has opened it, all read under the lock of the dossier.
func onDocument(c *web.Call, dossier, document string, d *store.Dossier) act.Act {
	a := on(c, dossier, document, d)
	load := a.Load
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if _, err := load(ctx, tx); err != nil {
			return nil, err
		}
		found, err := store.GetDocument(ctx, tx, dossier, document)
		if errors.Is(err, store.ErrNotFound) {
			return nil, act.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		opened, err := store.WasOpened(ctx, tx, dossier, document)
		if err != nil {
			return nil, err
		}
		resource := d.Policy
		resource.Document = &policy.Document{ID: found.ID, Author: found.Author, Opened: opened, Excluded: found.Excluded.Reason}
		return resource, nil
	}
	return a
}
