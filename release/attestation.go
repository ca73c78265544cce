package release

import (
	"fmt"
	"slices"
)

// AttestationReleased is the code of an attestation in lists.
const AttestationReleased = "L1"

// Attestation says how the procedure went, and nothing of what it found: what a prefecture must be able to show a court (CAA Douai,
// 2 July 2020, 19DA00895). It is the one release that says who the rapporteur was, by the number under which the physicians' public
// directory knows him; no name crosses. It answers one request, of a case that has a court's number.
type Attestation struct {
	ID                    string              `json:"id"` // AttestationID
	Referral              string              `json:"referral"`
	Request               int64               `json:"request"` // the referral event that asked for it
	On                    Date                `json:"on"`
	CertificateReceivedOn *Date               `json:"certificate_received_on"`
	Rapporteur            *string             `json:"rapporteur"` // RPPS; null in a removal procedure, or before one was designated
	ReportSignedOn        *Date               `json:"report_signed_on"`
	ReportTransmittedOn   *Date               `json:"report_transmitted_on"`
	Decision              *DecisionRef        `json:"decision"` // null before a composition
	ComposedOn            *Date               `json:"composed_on"`
	Signatures            []AttestedSignature `json:"signatures"` // of the composition, by ascending line
	OpinionVersion        *int                `json:"opinion_version"`
	IssuedOn              *Date               `json:"issued_on"`
	SentOn                *Date               `json:"sent_on"`
	Steps                 []AttestedStep      `json:"steps"` // in the order they happened
}

// AttestedSignature is one author of the composition, and the day he signed.
type AttestedSignature struct {
	Line     int   `json:"line"`
	SignedOn *Date `json:"signed_on"`
}

// AttestedStep is one step towards the person, without what it was about.
type AttestedStep struct {
	Stage AttestedStage `json:"stage"`
	Step  AttestedKind  `json:"step"`
	On    Date          `json:"on"`
	Done  *bool         `json:"done"` // null while it is not known
}

// AttestedStage is where a step was taken.
type AttestedStage string

// The two stages.
const (
	StageReport  AttestedStage = "RAPPORT"
	StageOpinion AttestedStage = "AVIS"
)

// AttestedKind is what was asked of the person.
type AttestedKind string

// What may be asked of the person.
const (
	StepConvocation AttestedKind = "CONVOCATION"
	StepExams       AttestedKind = "EXAMENS"
	StepIdentity    AttestedKind = "IDENTITE"
)

// maxSteps bounds what the steps of one attestation can say.
const maxSteps = 20

// AttestationID derives the id of an attestation from what the receiver already knows: it says nothing.
func AttestationID(referral string, request int64) string {
	return derivedID(fmt.Sprintf("cloison-attestation-1\n%s\n%d", referral, request))
}

// Validate holds the closed rules of an attestation.
func (a Attestation) Validate() error {
	switch {
	case !validID(a.Referral):
		return invalid("referral")
	case a.Request < 1:
		return invalid("request")
	case a.ID != AttestationID(a.Referral, a.Request):
		return invalid("id")
	case !a.On.Valid():
		return invalid("on")
	case a.Rapporteur != nil && !rpps.MatchString(*a.Rapporteur):
		return invalid("rapporteur")
	case (a.Decision == nil) != (len(a.Signatures) == 0) || (a.Decision == nil) != (a.ComposedOn == nil):
		return invalid("decision")
	case a.Decision != nil && (!decisionRef.MatchString(a.Decision.Ref) || !hexDigest.MatchString(a.Decision.Digest)):
		return invalid("decision")
	case (a.OpinionVersion == nil) != (a.IssuedOn == nil) || a.OpinionVersion != nil && (*a.OpinionVersion < 1 || *a.OpinionVersion > maxVersion):
		return invalid("opinion_version")
	}
	for _, d := range a.Dates() {
		if !d.Valid() {
			return invalid("on")
		}
	}
	return a.validateLists()
}

func (a Attestation) validateLists() error {
	if a.Signatures == nil || !slices.Contains([]int{0, 1, 3}, len(a.Signatures)) {
		return invalid("signatures")
	}
	last := 0
	for _, s := range a.Signatures {
		if s.Line <= last || s.Line > maxLines {
			return invalid("signatures")
		}
		last = s.Line
	}
	if a.Steps == nil || len(a.Steps) > maxSteps {
		return invalid("steps")
	}
	for _, s := range a.Steps {
		if !oneOf(s.Stage, StageReport, StageOpinion) || !oneOf(s.Step, StepConvocation, StepExams, StepIdentity) {
			return invalid("steps")
		}
	}
	return nil
}

// Dates are all the days that the attestation names.
func (a Attestation) Dates() []Date {
	var all []Date
	for _, d := range []*Date{a.CertificateReceivedOn, a.ReportSignedOn, a.ReportTransmittedOn, a.ComposedOn, a.IssuedOn, a.SentOn} {
		if d != nil {
			all = append(all, *d)
		}
	}
	for _, s := range a.Signatures {
		if s.SignedOn != nil {
			all = append(all, *s.SignedOn)
		}
	}
	for _, s := range a.Steps {
		all = append(all, s.On)
	}
	return all
}
