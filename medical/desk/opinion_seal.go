package desk

import (
	"context"
	"crypto/sha256"

	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
)

// sealed asks keyholder for the seal of each opinion, against the approvals of its three authors.
func (k *Desk) sealed(w work, bodies []release.OpinionBody, last string) ([]release.Opinion, error) {
	approvals, err := store.ApprovalsOf(w.ctx, w.Tx, w.d.ID, w.d.Policy.Composition.Version)
	if err != nil {
		return nil, err
	}
	approvals = append(approvals, last)
	var opinions []release.Opinion
	for _, body := range bodies {
		unsealed := release.Unsealed{OpinionBody: body, IssuedOn: release.Date(k.today(*w.d).String())}
		opinion, err := k.sealOpinion(w.ctx, w.d.ID, unsealed, approvals)
		if err != nil {
			return nil, err
		}
		opinions = append(opinions, opinion)
	}
	return opinions, nil
}

func (k *Desk) sealOpinion(ctx context.Context, dossier string, unsealed release.Unsealed, approvals []string) (release.Opinion, error) {
	canonical, err := release.Canonical(unsealed)
	if err != nil {
		return release.Opinion{}, err
	}
	digest := sha256.Sum256(canonical)
	seal, err := k.Keys.SignOpinion(ctx, keyholder.SignOpinionRequest{
		Dossier: dossier, Opinion: canonical, ToSealDigest: digest[:], Approvals: approvals})
	if err != nil {
		return release.Opinion{}, vault.KeyError(err)
	}
	return release.Opinion{Unsealed: unsealed, Seal: release.Seal(seal)}, nil
}
