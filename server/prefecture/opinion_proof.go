package prefecture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"cloison/act"
	"cloison/audit"
	"cloison/release"
	"cloison/release/evidence"
	"cloison/server/store"
	"cloison/web"
)

// LogProof is what shows that the medical zone's log holds the delivery of an opinion, under a head that this zone countersigned. It was checked when it
// came; with public keys alone, anybody checks it again (`cloison audit prove`).
type LogProof struct {
	Position   int64           `json:"position"` // of the entry of the delivery
	Size       int64           `json:"size"`     // of the log under the head
	ReceivedAt release.Instant `json:"received_at"`
	Evidence   evidence.File   `json:"evidence"`
}

// findProof answers audit.ErrNotInLog while the proof has not come.
func findProof(ctx context.Context, q audit.Querier, seq int64) (LogProof, error) {
	given, err := audit.GetGiven(ctx, q, seq)
	if err != nil {
		return LogProof{}, err
	}
	body, err := store.GetReleaseBody(ctx, q, seq)
	return LogProof{
		Position: given.Position, Size: given.Size, ReceivedAt: release.InstantOf(given.At),
		Evidence: evidence.File{Release: string(body), Proof: given.Proof},
	}, err
}

// getOpinionEvidence gives the opinion as it crossed and its proof, as one file to keep.
func (d *Desk) getOpinionEvidence(c *web.Call, in getOpinionIn) (web.Reply[web.Binary], error) {
	var referral store.Referral
	var opinion string
	var proof LogProof
	a := c.Act(act.Object{Kind: "referral", ID: in.Referral})
	a.Load = loadReferral(in.Referral, &referral)
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		found, err := store.GetOpinion(ctx, tx, in.Referral)
		if errors.Is(err, store.ErrNotFound) {
			return act.Deny("OPINION_NOT_ISSUED")
		}
		if err != nil {
			return err
		}
		opinion = found.Opinion.ID
		proof, err = findProof(ctx, tx, found.Seq)
		if errors.Is(err, audit.ErrNotInLog) {
			return act.NewError(act.Conflict, "La preuve d’inscription au journal n’est pas encore arrivée. L’avis vaut sans elle ; revenez la prendre dans une minute.")
		}
		return err
	})
	if err != nil {
		return web.Reply[web.Binary]{}, err
	}
	var file bytes.Buffer
	encoder := json.NewEncoder(&file)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(proof.Evidence); err != nil {
		return web.Reply[web.Binary]{}, fmt.Errorf("writing the evidence of opinion %s: %w", opinion, err)
	}
	return web.Bytes(web.Content{
		Size: int64(file.Len()), MediaType: "application/octet-stream", Name: "preuve-" + opinion + ".json", Source: memory(file.Bytes()),
	}), nil
}
