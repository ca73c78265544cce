package relay

import (
	"context"
	"errors"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
)

// checkAttestation: one was asked for, by this number, and has no answer yet; its days lie within the procedure and its lines in a decision
// that this zone holds. release.TestBitsOfAnAttestation counts what is left.
func checkAttestation(ctx context.Context, tx *act.Tx, a release.Attestation, referral store.Referral) error {
	awaited, err := store.AttestationAwaited(ctx, tx, referral.ID, a.Request)
	if err != nil {
		return err
	}
	if !awaited {
		return refuse(act.Conflict, ruleUnasked)
	}
	first := release.DateOf(referral.OpenedAt.UTC().Add(-westward))
	last := release.DateOf(tx.Now.UTC().AddDate(0, 0, 1))
	for _, day := range append(a.Dates(), a.On) {
		if !between(day, first, last) {
			return refuse(act.Invalid, ruleContent)
		}
	}
	if a.Decision == nil {
		return nil
	}
	lines, err := store.DecisionLines(ctx, tx, a.Decision.Ref, a.Decision.Digest)
	if errors.Is(err, store.ErrNotFound) {
		return refuse(act.Invalid, ruleDecision)
	}
	if err != nil {
		return err
	}
	for _, s := range a.Signatures {
		if s.Line > lines {
			return refuse(act.Invalid, ruleAuthors)
		}
	}
	return nil
}
