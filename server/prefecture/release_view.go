package prefecture

import (
	"encoding/json"
	"strconv"

	"cloison/release"
	"cloison/server/store"
)

// ReleaseItem is one thing that came through the door: a notice, the opinion (N6), or an attestation that was asked for (L1).
type ReleaseItem struct {
	ID           string              `json:"id"` // its number, as text
	Seq          int64               `json:"seq"`
	Kind         release.ReleaseKind `json:"kind"`
	Referral     string              `json:"referral"`
	AGDREF       string              `json:"agdref"`
	Prefecture   string              `json:"prefecture"`
	Code         string              `json:"code"`
	On           release.Date        `json:"on"`
	Fields       ReleaseFields       `json:"fields"`
	ReceivedAt   release.Instant     `json:"received_at"`
	Acknowledged bool                `json:"acknowledged"`

	person       string
	referralKind release.Kind
	outcome      release.Outcome
	months       int
	opinionAt    *release.Acknowledgement
}

// ReleaseFields are the fields of a notice, closed by its code; those of N6 are its version and date.
type ReleaseFields struct {
	release.NoticeFields
	OpinionVersion *int          `json:"opinion_version,omitempty"`
	OpinionOn      *release.Date `json:"opinion_on,omitempty"`
}

// ReleaseDetail is what getRelease answers.
type ReleaseDetail struct {
	ReleaseItem
	Body            json.RawMessage          `json:"body"` // the canonical bytes that crossed
	Acknowledgement *release.Acknowledgement `json:"acknowledgement"`
}

func viewRelease(r store.Release) ReleaseItem {
	item := ReleaseItem{
		ID: strconv.FormatInt(r.Seq, 10), Seq: r.Seq, Kind: r.Kind, Referral: r.Release.Referral(), AGDREF: r.AGDREF,
		Prefecture: r.Prefecture, Code: r.Code, On: r.On, ReceivedAt: release.InstantOf(r.ReceivedAt),
		Acknowledged: r.Acknowledgement != nil, person: personName(r.Civil.Patient.FamilyName, r.Civil.Patient.GivenNames),
		referralKind: r.ReferralKind, opinionAt: r.Acknowledgement,
	}
	switch {
	case r.Notice != nil:
		item.Fields.NoticeFields = r.Notice.Fields
	case r.Opinion != nil:
		item.Fields.OpinionVersion, item.Fields.OpinionOn = &r.Opinion.Version, &r.Opinion.IssuedOn
		item.outcome = r.Opinion.Outcome
		if r.Opinion.DurationMonths != nil {
			item.months = *r.Opinion.DurationMonths
		}
	}
	return item
}
