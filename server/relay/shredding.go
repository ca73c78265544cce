package relay

import (
	"context"
	"encoding/hex"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/server/store"
)

// takeShredding receives the digest of a dossier that the medical zone destroyed. It stands in an entry of this zone's log, which that zone can't rewrite:
// restored from before, it is told what it must not bring back (TestADestroyedDossierThatComesBackIsTold).
func (r *Relay) takeShredding(c *fiber.Ctx) error {
	digest, err := hex.DecodeString(c.Params("digest"))
	if err != nil || len(digest) != 32 || hex.EncodeToString(digest) != c.Params("digest") || len(c.Request().Body()) > 0 {
		return act.NotFound()
	}
	a := r.act(c, "shredding.receive", act.Object{Kind: "portal"})
	_, err = r.Gate.Do(c.UserContext(), r.who, a, func(ctx context.Context, tx *act.Tx) error {
		tx.Digest(digest)
		return store.RecordShredding(ctx, tx, digest, tx.Now)
	})
	if err != nil {
		return err
	}
	return c.SendStatus(fiber.StatusNoContent)
}
