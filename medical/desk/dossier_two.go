package desk

import (
	"context"

	"cloison/act"
	"cloison/medical/store"

	"github.com/jackc/pgx/v5"
)

// alsoLocking has an act lock another dossier too, before it loads its own.
func alsoLocking(a act.Act, other string) act.Act {
	load, own := a.Load, a.Object.ID
	a.Load = func(ctx context.Context, tx pgx.Tx) (any, error) {
		if err := store.LockDossiers(ctx, tx, own, other); err != nil {
			return nil, err
		}
		return load(ctx, tx)
	}
	return a
}
