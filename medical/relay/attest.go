package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cloison/act"
	"cloison/identity"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/release"
)

// errUnasked: an attestation is asked for a referral that is before no court.
var errUnasked = fmt.Errorf("an attestation without an appeal: %w", errUnlawful)

// maxSteps is what one attestation holds; of more, the last are kept.
const maxSteps = 20

// attest answers a request for the attestation of the procedure. An appeal must stand here too: a zone that asks without one is refused, with
// an alarm (TestAnAttestationNeedsItsAppeal). It opens nothing: all of it stands in the events.
func (r *Relay) attest(ctx context.Context, tx *act.Tx, d store.Dossier, e release.ReferralEvent) error {
	if !d.Case.AppealPendingOn(e.About()) {
		return errUnasked
	}
	a, err := attestation(ctx, tx, d, e)
	if err != nil {
		return err
	}
	return store.QueueAttestation(ctx, tx, d.ID, a, tx.Now)
}

// attestation puts line numbers in place of the authors, and the number of the public directory in place of the rapporteur: no name crosses.
func attestation(ctx context.Context, tx *act.Tx, d store.Dossier, e release.ReferralEvent) (release.Attestation, error) {
	facts := medical.AttestationOf(d.Case)
	a := release.Attestation{
		ID: release.AttestationID(e.About(), e.Seq), Referral: e.About(), Request: e.Seq,
		On:                    release.Date(medical.LocalDate(tx.Now, d.Case.Direction).String()),
		CertificateReceivedOn: crossing(facts.CertificateReceivedOn), ReportSignedOn: crossing(facts.ReportSignedOn),
		ReportTransmittedOn: crossing(facts.ReportTransmittedOn), ComposedOn: crossing(facts.ComposedOn),
		IssuedOn: crossing(facts.IssuedOn), SentOn: crossing(facts.SentOn),
		Signatures: []release.AttestedSignature{}, Steps: []release.AttestedStep{},
	}
	if facts.OpinionVersion > 0 {
		a.OpinionVersion = &facts.OpinionVersion
	}
	for _, s := range facts.Steps[max(0, len(facts.Steps)-maxSteps):] {
		a.Steps = append(a.Steps, release.AttestedStep{
			Stage: release.AttestedStage(s.Stage), Step: release.AttestedKind(s.Kind), On: release.Date(s.On.String()), Done: s.Done})
	}
	if facts.Rapporteur != "" {
		person, err := identity.GetPractitioner(ctx, tx, facts.Rapporteur)
		if err != nil {
			return a, err
		}
		a.Rapporteur = &person.NationalID
	}
	return a, sign(ctx, tx, &a, facts)
}

func sign(ctx context.Context, tx *act.Tx, a *release.Attestation, facts medical.Attestation) error {
	if facts.DecisionRef == "" {
		return nil
	}
	decision, err := store.GetDecision(ctx, tx, facts.DecisionRef)
	if err != nil {
		return err
	}
	digest, err := decision.Digest()
	if err != nil {
		return err
	}
	a.Decision = &release.DecisionRef{Ref: decision.Ref, Digest: digest}
	for _, line := range decision.Lines {
		i := slices.IndexFunc(facts.Members, func(m medical.AttestedMember) bool { return m.Person == line.Person })
		if i >= 0 {
			a.Signatures = append(a.Signatures, release.AttestedSignature{Line: line.Line, SignedOn: crossing(facts.Members[i].SignedOn)})
		}
	}
	if len(a.Signatures) != len(facts.Members) {
		return errors.New("a composition names somebody outside its decision")
	}
	return nil
}

func crossing(d *medical.Date) *release.Date {
	if d == nil {
		return nil
	}
	c := release.Date(d.String())
	return &c
}
