package release

import (
	"crypto/sha256"
	"fmt"
)

// Form names the legal form and its version.
type Form struct {
	Annexe  Annexe `json:"annexe"`
	Version string `json:"version"`
}

// Country is the reference country, ISO 3166-1 alpha-3, and its role.
type Country struct {
	Role    CountryRole `json:"role"`
	Country string      `json:"country"`
}

// Box is one procedural box: asked for, and then done or not. Done is null when nothing was asked.
type Box struct {
	Requested bool  `json:"requested"`
	Done      *bool `json:"done"`
}

// Stage holds the three procedural boxes of one stage; they are computed from the events of the
// dossier, never typed (REQ-8).
type Stage struct {
	Convocation Box `json:"convocation"`
	Exams       Box `json:"exams"`
	Identity    Box `json:"identity"`
}

// DecisionRef names the published composition decision and the digest of its canonical form, so
// that both zones read the same names behind the same line numbers.
type DecisionRef struct {
	Ref    string `json:"ref"`
	Digest string `json:"digest"` // hex SHA-256, CompositionDecision.Digest
}

// OpinionBody is what an author approves: the opinion without its date of issue and its seal.
type OpinionBody struct {
	ID                 string              `json:"id"` // OpinionID(referral, version)
	Referral           string              `json:"referral"`
	ReferralVersion    int                 `json:"referral_version"`
	Version            int                 `json:"version"`
	Replaces           *string             `json:"replaces"` // id of the version before, null for the first
	Receiver           string              `json:"receiver"` // prefecture of the referral
	Kind               Kind                `json:"kind"`
	Form               Form                `json:"form"`
	Country            Country             `json:"country"`
	StageReport        *Stage              `json:"stage_report"` // null in removal procedures
	StageOpinion       *Stage              `json:"stage_opinion"`
	CareNeeded         CareNeeded          `json:"care_needed"`
	ExceptionalGravity *ExceptionalGravity `json:"exceptional_gravity"`
	TreatmentAvailable *TreatmentAvailable `json:"treatment_available"`
	DurationMonths     *int                `json:"duration_months"`
	CanTravel          *CanTravel          `json:"can_travel"`
	Outcome            Outcome             `json:"outcome"`
	Decision           DecisionRef         `json:"decision"`
	Authors            []int               `json:"authors"` // lines of the decision, ascending
}

// Unsealed is what the document says and the seal binds: the body and its date of issue.
type Unsealed struct {
	OpinionBody
	IssuedOn Date `json:"issued_on"`
}

// Seal is the medical zone's signature: over the document rendered from the opinion, and over the canonical Unsealed.
type Seal struct {
	Form  string `json:"form"`
	Alg   string `json:"alg"`
	Key   string `json:"key"`   // names the certificate: the first 16 bytes of its SHA-256
	Value string `json:"value"` // standard base64
}

// Opinion (avis) is the one thing under medical secrecy's name that leaves: R. 425-13, R. 631-2,
// R. 731-2. The embedded structs encode flat, in the declared order.
type Opinion struct {
	Unsealed
	Seal Seal `json:"seal"`
}

// Body is the part the authors approve.
func (o Opinion) Body() OpinionBody { return o.OpinionBody }

// BodyDigest is the digest an author's approval is bound to.
func (b OpinionBody) BodyDigest() ([32]byte, error) {
	canonical, err := Canonical(b)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(canonical), nil
}

// SealDigest is the digest of the canonical Unsealed, which the seal binds beside the document's.
func (u Unsealed) SealDigest() ([32]byte, error) {
	canonical, err := Canonical(u)
	if err != nil {
		return [32]byte{}, err
	}
	return sha256.Sum256(canonical), nil
}

// OpinionID derives the id of an opinion from what the receiver already knows: it says nothing.
func OpinionID(referral string, version int) string {
	return derivedID(fmt.Sprintf("cloison-opinion-1\n%s\n%d", referral, version))
}

// OutcomeOf is the sense that follows from the answers; false when they are not a complete set.
// R. 425-13 and annexes C, D, E: each question opens the next one.
func OutcomeOf(care CareNeeded, gravity *ExceptionalGravity, treatment *TreatmentAvailable) (Outcome, bool) {
	switch {
	case care == CareIsNotNeeded && gravity == nil && treatment == nil:
		return NoCareNeeded, true
	case care != CareIsNeeded || gravity == nil:
		return "", false
	case *gravity == GravityUnlikely && treatment == nil:
		return NoGravity, true
	case *gravity != GravityPossible || treatment == nil:
		return "", false
	case *treatment == TreatmentReachable:
		return TreatmentAtHome, true
	case *treatment == TreatmentUnreachable:
		return Favourable, true
	}
	return "", false
}
