package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/release"
)

// OpinionBodies writes what would leave at an instant, one body per referral still open, from the common answers and from what the events
// say, in ascending order of referral. Nothing in it is entered by hand: the procedural boxes, the form, the outcome and the authors all
// follow (REQ-8, invariant 5). The error is COLLEGE_NOT_COMPETENT or MED1_NOT_COMPETENT
// where the person's liberty made another author competent than the one designated (REQ-2).
func OpinionBodies(ctx context.Context, q db.Querier, d Dossier, a medical.Answers, at time.Time) ([]release.OpinionBody, error) {
	if err := medical.CheckAuthor(d.Case, medical.AuthorKind(d.Policy.Composition.Author), at); err != nil {
		return nil, err
	}
	author, _ := d.Case.AuthorAt(at)
	decision, lines, err := signatories(ctx, q, d)
	if err != nil {
		return nil, err
	}
	body := release.OpinionBody{
		ReferralVersion: 1, Version: nextOpinion(d, len(d.Case.Events)+1), Kind: release.Kind(d.Case.KindAt(at)),
		Form:        release.Form{Annexe: release.Annexe(author.Annexe), Version: author.Form},
		Country:     release.Country{Role: release.CountryRole(d.Case.Country.Role), Country: d.Case.Country.Country},
		StageReport: stage(d, medical.StageReport), StageOpinion: stage(d, medical.StageOpinion),
		CareNeeded: release.CareNeeded(a.Q1), ExceptionalGravity: as[release.ExceptionalGravity](a.Q2),
		TreatmentAvailable: as[release.TreatmentAvailable](a.Q3), DurationMonths: a.Q4Months, CanTravel: as[release.CanTravel](a.Q5),
		Outcome: release.Outcome(medical.Outcome(a)), Decision: decision, Authors: lines,
	}
	var list []release.OpinionBody
	for _, r := range d.Referrals {
		if d.Case.Dropped(r.ID) {
			continue // closed without an opinion
		}
		body.ID, body.Referral, body.Receiver = release.OpinionID(r.ID, body.Version), r.ID, receiver(d, r)
		body.Replaces = replaced(body)
		list = append(list, body)
	}
	slices.SortFunc(list, func(x, y release.OpinionBody) int { return cmp.Compare(x.Referral, y.Referral) })
	return list, nil
}

// replaced is the version before, which a corrected opinion names.
func replaced(body release.OpinionBody) *string {
	if body.Version == 1 {
		return nil
	}
	before := release.OpinionID(body.Referral, body.Version-1)
	return &before
}

// receiver is the prefecture in charge, as it was at the first signature that stands: a transfer between two signatures changes no word of
// what was signed, and the administrative zone gives the opinion to whoever is in charge by then.
func receiver(d Dossier, r Referral) string {
	standing := slices.DeleteFunc(medical.Signatures(d.Case), func(s medical.SignatureGiven) bool {
		return s.Void != nil || s.Composition != d.Policy.Composition.Version
	})
	for _, e := range d.Case.Events {
		if len(standing) > 0 && e.Type == medical.EvSigned && e.Actor == standing[0].Member && e.At.Equal(standing[0].At) {
			return d.Case.PrefectureWhen(r.ID, e)
		}
	}
	return r.Prefecture
}

// signatories are the members of the composition as line numbers of the decision that lists them.
func signatories(ctx context.Context, q db.Querier, d Dossier) (release.DecisionRef, []int, error) {
	decision, err := GetDecision(ctx, q, d.Policy.Composition.Decision)
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

func stage(d Dossier, s medical.Stage) *release.Stage {
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
