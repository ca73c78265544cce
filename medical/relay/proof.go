package relay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"cloison/act"
	"cloison/audit"
	"cloison/medical/store"
	"cloison/release"
	"cloison/release/evidence"
)

const flowProofs = "proofs"

// nameOpinion puts the digest of an opinion that was delivered into the entry that says so: the leaf of that entry is what proves the opinion. Its seal is
// in what is hashed, so that no answer can be tried against it (TestADeliveryNamesItsOpinion). No other release is named: a notice has no seal.
func nameOpinion(tx *act.Tx, body []byte) {
	if r, err := release.Decode[release.Release](body); err == nil && r.Opinion != nil {
		tx.Digest(evidence.Digest(body))
	}
}

// giveProof gives the oldest opinion that was delivered the proof that this zone's log holds its delivery, once the other zone has countersigned a head
// that does. Nothing waits for it. Killed between the answer and the row, it gives the same proof, or one under a later head, again.
func (r *Relay) giveProof(ctx context.Context) (did bool, err error) {
	seq, entry, err := store.NextUnproven(ctx, r.o.Pool)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	proof, err := audit.ProveTo(ctx, r.o.Pool, entry, r.o.Logs.PeerWitness.Name())
	if errors.Is(err, audit.ErrNotCountersigned) {
		return false, nil // the integrator alarms if it lasts
	}
	if err != nil {
		return false, err
	}
	head, err := proof.Check(r.o.Logs.Own, r.o.Logs.PeerWitness)
	if err != nil {
		return false, fmt.Errorf("proving release %d: %w", seq, errors.Join(errForked, err))
	}
	file := proof.Format()
	status, _, err := r.ask(ctx, http.MethodPut, "proof/"+strconv.FormatInt(seq, 10), file)
	if err == nil && status != http.StatusNoContent {
		err = fmt.Errorf("answered %d: %w", status, errUnexpected)
	}
	if err != nil {
		return false, fmt.Errorf("giving the proof of release %d: %w", seq, err)
	}
	given := audit.Given{Release: seq, Position: proof.Position, Size: head.Size, At: r.o.Logs.Clock.Now(), Proof: string(file)}
	return true, audit.KeepGiven(ctx, r.o.Pool, given)
}
