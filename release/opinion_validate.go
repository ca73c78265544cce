package release

import (
	"encoding/base64"
	"fmt"
	"slices"
)

// Validate holds the closed rules of a sealed opinion; it does not check the seal (release/form does).
func (o Opinion) Validate() error {
	if err := o.Unsealed.Validate(); err != nil {
		return err
	}
	return o.Seal.validate()
}

// Validate holds the closed rules of an opinion before its seal.
func (u Unsealed) Validate() error {
	if err := u.OpinionBody.Validate(); err != nil {
		return err
	}
	if !u.IssuedOn.Valid() {
		return invalid("issued_on")
	}
	return nil
}

// Validate holds the closed rules of an opinion's body.
func (b OpinionBody) Validate() error {
	switch {
	case !validID(b.Referral):
		return invalid("referral")
	case b.ReferralVersion < 1 || b.ReferralVersion > maxVersion:
		return invalid("referral_version")
	case b.Version < 1 || b.Version > maxVersion:
		return invalid("version")
	case b.ID != OpinionID(b.Referral, b.Version):
		return invalid("id")
	case !validReplaces(b):
		return invalid("replaces")
	case !ValidPrefecture(b.Receiver):
		return invalid("receiver")
	case !b.Kind.Valid() || !MayRefer(b.Receiver, b.Kind):
		return invalid("kind")
	case !slices.Contains(b.Form.Annexe.FormVersions(), b.Form.Version):
		return invalid("form")
	case b.Form.Annexe != AnnexeC && b.Kind.Stay():
		return invalid("form")
	case !validCountry(b.Country.Country) || b.Country.Role != b.Kind.CountryRole():
		return invalid("country")
	case b.Kind.Stay() != (b.StageReport != nil) || !b.StageReport.valid():
		return invalid("stage_report")
	case b.StageOpinion == nil || !b.StageOpinion.valid():
		return invalid("stage_opinion")
	case !decisionRef.MatchString(b.Decision.Ref) || !hexDigest.MatchString(b.Decision.Digest):
		return invalid("decision")
	case !validAuthors(b.Form.Annexe, b.Authors):
		return invalid("authors")
	}
	return b.validateAnswers()
}

// validateAnswers: invariant 8 of the procedure (duration when favourable, travel when treatment
// can be had) and the sense that follows from the answers.
func (b OpinionBody) validateAnswers() error {
	outcome, complete := OutcomeOf(b.CareNeeded, b.ExceptionalGravity, b.TreatmentAvailable)
	switch {
	case !complete:
		return invalid("care_needed")
	case b.Outcome != outcome:
		return invalid("outcome")
	case b.DurationMonths != nil && (*b.DurationMonths < 1 || *b.DurationMonths > maxDurationMonth):
		return invalid("duration_months")
	case b.DurationMonths == nil && outcome == Favourable:
		return invalid("duration_months")
	case b.CanTravel != nil && !oneOf(*b.CanTravel, TravelPossible, TravelImpossible):
		return invalid("can_travel")
	case b.CanTravel == nil && outcome == TreatmentAtHome:
		return invalid("can_travel")
	}
	return nil
}

func validReplaces(b OpinionBody) bool {
	if b.Version == 1 {
		return b.Replaces == nil
	}
	return b.Replaces != nil && *b.Replaces == OpinionID(b.Referral, b.Version-1)
}

// validAuthors: distinct lines, ascending (the order of signing would be a message), as many as
// the form has authors.
func validAuthors(annexe Annexe, lines []int) bool {
	if len(lines) != annexe.Authors() {
		return false
	}
	for i, line := range lines {
		if line < 1 || line > maxLines || (i > 0 && line <= lines[i-1]) {
			return false
		}
	}
	return true
}

func (s *Stage) valid() bool {
	if s == nil {
		return true
	}
	for _, box := range []Box{s.Convocation, s.Exams, s.Identity} {
		if box.Requested != (box.Done != nil) {
			return false
		}
	}
	return true
}

func (s Seal) validate() error {
	value, err := base64.StdEncoding.Strict().DecodeString(s.Value)
	switch {
	case s.Form != SealForm:
		return invalid("seal.form")
	case s.Alg != SealAlg:
		return invalid("seal.alg")
	case !keyID.MatchString(s.Key):
		return invalid("seal.key")
	case err != nil || len(value) == 0 || len(value) > MaxSealBytes:
		return invalid("seal.value")
	}
	return nil
}

// FieldError names the field that breaks a closed rule. It never quotes the value.
type FieldError struct{ Field string }

func (e *FieldError) Error() string { return fmt.Sprintf("field %s is not lawful", e.Field) }

func invalid(field string) error { return &FieldError{Field: field} }
