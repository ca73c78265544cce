package desk

import (
	"fmt"

	"cloison/crypto/keyholder"
	"cloison/identity"
	"cloison/medical/store"
	"cloison/web"
)

// approval takes the author's fresh approval of digest and consumes it, both in the transaction of the act. Only an act that policy allows
// comes this far, so the demand for one tells nothing of a dossier to who may not know it (TestStepUpIsNoOracle).
func (k *Desk) approval(c *web.Call, w work, action string, digest []byte) (store.Approval, error) {
	given, err := k.Identity.RequireStepUp(w.ctx, w.Tx, c.Who, identity.StepUp{Act: action, Dossier: w.d.ID, Digest: digest})
	if err != nil {
		return store.Approval{}, err
	}
	if err := k.Identity.ConsumeStepUp(w.ctx, w.Tx, given.ID); err != nil {
		return store.Approval{}, err
	}
	kept, err := keyholder.ParseApproval(given.JSON)
	if err != nil {
		return store.Approval{}, fmt.Errorf("reading approval %s: %w", given.ID, err)
	}
	return store.Approval{ID: kept.ID, StepUp: given.ID, At: kept.At}, nil
}
