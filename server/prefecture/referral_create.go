package prefecture

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/policy"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

// createReferralIn is what the prefecture knows. What the clock, the session or a rule gives (direction, legal basis,
// pipeline, dates of receipt) is no field of it, so it is refused as unknown.
type createReferralIn struct {
	After          string                  `query:"apres" json:"-" validate:"omitempty,uuid"` // the referral that this one follows, for its form
	Referral       referralIn              `json:"referral"`
	Applicant      release.Civil           `json:"applicant"`
	LibertyHistory []release.LibertyPeriod `json:"liberty_history" validate:"required,min=1,max=50"`
}

type referralIn struct {
	Kind                   release.Kind             `json:"kind" validate:"required"`
	Channel                release.Channel          `json:"channel" validate:"required"`
	RequestRegisteredOn    *release.Date            `json:"request_registered_on"`
	CertificateAvailableOn *release.Date            `json:"certificate_available_on"`
	Asylum                 *asylumIn                `json:"asylum"`
	RemovalDecision        *release.RemovalDecision `json:"removal_decision"`
	Prefecture             string                   `json:"prefecture" validate:"required"`
	AGDREF                 string                   `json:"agdref" validate:"required"`
	ReferenceCountry       release.Country          `json:"reference_country" validate:"required"`
	AdministrativeFiles    []fileIn                 `json:"administrative_files" validate:"required,min=1,max=9,unique=AGDREF,dive"`
	PreviousCase           *release.PreviousCase    `json:"previous_case"`
}

// fileIn is one administrative file: it becomes one referral.
type fileIn struct {
	AGDREF     string `json:"agdref" validate:"required"`
	Requester  string `json:"requester" validate:"required"`
	Prefecture string `json:"prefecture" validate:"required"`
}

// asylumIn: whether a request is late follows from the dates (D. 431-7), unless the prefecture says it.
type asylumIn struct {
	RegisteredOn        release.Date  `json:"registered_on" validate:"required"`
	InformationGivenOn  *release.Date `json:"information_given_on"`
	InformationLanguage *string       `json:"information_language"`
	InformationSigned   bool          `json:"information_signed"`
	Late                *bool         `json:"late"`
	NewCircumstances    bool          `json:"new_circumstances"`
}

func (d *Desk) createReferral(c *web.Call, in createReferralIn) (web.Reply[ReferralGroup], error) {
	result, err := d.Gate.Do(c.Context(), c.Who, in.act(c), func(ctx context.Context, tx *act.Tx) error {
		referrals, direction, err := d.drawReferrals(in, tx)
		if err != nil {
			return err
		}
		if err := store.OpenReferrals(ctx, tx, referrals, direction, c.Who.Reference, tx.Now); err != nil {
			return err
		}
		tx.SetObject("referral", referrals[0].ID)
		tx.AfterCommit(d.Bell.Ring)
		return nil
	})
	if err != nil {
		return web.Reply[ReferralGroup]{}, err
	}
	if result.Replayed {
		if err := d.mayStillSee(c, "referral.get", result.Object, loadReferral(result.Object.ID, new(store.Referral))); err != nil {
			return web.Reply[ReferralGroup]{}, err
		}
	}
	group, err := store.FindGroup(c.Context(), d.Pool, result.Object.ID)
	if err != nil {
		return web.Reply[ReferralGroup]{}, err
	}
	return web.Created("/api/v1/referrals/"+result.Object.ID, viewGroup(group)), nil
}

// act: policy decides on the prefecture that the referral names.
func (in createReferralIn) act(c *web.Call) act.Act {
	a := c.Act(act.Object{Kind: "referral"})
	a.Load = func(context.Context, pgx.Tx) (any, error) {
		return policy.Referral{Kind: "referral", Prefecture: in.Referral.Prefecture}, nil
	}
	return a
}

// localOverseas is what the corpus calls such a referral.
const localOverseas release.Kind = "OM_LOCAL"

// drawReferrals makes one referral per administrative file, all of one new group, and checks them.
func (d *Desk) drawReferrals(in createReferralIn, tx *act.Tx) ([]release.Referral, string, error) {
	// Arrêté du 27 décembre 2016, art. 13-1: there a local physician gives the opinion, not the Office's.
	if authority, _ := release.AuthorityOf(in.Referral.Prefecture); in.Referral.Kind == localOverseas || authority.LocalPhysician {
		return nil, "", act.Deny("OM_LOCAL")
	}
	direction, ok := release.Direction(in.Referral.Prefecture)
	if !ok {
		return nil, "", wrongField("referral.prefecture")
	}
	today := release.DateOf(d.localDate(tx.Now, direction))
	if in.Referral.Kind.Valid() && !release.MayReferOn(in.Referral.Prefecture, in.Referral.Kind, today) {
		return nil, "", act.Deny("AUTHORITY_NOT_COMPETENT")
	}
	if err := in.check(today); err != nil {
		return nil, "", err
	}
	group, err := d.drawID()
	if err != nil {
		return nil, "", err
	}
	var all []release.Referral
	for _, file := range in.Referral.AdministrativeFiles {
		r := in.referral(file)
		if r.ID, err = d.drawID(); err != nil {
			return nil, "", err
		}
		r.Group = group
		if err := r.Validate(); err != nil {
			return nil, "", refuseField(err)
		}
		all = append(all, r)
	}
	return all, direction, nil
}

func (in createReferralIn) referral(file fileIn) release.Referral {
	r := in.Referral
	return release.Referral{
		Version: 1, Kind: r.Kind, Prefecture: file.Prefecture, Channel: r.Channel,
		RequestRegisteredOn: r.RequestRegisteredOn, CertificateAvailableOn: r.CertificateAvailableOn,
		Asylum: r.Asylum.known(r.RequestRegisteredOn), RemovalDecision: r.RemovalDecision, AGDREF: file.AGDREF,
		ReferenceCountry: r.ReferenceCountry, Requester: file.Requester, PreviousCase: r.PreviousCase,
		LibertyHistory: in.LibertyHistory, Civil: in.Applicant,
	}
}

// known completes what was said of an asylum application. D. 431-7: three months from the written information; where
// none was given the delay cannot be held against the person.
func (a *asylumIn) known(requested *release.Date) *release.Asylum {
	if a == nil {
		return nil
	}
	known := &release.Asylum{
		RegisteredOn: a.RegisteredOn, InformationGivenOn: a.InformationGivenOn, InformationLanguage: a.InformationLanguage,
		InformationSigned: a.InformationSigned, NewCircumstances: a.NewCircumstances,
	}
	switch {
	case a.Late != nil:
		known.Late = *a.Late
	case requested != nil && a.InformationGivenOn != nil:
		known.Late = a.InformationGivenOn.AddMonths(3).Before(*requested)
	}
	return known
}

// check holds what one administrative file alone cannot show.
func (in createReferralIn) check(today release.Date) error {
	if !in.Applicant.Patient.BirthDate.Valid() || today.Before(in.Applicant.Patient.BirthDate) {
		return wrongField("applicant.patient.birth_date")
	}
	// Invariant 14. Before the requesters: a minor without representative is refused as that.
	if err := in.Applicant.CheckRepresentation(today); err != nil {
		return refuseField(err)
	}
	found := false
	for _, file := range in.Referral.AdministrativeFiles {
		switch {
		case file.Prefecture != in.Referral.Prefecture:
			return wrongField("referral.administrative_files.prefecture")
		case !in.requester(file):
			return wrongField("referral.administrative_files.requester")
		}
		found = found || file.AGDREF == in.Referral.AGDREF
	}
	if !found {
		return wrongField("referral.agdref")
	}
	return in.checkDates(today)
}

// checkDates: nothing that a paper says happened lies after today. Liberty is left out: it has hours. The blank certificate is announced: the
// person finds it within the month.
func (in createReferralIn) checkDates(today release.Date) error {
	if on := in.Referral.CertificateAvailableOn; on != nil && today.AddMonths(1).Before(*on) {
		return act.Deny("DATES_ORDER")
	}
	dates := []*release.Date{in.Referral.RequestRegisteredOn}
	if a := in.Referral.Asylum; a != nil {
		dates = append(dates, &a.RegisteredOn, a.InformationGivenOn)
	}
	if r := in.Referral.RemovalDecision; r != nil {
		dates = append(dates, &r.IssuedOn)
	}
	if p := in.Referral.PreviousCase; p != nil {
		dates = append(dates, &p.OpinionOn)
	}
	for _, date := range dates {
		if date != nil && today.Before(*date) {
			return act.Deny("DATES_ORDER")
		}
	}
	return nil
}

// requester: the patient, or a representative whose AGDREF number is the file's.
func (in createReferralIn) requester(file fileIn) bool {
	if file.Requester == "patient" {
		return true
	}
	for _, rep := range in.Applicant.LegalRepresentatives {
		if rep.ID == file.Requester {
			return rep.AGDREF == file.AGDREF
		}
	}
	return false
}

// refuseField turns what package release refused into what a person is told.
func refuseField(err error) error {
	var field *release.FieldError
	switch {
	case errors.Is(err, release.ErrRepresentative):
		return act.Deny("LEGAL_REPRESENTATIVE_REQUIRED")
	case errors.As(err, &field):
		return wrongField(fieldPath(field.Field))
	}
	return err
}
