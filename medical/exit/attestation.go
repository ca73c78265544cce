package exit

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"cloison/medical"
)

// attestation: how the procedure went, without anything medical, for a prefecture or a court before which the decision stands. It is the one
// document that says who the rapporteur was.
var attestation = Exit{
	Bundle: "L1", Ground: "CAA Douai, 2 juillet 2020, 19DA00895 ; CE, 7 décembre 2018, n° 419226",
	Recipient: "la préfecture en charge ou la juridiction, une fois le recours déclaré", Compartment: "civil", Envelope: sealedArchive,
	Event: medical.EvDisclosed,
}

// inCharge says whether the prefecture that asks has one of the dossier's referrals now.
func (a Ask) inCharge(c medical.Case) bool {
	code, ok := strings.CutPrefix(a.Requester, "pref-")
	if !ok {
		return false
	}
	for _, r := range c.Referrals {
		if strings.EqualFold(c.PrefectureNow(r.ID), code) { // pref-mi is the minister's
			return true
		}
	}
	return false
}

// litigation: a court has asked, or the appeal of which the prefecture says so is pending.
func (a Ask) litigation(c medical.Case) bool {
	if c.AppealPending() {
		return true
	}
	return a.Requester == Court && slices.ContainsFunc(c.Events, func(e medical.Event) bool { return e.Type == medical.EvCourtRequest || e.Type == medical.EvAppealFiled })
}

// Named is a physician as a court must be able to identify him.
type Named struct {
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	RPPS       string `json:"rpps"`
}

// Procedure is the content of L1: the facts, the names behind the ids, and the fresh authentication behind each signature.
type Procedure struct {
	medical.Attestation
	People    map[string]Named `json:"people"` // by directory id
	Signed    any              `json:"signature_evidence"`
	Civil     Subject          `json:"subject"`
	Published *Published       `json:"decision"`
	Letters   []Letter         `json:"letters"`
}

// Letter is a summons as it was sent: L1 has the digest of its exact text (REQ-23), a medical bundle the text too.
type Letter struct {
	Ref    string         `json:"ref"`
	SHA256 string         `json:"sha256"`
	Sent   medical.Letter `json:"-"`
}

// LetterOf digests the text that was sent.
func LetterOf(ref string, sent medical.Letter) Letter {
	sum := sha256.Sum256([]byte(sent.Text))
	return Letter{Ref: ref, SHA256: hex.EncodeToString(sum[:]), Sent: sent}
}

// Subject is whom the procedure is about, as the prefecture and the court know him.
type Subject struct {
	FamilyName string       `json:"family_name"`
	GivenNames []string     `json:"given_names"`
	BirthDate  medical.Date `json:"birth_date"`
	AGDREF     []string     `json:"agdref"`
}

// Published is the director general's decision that lists the authors (R. 425-13).
type Published struct {
	Ref         string `json:"ref"`
	SignedOn    string `json:"signed_on"`
	PublishedOn string `json:"published_on"`
}

// SubjectOf takes of the civil part what an attestation needs.
func SubjectOf(c medical.Civil) Subject {
	s := Subject{FamilyName: c.Patient.FamilyName, GivenNames: c.Patient.GivenNames, BirthDate: c.Patient.BirthDate, AGDREF: []string{}}
	for _, f := range c.AdministrativeFiles {
		s.AGDREF = append(s.AGDREF, f.AGDREF)
	}
	return s
}
