package relay

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"github.com/jackc/pgx/v5"

	"cloison/internal/crash"
	"cloison/internal/db"
	"cloison/medical/store"
	"cloison/release"
)

const flowShreddings = "shreddings"

// tellShredding tells the other zone of one dossier that was destroyed, by a digest alone (TestADestructionIsToldByADigest). Killed between its answer and
// the row, it tells it again, and there it stands once.
func (r *Relay) tellShredding(ctx context.Context) (did bool, err error) {
	dossier, err := store.NextShredding(ctx, r.o.Pool)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	digest := release.Shredding(dossier)
	crash.Point("relay/shredding.before")
	if _, err := r.exchange(ctx, http.MethodPut, r.o.URL+"/relay/v1/shreddings/"+hex.EncodeToString(digest[:]), nil); err != nil {
		return false, fmt.Errorf("telling a destruction: %w", err)
	}
	crash.Point("relay/shredding.after")
	err = db.InTx(ctx, r.o.Pool, func(tx pgx.Tx) error { return store.ForgetShredding(ctx, tx, dossier) })
	return err == nil, err
}
