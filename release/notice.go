package release

import "fmt"

// NoticeFields are the fields of a notice, closed by its code: exactly those of the code are
// written (the one place where a null is left out, so that the other codes' names do not appear).
type NoticeFields struct {
	TechnicalCode *TechnicalCode `json:"technical_code,omitempty"` // N0
	ReceivedOn    *Date          `json:"received_on,omitempty"`    // N1
	DueOn         *Date          `json:"due_on,omitempty"`         // N2, N5
	TransmittedOn *Date          `json:"transmitted_on,omitempty"` // N3
	ConvocationOn *Date          `json:"convocation_on,omitempty"` // N4
	ClosureCode   *ClosureCode   `json:"closure_code,omitempty"`   // N7
}

// Notice is a message to the prefecture: a code, a day and the fields of that code (REQ-4). Nothing
// in it can reveal the illness (arrêté of 5 January 2017, art. 2).
type Notice struct {
	ID       string       `json:"id"` // NoticeID
	Referral string       `json:"referral"`
	Code     NoticeCode   `json:"code"`
	On       Date         `json:"on"`
	Fields   NoticeFields `json:"fields"`
}

// MostRepeats is how often a notice that may come again does, about one referral: a certificate, a convocation that was missed, exams that are
// missing. The administrative zone takes no more, so that the medical one must queue no more: a release that is refused holds back all others.
const MostRepeats = 10

// NoticeID derives the id of a notice from its own content; any ID already in n is not looked at.
func NoticeID(n Notice) string {
	n.ID = ""
	canonical, err := Canonical(n)
	if err != nil {
		return "" // strings and pointers to strings always encode
	}
	return derivedID("cloison-notice-1\n" + string(canonical))
}

// NewNotice fills the id.
func NewNotice(referral string, code NoticeCode, on Date, fields NoticeFields) Notice {
	n := Notice{Referral: referral, Code: code, On: on, Fields: fields}
	n.ID = NoticeID(n)
	return n
}

// Validate holds the closed rules of a notice.
func (n Notice) Validate() error {
	switch {
	case !validID(n.Referral):
		return invalid("referral")
	case !n.On.Valid():
		return invalid("on")
	case !n.Fields.exactlyOf(n.Code):
		return invalid("fields")
	case n.ID != NoticeID(n):
		return invalid("id")
	}
	return nil
}

// exactlyOf: the field of the code is there and valid, and no other is.
func (f NoticeFields) exactlyOf(code NoticeCode) bool {
	present := 0
	for _, there := range []bool{f.TechnicalCode != nil, f.ReceivedOn != nil, f.DueOn != nil,
		f.TransmittedOn != nil, f.ConvocationOn != nil, f.ClosureCode != nil} {
		if there {
			present++
		}
	}
	if present != 1 {
		return false
	}
	switch code {
	case ReferralAnswered:
		return f.TechnicalCode != nil && oneOf(*f.TechnicalCode, Accepted, AGDREFCorrected)
	case CertificateReceived:
		return f.ReceivedOn != nil && f.ReceivedOn.Valid()
	case CertificateMissing, ExamsMissing:
		return f.DueOn != nil && f.DueOn.Valid()
	case ReportTransmitted:
		return f.TransmittedOn != nil && f.TransmittedOn.Valid()
	case ConvocationMissed:
		return f.ConvocationOn != nil && f.ConvocationOn.Valid()
	case ClosedWithoutOpinion:
		return f.ClosureCode != nil && oneOf(*f.ClosureCode, ClosedWithdrawn, ClosedDeath, ClosedCancelled, ClosedDuplicate, ClosedWrongOrder, OpinionWithdrawn)
	}
	return false
}

// ReleaseKind says what a release carries.
type ReleaseKind string

// The kinds of release.
const (
	ReleaseNotice      ReleaseKind = "notice"
	ReleaseOpinion     ReleaseKind = "opinion"
	ReleaseAttestation ReleaseKind = "attestation"
)

// Release is anything that leaves the medical zone, numbered without gap in commit order.
type Release struct {
	Seq         int64        `json:"seq"`
	Kind        ReleaseKind  `json:"kind"`
	Notice      *Notice      `json:"notice"`
	Opinion     *Opinion     `json:"opinion"`
	Attestation *Attestation `json:"attestation"`
}

// Referral is the referral the release is about.
func (r Release) Referral() string {
	switch {
	case r.Notice != nil:
		return r.Notice.Referral
	case r.Opinion != nil:
		return r.Opinion.Referral
	case r.Attestation != nil:
		return r.Attestation.Referral
	}
	return ""
}

// Validate holds the closed rules of a release: one body, of the kind said.
func (r Release) Validate() error {
	if r.Seq < 1 {
		return invalid("seq")
	}
	switch {
	case r.Kind == ReleaseNotice && r.Notice != nil && r.Opinion == nil && r.Attestation == nil:
		return r.Notice.Validate()
	case r.Kind == ReleaseOpinion && r.Opinion != nil && r.Notice == nil && r.Attestation == nil:
		return r.Opinion.Validate()
	case r.Kind == ReleaseAttestation && r.Attestation != nil && r.Notice == nil && r.Opinion == nil:
		return r.Attestation.Validate()
	}
	return fmt.Errorf("release %d: %w", r.Seq, invalid("kind"))
}
