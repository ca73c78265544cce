package desk

import (
	"fmt"

	"cloison/identity"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// approval takes the author's fresh approval of digest, consumes it and archives it sealed, all in the transaction of the act. Only an act that policy allows
// comes this far, so the demand for one tells nothing of a dossier to who may not know it (TestEveryOperationRefusesWhomTheMatrixRefuses).
func (k *Desk) approval(c *web.Call, w work, action string, digest []byte) (store.Approval, error) {
	given, err := k.Identity.RequireStepUp(w.ctx, w.Tx, c.Who, identity.StepUp{Act: action, Dossier: w.d.ID, Digest: digest})
	if err != nil {
		return store.Approval{}, err
	}
	if err := k.Identity.ConsumeStepUp(w.ctx, w.Tx, given.ID); err != nil {
		return store.Approval{}, err
	}
	kept, err := vault.ParseApproval(given.JSON)
	if err != nil {
		return store.Approval{}, fmt.Errorf("step-up %s: %w", given.ID, err)
	}
	if err := k.Vault.KeepApproval(w.ctx, w.Tx, w.d.ID, c.Who.ID, kept); err != nil {
		return store.Approval{}, err
	}
	return store.Approval{ID: kept.ID, StepUp: given.ID, At: kept.At}, nil
}
