package relay

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/release"
	"cloison/release/form"
	"cloison/server/store"
)

// check holds a release against what this zone already knows, and gives the document of an opinion. Each line closes a way to say more than
// the form does: release.TestBitsBeyondTheLegalForm counts what is left.
func (r *Relay) check(ctx context.Context, tx *act.Tx, came release.Release, referral store.Referral) (*store.Document, error) {
	switch {
	case came.Notice != nil:
		return nil, checkNotice(ctx, tx, *came.Notice, referral)
	case came.Attestation != nil:
		return nil, checkAttestation(ctx, tx, *came.Attestation, referral)
	}
	o := *came.Opinion
	switch {
	case o.ReferralVersion != referral.Version:
		return nil, refuse(act.Invalid, ruleReferral)
	case o.Kind.Family() != referral.Kind.Family() || o.Country != referral.ReferenceCountry:
		return nil, refuse(act.Invalid, ruleContent)
	// A day of grace: the date of issue is that of the territory, this instant is UTC, and clocks differ.
	case release.DateOf(tx.Now.AddDate(0, 0, 1)).Before(o.IssuedOn):
		return nil, refuse(act.Invalid, ruleContent)
	}
	// An opinion that was being signed when the referral was transferred names the prefecture of that day; it goes to the one in charge.
	inCharge, err := store.EverInCharge(ctx, tx, referral.ID, o.Receiver)
	if err != nil {
		return nil, err
	}
	if !inCharge {
		return nil, refuse(act.Invalid, ruleReceiver)
	}
	last, err := store.LastOpinionVersion(ctx, tx, referral.ID)
	if err != nil {
		return nil, err
	}
	if o.Version != last+1 {
		return nil, refuse(act.Conflict, ruleVersion)
	}
	if err := checkDecision(ctx, tx, o); err != nil {
		return nil, err
	}
	return r.checkSeal(ctx, tx, o)
}

// checkSeal renders the document from this zone's own copies, and checks the seal over those bytes. A seal that does not verify, or a form
// that this program does not render, is set aside (quarantine.go). A correction may have crossed the opinion: then it is under the names
// before (TestACorrectionMayCrossAnOpinion).
func (r *Relay) checkSeal(ctx context.Context, tx pgx.Tx, o release.Opinion) (*store.Document, error) {
	states, err := store.ReferralAsCrossed(ctx, tx, o.Referral, o.ReferralVersion)
	if err != nil {
		return nil, err
	}
	decision, err := store.GetDecision(ctx, tx, o.Decision.Ref)
	if err != nil {
		return nil, err
	}
	var wrong error
	for _, referral := range states {
		names, err := form.NamesOf(o.OpinionBody, referral.Civil, referral.Requester, referral.AGDREF, decision)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		file, err := r.Pins.Verify(o, names)
		if err == nil {
			document := store.DocumentOf(file, names)
			return &document, nil
		}
		wrong = errors.Join(wrong, err)
	}
	refused := act.Wrap(act.Invalid, sentenceRefuse, wrong)
	refused.Rule, refused.Visible = ruleSeal, true
	return nil, refused
}

// checkDecision: R. 425-13, the prefect must be able to check the competence of the signatories.
func checkDecision(ctx context.Context, tx pgx.Tx, o release.Opinion) error {
	authors, err := store.AuthorsOf(ctx, tx, o)
	switch {
	case err != nil:
		return err
	case !authors.DecisionHolds:
		return refuse(act.Invalid, ruleDecision)
	case !authors.Listed:
		return refuse(act.Invalid, ruleAuthors)
	}
	return nil
}
