package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cloison/act"
	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
	"cloison/web"
)

// bodies writes what would leave, one body per referral still open, from the settled answers and from what the events say. Nothing in it
// is entered by hand: the procedural boxes, the form, the outcome and the authors all follow (REQ-8, invariant 5).
func (k *Desk) bodies(ctx context.Context, q db.Querier, d store.Dossier, s medical.Settlement, at time.Time) ([]release.OpinionBody, error) {
	author, ok := d.Case.AuthorAt(at)
	if !ok || author.Author != string(medical.College) {
		return nil, act.Deny(string(medical.CollegeNotCompetent))
	}
	decision, lines, err := k.signatories(ctx, q, d)
	if err != nil {
		return nil, err
	}
	a := s.Answers()
	body := release.OpinionBody{
		ReferralVersion: 1, Version: nextOpinion(d), Kind: release.Kind(d.Case.KindAt(at)),
		Form:        release.Form{Annexe: release.Annexe(author.Annexe), Version: author.Form},
		Country:     release.Country{Role: release.CountryRole(d.Case.Country.Role), Country: d.Case.Country.Country},
		StageReport: stage(d, medical.StageReport), StageOpinion: stage(d, medical.StageOpinion),
		CareNeeded: release.CareNeeded(a.Q1), ExceptionalGravity: as[release.ExceptionalGravity](a.Q2),
		TreatmentAvailable: as[release.TreatmentAvailable](a.Q3), DurationMonths: a.Q4Months, CanTravel: as[release.CanTravel](a.Q5),
		Outcome: release.Outcome(medical.Outcome(a)), Decision: decision, Authors: lines,
	}
	var list []release.OpinionBody
	for _, r := range openReferrals(d) {
		body.ID, body.Referral, body.Receiver = release.OpinionID(r.ID, body.Version), r.ID, receiver(d, r)
		list = append(list, body)
	}
	return list, nil
}

// receiver is the prefecture in charge, as it was at the first signature that stands: a transfer between two signatures changes no word of
// what was signed, and the administrative zone gives the opinion to whoever is in charge by then.
func receiver(d store.Dossier, r store.Referral) string {
	for _, e := range d.Case.Events {
		if s, ok := e.Data.(medical.Signature); ok && s.Composition == d.Policy.Composition.Version {
			return d.Case.PrefectureWhen(r.ID, e)
		}
	}
	return r.Prefecture
}

// signatories are the members of the composition as line numbers of the decision that lists them.
func (k *Desk) signatories(ctx context.Context, q db.Querier, d store.Dossier) (release.DecisionRef, []int, error) {
	decision, err := store.GetDecision(ctx, q, d.Policy.Composition.Decision)
	if err != nil {
		return release.DecisionRef{}, nil, err
	}
	digest, err := decision.Digest()
	if err != nil {
		return release.DecisionRef{}, nil, err
	}
	var lines []int
	for _, line := range decision.Lines {
		if slices.Contains(d.Policy.Composition.Members, line.Person) {
			lines = append(lines, line.Line)
		}
	}
	if len(lines) != len(d.Policy.Composition.Members) {
		return release.DecisionRef{}, nil, fmt.Errorf("composition of dossier %s names somebody outside its decision", d.ID)
	}
	return release.DecisionRef{Ref: decision.Ref, Digest: digest}, lines, nil
}

func stage(d store.Dossier, s medical.Stage) *release.Stage {
	if s == medical.StageReport && !d.Case.Stay() {
		return nil // no report in a removal procedure
	}
	b := medical.BoxesOf(d.Case.Events, s)
	return &release.Stage{Convocation: release.Box(b.Convocation), Exams: release.Box(b.Exams), Identity: release.Box(b.Identity)}
}

func as[T ~string](p *string) *T {
	if p == nil {
		return nil
	}
	v := T(*p)
	return &v
}

// openSettlement opens the common answers of the round in progress.
func (k *Desk) openSettlement(c *web.Call, permit *act.Permit, d store.Dossier) (medical.Settlement, error) {
	composition := d.Policy.Composition
	ref := vault.Ref{Kind: store.KindSettlement, ID: settlementID(composition.Version, composition.Round)}
	var settled medical.Settlement
	err := k.Vault.OpenRecords(c.Context(), permit, []vault.Ref{ref}, func(_ int, plain []byte) (err error) {
		settled, err = unseal[medical.Settlement](plain)
		return err
	})
	return settled, err
}

// nextOpinion is the version that would be issued now.
func nextOpinion(d store.Dossier) int {
	version := 1
	for _, e := range d.Case.Events {
		if e.Type == medical.EvOpinionIssued {
			version++
		}
	}
	return version
}

// openReferrals are the referrals that still await an opinion.
func openReferrals(d store.Dossier) []store.Referral {
	var open []store.Referral
	for _, r := range d.Referrals {
		if !d.Case.Dropped(r.ID) {
			open = append(open, r)
		}
	}
	return open
}
