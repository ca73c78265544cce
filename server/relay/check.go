package relay

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
)

// check holds an opinion against what this zone already knows. Each line closes a way to say more than the form does:
// release.TestBitsBeyondTheLegalForm counts what is left.
func (r *Relay) check(ctx context.Context, tx *act.Tx, came release.Release, referral store.Referral) error {
	switch {
	case came.Notice != nil:
		return checkNotice(ctx, tx, *came.Notice, referral)
	case came.Attestation != nil:
		return checkAttestation(ctx, tx, *came.Attestation, referral)
	}
	o := *came.Opinion
	if err := release.Verify(r.SealKey, o); err != nil {
		return fmt.Errorf("%w: %w", refuse(act.Invalid, ruleSeal), err)
	}
	switch {
	case o.ReferralVersion != referral.Version:
		return refuse(act.Invalid, ruleReferral)
	case o.Kind.Family() != referral.Kind.Family() || o.Country != referral.ReferenceCountry:
		return refuse(act.Invalid, ruleContent)
	// A day of grace: the date of issue is that of the territory, this instant is UTC, and clocks differ.
	case release.DateOf(tx.Now.AddDate(0, 0, 1)).Before(o.IssuedOn):
		return refuse(act.Invalid, ruleContent)
	}
	// An opinion that was being signed when the referral was transferred names the prefecture of that day; it goes to the one in charge.
	inCharge, err := store.EverInCharge(ctx, tx, referral.ID, o.Receiver)
	if err != nil {
		return err
	}
	if !inCharge {
		return refuse(act.Invalid, ruleReceiver)
	}
	last, err := store.LastOpinionVersion(ctx, tx, referral.ID)
	if err != nil {
		return err
	}
	if o.Version != last+1 {
		return refuse(act.Conflict, ruleVersion)
	}
	return checkDecision(ctx, tx, o)
}

// checkDecision: the digest is that of a recorded state of this zone's own copy, and each author's line stands in that state and is in
// force on the day of issue (R. 425-13: the prefect must be able to check the competence of the signatories). Any recorded state will
// do: the decision may be completed in one zone before the other, or while an opinion is on its way
// (TestAnOpinionUnderAnEarlierStateOfTheDecision).
func checkDecision(ctx context.Context, tx pgx.Tx, o release.Opinion) error {
	lines, err := store.DecisionLines(ctx, tx, o.Decision.Ref, o.Decision.Digest)
	if errors.Is(err, store.ErrNotFound) {
		return refuse(act.Invalid, ruleDecision)
	}
	if err != nil {
		return err
	}
	decision, err := store.GetDecision(ctx, tx, o.Decision.Ref)
	if err != nil {
		return err
	}
	if (decision.Kind == "MED1") != (o.Form.Annexe.Authors() == 1) || !inForce(decision.ValidFrom, decision.ValidTo, o.IssuedOn) {
		return refuse(act.Invalid, ruleDecision)
	}
	for _, line := range o.Authors {
		if line > min(lines, len(decision.Lines)) || !inForce(decision.Lines[line-1].ValidFrom, decision.Lines[line-1].ValidTo, o.IssuedOn) {
			return refuse(act.Invalid, ruleAuthors)
		}
	}
	return nil
}

func inForce(from release.Date, to *release.Date, on release.Date) bool {
	return !on.Before(from) && (to == nil || !to.Before(on))
}
