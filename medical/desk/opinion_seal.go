package desk

import (
	"crypto/sha256"
	"encoding/json"

	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
)

// sealed asks keyholder for the seal of each opinion, against the approvals of its three authors. What they approved covers every body, so
// keyholder is shown them all.
func (k *Desk) sealed(w work, bodies []release.OpinionBody, last string) ([]release.Opinion, error) {
	approvals, err := store.ApprovalsOf(w.ctx, w.Tx, w.d.ID, w.d.Policy.Composition.Version)
	if err != nil {
		return nil, err
	}
	together, err := canonicalBodies(bodies)
	if err != nil {
		return nil, err
	}
	asked := keyholder.SignOpinionRequest{Dossier: w.d.ID, Approvals: append(approvals, last), Bodies: together}
	var opinions []release.Opinion
	for _, body := range bodies {
		unsealed := release.Unsealed{OpinionBody: body, IssuedOn: release.Date(k.today(*w.d).String())}
		if asked.Opinion, err = release.Canonical(unsealed); err != nil {
			return nil, err
		}
		digest := sha256.Sum256(asked.Opinion)
		asked.ToSealDigest = digest[:]
		seal, err := k.Keys.SignOpinion(w.ctx, asked)
		if err != nil {
			return nil, vault.KeyError(err)
		}
		opinions = append(opinions, release.Opinion{Unsealed: unsealed, Seal: release.Seal(seal)})
	}
	return opinions, nil
}

// canonicalBodies are what is approved together; nothing when there is one body, which its opinion holds.
func canonicalBodies(bodies []release.OpinionBody) ([]json.RawMessage, error) {
	if len(bodies) < 2 {
		return nil, nil
	}
	var all []json.RawMessage
	for _, body := range bodies {
		canonical, err := release.Canonical(body)
		if err != nil {
			return nil, err
		}
		all = append(all, canonical)
	}
	return all, nil
}
