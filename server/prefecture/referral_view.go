package prefecture

import (
	"slices"

	"cloison/release"
	"cloison/server/store"
)

// ReferralFile is one referral of a group, by its administrative file.
type ReferralFile struct {
	ID         string `json:"id"`
	AGDREF     string `json:"agdref"`
	Requester  string `json:"requester"`
	Prefecture string `json:"prefecture"`
	State      string `json:"state"`
	Version    int    `json:"version"`
}

// ReferralGroup is what createReferral answers: the first referral's id, and all of them.
type ReferralGroup struct {
	ID        string         `json:"id"`
	Referrals []ReferralFile `json:"referrals"`
	State     string         `json:"state"`
	Version   int            `json:"version"`
}

// ReferralSummary is a line of listReferrals.
type ReferralSummary struct {
	ReferralFile
	Group        string          `json:"group"`
	Kind         release.Kind    `json:"kind"`
	Direction    string          `json:"territorial_direction"`
	ReceivedAt   release.Instant `json:"received_at"`
	FamilyName   string          `json:"family_name"`
	GivenNames   []string        `json:"given_names"`
	BirthDate    release.Date    `json:"birth_date"`
	Issued       bool            `json:"issued"`
	Acknowledged bool            `json:"acknowledged"`
	Decided      bool            `json:"decided"` // the prefect's decision is recorded, and no court has ruled since
	Withdrawn    bool            `json:"withdrawn"`
}

// ReferralDetail is what getReferral answers: all that the prefecture gave, and where it stands.
type ReferralDetail struct {
	ReferralSummary
	Channel                release.Channel          `json:"channel"`
	RequestRegisteredOn    *release.Date            `json:"request_registered_on"`
	CertificateAvailableOn *release.Date            `json:"certificate_available_on"`
	Asylum                 *release.Asylum          `json:"asylum"`
	RemovalDecision        *release.RemovalDecision `json:"removal_decision"`
	ReferenceCountry       release.Country          `json:"reference_country"`
	PreviousCase           *release.PreviousCase    `json:"previous_case"`
	LibertyHistory         []release.LibertyPeriod  `json:"liberty_history"`
	Applicant              release.Civil            `json:"applicant"`
	Notices                []string                 `json:"notices"` // codes received, in order
	Decision               *string                  `json:"decision"`
	Appeal                 *AppealView              `json:"appeal"`
	Flags                  []string                 `json:"flags"` // what the prefecture must see
	Twins                  []string                 `json:"twins"` // its other referrals of that number that still wait for an opinion
}

// AppealView is the court's case that is open.
type AppealView struct {
	Court            string  `json:"court"`
	CaseNumber       *string `json:"case_number"`
	AttestationAsked bool    `json:"attestation_asked"`

	AnswerDueOn *release.Date `json:"answer_due_on"`
}

func viewFile(r store.Referral) ReferralFile {
	return ReferralFile{ID: r.ID, AGDREF: r.AGDREF, Requester: r.Requester, Prefecture: r.Prefecture, State: state(r), Version: r.Version}
}

func viewGroup(group []store.Referral) ReferralGroup {
	view := ReferralGroup{ID: group[0].ID, State: state(group[0]), Version: group[0].Version}
	for _, r := range group {
		view.Referrals = append(view.Referrals, viewFile(r))
	}
	return view
}

func viewSummary(r store.Referral) ReferralSummary {
	return ReferralSummary{
		ReferralFile: viewFile(r), Group: r.Group, Kind: r.Kind, Direction: r.Direction, ReceivedAt: release.InstantOf(r.OpenedAt),
		FamilyName: r.Civil.Patient.FamilyName, GivenNames: r.Civil.Patient.GivenNames, BirthDate: r.Civil.Patient.BirthDate,
		Issued: r.Issued, Acknowledged: r.Acknowledged, Decided: r.Decision != "", Withdrawn: r.Withdrawn,
	}
}

func viewDetail(r store.Referral, twins []string) ReferralDetail {
	codes := r.Codes
	if codes == nil {
		codes = []string{}
	}
	var decision *string
	if r.Decision != "" {
		decision = &r.Decision
	}
	var appeal *AppealView
	if r.Appeal != nil {
		appeal = &AppealView{r.Appeal.Court, r.Appeal.CaseNumber, r.Appeal.Asked, r.Appeal.AnswerDueOn}
	}
	return ReferralDetail{
		Decision: decision, Appeal: appeal, Flags: flags(r), Twins: append([]string{}, twins...),
		ReferralSummary: viewSummary(r), Channel: r.Channel, RequestRegisteredOn: r.RequestRegisteredOn,
		CertificateAvailableOn: r.CertificateAvailableOn, Asylum: r.Asylum, RemovalDecision: r.RemovalDecision,
		ReferenceCountry: r.ReferenceCountry, PreviousCase: r.PreviousCase, LibertyHistory: r.LibertyHistory,
		Applicant: r.Civil, Notices: codes,
	}
}

// flags follow from what was received and told; none is set by hand.
func flags(r store.Referral) []string {
	list := []string{}
	if r.Corrected {
		list = append(list, "AVIS_RECTIFICATIF")
	}
	if r.DecidedBefore {
		list = append(list, "DECISION_SUR_AVIS_REMPLACE")
	}
	return list
}

// state is how far the procedure is as the prefecture may know it: what was received, never more.
func state(r store.Referral) string {
	has := func(code release.NoticeCode) bool { return slices.Contains(r.Codes, string(code)) }
	switch {
	case r.Appeal != nil:
		return "CONTENTIEUX"
	case r.Issued && has(release.ClosedWithoutOpinion): // only the withdrawal of the opinion comes after it
		return "AVIS_RETIRE"
	case r.Issued:
		return "AVIS_TRANSMIS"
	case has(release.ClosedWithoutOpinion):
		return "SANS_SUITE"
	case has(release.ReportTransmitted):
		return "RAPPORT_TRANSMIS"
	case has(release.CertificateReceived):
		return "CERTIFICAT_RECU"
	case has(release.CertificateMissing):
		return "CERTIFICAT_NON_RECU"
	case r.Kind.Stay():
		return "DEMANDE_DEPOSEE"
	}
	return "SIGNALEMENT"
}
