package desk

import (
	"context"
	"fmt"

	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/release/form"
)

// sealed renders each opinion and asks keyholder for its seal, against the approvals of its three authors.
func (k *Desk) sealed(w work, all applicants, bodies []release.OpinionBody, last string) ([]release.Opinion, error) {
	approvals, err := store.ApprovalsOf(w.ctx, w.Tx, w.d.ID, w.d.Policy.Composition.Version)
	if err != nil {
		return nil, err
	}
	approvals = append(approvals, last)
	var opinions []release.Opinion
	for _, body := range bodies {
		unsealed := k.unsealed(*w.d, body)
		document, err := k.document(w.ctx, w.Tx, all, unsealed)
		if err != nil {
			return nil, err
		}
		opinion, err := k.sealOpinion(w.ctx, w.d.ID, unsealed, document, approvals)
		if err != nil {
			return nil, err
		}
		opinions = append(opinions, opinion)
	}
	return opinions, nil
}

// sealOpinion checks what keyholder gives as the other zone will: what it would set aside does not leave.
func (k *Desk) sealOpinion(ctx context.Context, dossier string, unsealed release.Unsealed, document form.Document, approvals []string) (release.Opinion, error) {
	canonical, err := release.Canonical(unsealed)
	if err != nil {
		return release.Opinion{}, err
	}
	digest := document.Digest()
	seal, err := k.Keys.SignOpinion(ctx, keyholder.SignOpinionRequest{
		Dossier: dossier, Opinion: canonical, ToSealDigest: digest[:], Approvals: approvals})
	if err != nil {
		return release.Opinion{}, vault.KeyError(err)
	}
	opinion := release.Opinion{Unsealed: unsealed, Seal: release.Seal(seal)}
	if _, err := k.Pins.Seal(document, opinion); err != nil {
		return release.Opinion{}, fmt.Errorf("checking the seal that keyholder gave: %w", err)
	}
	return opinion, nil
}
