package desk

import (
	"encoding/json"
	"fmt"

	"cloison/crypto/keyholder"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/release/form"
)

// sealed renders each opinion and asks keyholder for its seal, against the approvals of its three authors. What they approved covers every
// body, so keyholder is shown them all.
func (k *Desk) sealed(w work, all *applicants, bodies []release.OpinionBody, last string) ([]release.Opinion, error) {
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
		unsealed := k.unsealed(*w.d, body)
		document, err := k.document(w.ctx, w.Tx, all, unsealed)
		if err != nil {
			return nil, err
		}
		opinion, err := k.sealOpinion(w, asked, unsealed, document)
		if err != nil {
			return nil, err
		}
		opinions = append(opinions, opinion)
	}
	return opinions, nil
}

// sealOpinion checks what keyholder gives as the other zone will: what it would set aside does not leave
// (TestASealThatTheOtherZoneWouldSetAsideDoesNotLeave).
func (k *Desk) sealOpinion(w work, asked keyholder.SignOpinionRequest, unsealed release.Unsealed, document form.Document) (release.Opinion, error) {
	canonical, err := release.Canonical(unsealed)
	if err != nil {
		return release.Opinion{}, err
	}
	digest := document.Digest()
	asked.Opinion, asked.ToSealDigest = canonical, digest[:]
	seal, err := k.Keys.SignOpinion(w.ctx, asked)
	if err != nil {
		return release.Opinion{}, vault.KeyError(err)
	}
	opinion := release.Opinion{Unsealed: unsealed, Seal: release.Seal(seal)}
	if _, err := k.Pins.Seal(document, opinion); err != nil {
		return release.Opinion{}, fmt.Errorf("checking the seal that keyholder gave: %w", err)
	}
	return opinion, nil
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
