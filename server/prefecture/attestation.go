package prefecture

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type requestAttestationIn struct {
	Referral   string  `path:"referral" json:"-" validate:"uuid"`
	CaseNumber *string `json:"case_number"`
}

// requestAttestation asks the medical zone how the procedure went, for a court's case that has its number: given here, or with the appeal.
// It is the only way in which a prefecture learns who the rapporteur was (CAA Douai, 2 July 2020, 19DA00895).
func (d *Desk) requestAttestation(c *web.Call, in requestAttestationIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		number := r.Appeal.CaseNumber
		if in.CaseNumber != nil {
			number = in.CaseNumber
		}
		switch {
		case number == nil:
			return act.Deny("CASE_NUMBER_REQUIRED")
		case !caseNumber.MatchString(*number):
			return wrongField("case_number")
		}
		event := release.ReferralEvent{Type: release.EventAttestation, Attestation: &release.AttestationRequest{Referral: r.ID}}
		seq, err := store.AppendEvent(ctx, tx, event, tx.Now)
		if err != nil {
			return err
		}
		return store.RecordAttestationRequest(ctx, tx, r.ID, seq, r.Appeal.Event, *number)
	})
}

// AttestationDetail is the attestation as it crossed, and the names that this zone joins from its copy of the decision.
type AttestationDetail struct {
	release.Attestation
	AGDREF         string       `json:"agdref"`
	RapporteurName *AuthorName  `json:"rapporteur_name"` // null where no decision of this zone lists him: the number is in the public directory
	AuthorNames    []AuthorName `json:"author_names"`
	Release        int64        `json:"release"`
	Court          *string      `json:"court"` // of the appeal that is open; neither crosses
	CaseNumber     *string      `json:"case_number"`

	person string // whom the referral is about, for the page
}

func (d *Desk) getAttestation(c *web.Call, in getReferralIn) (web.Reply[AttestationDetail], error) {
	var referral store.Referral
	var detail AttestationDetail
	a := c.Act(act.Object{Kind: "referral", ID: in.Referral})
	a.Load = loadReferral(in.Referral, &referral)
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		found, err := store.GetAttestation(ctx, tx, in.Referral)
		if errors.Is(err, store.ErrNotFound) {
			return act.Deny("ATTESTATION_NOT_RECEIVED")
		}
		if err != nil {
			return err
		}
		if detail, err = joinAttestation(ctx, tx, found); err != nil {
			return err
		}
		detail.person = personName(referral.Civil.Patient.FamilyName, referral.Civil.Patient.GivenNames)
		if a := referral.Appeal; a != nil {
			detail.Court, detail.CaseNumber = &a.Court, a.CaseNumber
		}
		return nil
	})
	if err != nil {
		return web.Reply[AttestationDetail]{}, err
	}
	return web.OK(detail), nil
}

func joinAttestation(ctx context.Context, tx pgx.Tx, found store.Release) (AttestationDetail, error) {
	detail := AttestationDetail{Attestation: *found.Attestation, AGDREF: found.AGDREF, Release: found.Seq, AuthorNames: []AuthorName{}}
	if detail.Decision == nil {
		return detail, nil
	}
	decision, err := store.GetDecision(ctx, tx, detail.Decision.Ref)
	if err != nil {
		return AttestationDetail{}, err
	}
	for _, l := range decision.Lines {
		name := AuthorName{l.Line, l.FamilyName, l.GivenName}
		if detail.Rapporteur != nil && l.RPPS == *detail.Rapporteur {
			detail.RapporteurName = &name
		}
		for _, s := range detail.Signatures {
			if s.Line == l.Line {
				detail.AuthorNames = append(detail.AuthorNames, name)
			}
		}
	}
	return detail, nil
}
