package release_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"cloison/release"
)

func TestDecodeRefusesASecondForm(t *testing.T) {
	opinion := sealed(favourable())
	good, err := release.Canonical(release.Release{Seq: 4, Kind: release.ReleaseOpinion, Opinion: &opinion})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := release.Decode[release.Release](good); err != nil {
		t.Fatalf("the canonical form is refused: %v", err)
	}
	swap := func(old, new string) []byte {
		if !bytes.Contains(good, []byte(old)) {
			t.Fatalf("nothing to change: %s", old)
		}
		return bytes.Replace(good, []byte(old), []byte(new), 1)
	}
	for name, bad := range map[string][]byte{
		"a space":             swap(`"seq":4`, `"seq": 4`),
		"a newline after":     append(bytes.Clone(good), '\n'),
		"a second value":      append(bytes.Clone(good), good...),
		"another number":      swap(`"seq":4`, `"seq":4.0`),
		"a duplicate key":     swap(`"seq":4`, `"seq":3,"seq":4`),
		"another case":        swap(`"seq":4`, `"Seq":4`),
		"an unknown field":    swap(`"seq":4`, `"seq":4,"note":"x"`),
		"a null left out":     swap(`"notice":null,`, ``),
		"another order":       swap(`"kind":"opinion","notice":null`, `"notice":null,"kind":"opinion"`),
		"an escape":           swap(`FAVORABLE`, `\u0046AVORABLE`),
		"free text in a code": swap(`"outcome":"FAVORABLE"`, `"outcome":"FAVORABLE pour VIH"`),
		"bytes not UTF-8":     swap(`FAVORABLE`, "\xff"),
	} {
		if _, err := release.Decode[release.Release](bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDecodeErrorQuotesNothing(t *testing.T) {
	_, err := release.Decode[release.Release]([]byte(`{"seq":"CNRYSECRETWORD"}`))
	if !errors.Is(err, release.ErrNotCanonical) || strings.Contains(err.Error(), "CNRY") {
		t.Errorf("got %v", err)
	}
}

func TestDecodeIsBounded(t *testing.T) {
	if _, err := release.Decode[release.Release](bytes.Repeat([]byte(" "), release.MaxBytes+1)); !errors.Is(err, release.ErrTooLarge) {
		t.Errorf("an oversized body was read: %v", err)
	}
}

func TestOpinionRules(t *testing.T) {
	if err := favourable().Validate(); err != nil {
		t.Fatalf("a lawful opinion is refused: %v", err)
	}
	for name, change := range map[string]func(*release.Unsealed){
		"id":                     func(u *release.Unsealed) { u.ID = referralID },
		"referral":               func(u *release.Unsealed) { u.Referral = "VIH" },
		"replaces":               func(u *release.Unsealed) { u.Replaces = ptr(referralID) },
		"receiver":               func(u *release.Unsealed) { u.Receiver = "20" },
		"kind":                   func(u *release.Unsealed) { u.Kind = "SEJ" },
		"form":                   func(u *release.Unsealed) { u.Form.Version = "D-2025" },
		"country":                func(u *release.Unsealed) { u.Country.Role = release.Return },
		"stage_report":           func(u *release.Unsealed) { u.StageReport = nil },
		"stage_opinion":          func(u *release.Unsealed) { u.StageOpinion.Exams = release.Box{Requested: true} },
		"care_needed":            func(u *release.Unsealed) { u.CareNeeded = release.CareIsNotNeeded },
		"outcome":                func(u *release.Unsealed) { u.Outcome = release.NoGravity },
		"duration_months":        func(u *release.Unsealed) { u.DurationMonths = nil },
		"duration_months (long)": func(u *release.Unsealed) { u.DurationMonths = ptr(121) },
		"can_travel": func(u *release.Unsealed) {
			u.TreatmentAvailable, u.Outcome = ptr(release.TreatmentReachable), release.TreatmentAtHome
		},
		"decision":              func(u *release.Unsealed) { u.Decision.Ref = "la décision" },
		"authors (two)":         func(u *release.Unsealed) { u.Authors = []int{2, 3} },
		"authors (twice)":       func(u *release.Unsealed) { u.Authors = []int{2, 3, 3} },
		"authors (their order)": func(u *release.Unsealed) { u.Authors = []int{3, 2, 6} },
		"issued_on":             func(u *release.Unsealed) { u.IssuedOn = "2026-02-30" },
	} {
		u := favourable()
		change(&u)
		var field *release.FieldError
		want, _, _ := strings.Cut(name, " ")
		if err := u.Validate(); !errors.As(err, &field) || field.Field != want {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestNoticeFieldsAreThoseOfItsCode(t *testing.T) {
	day := ptr(release.Date("2026-02-25"))
	all := map[release.NoticeCode]release.NoticeFields{
		"N0": {TechnicalCode: ptr(release.Accepted)}, "N1": {ReceivedOn: day}, "N2": {DueOn: day}, "N3": {TransmittedOn: day},
		"N4": {ConvocationOn: day}, "N5": {DueOn: day}, "N7": {ClosureCode: ptr(release.ClosedDeath)},
	}
	for code, fields := range all {
		for other := range all {
			n := release.NewNotice(referralID, other, "2026-02-25", fields)
			lawful := code == other || (fields.DueOn != nil && (other == "N2" || other == "N5"))
			if err := n.Validate(); (err == nil) != lawful {
				t.Errorf("fields of %s under %s: %v", code, other, err)
			}
		}
	}
	two := release.NewNotice(referralID, "N3", "2026-02-25", release.NoticeFields{TransmittedOn: day, ReceivedOn: day})
	if two.Validate() == nil {
		t.Error("a notice with a field of another code is accepted")
	}
	if n := release.NewNotice(referralID, release.OpinionReleased, "2026-02-25", release.NoticeFields{ReceivedOn: day}); n.Validate() == nil {
		t.Error("N6 is accepted as a notice: it is the opinion's own release")
	}
	chosen := release.NewNotice(referralID, "N3", "2026-02-25", release.NoticeFields{TransmittedOn: day})
	chosen.ID = referralID
	if chosen.Validate() == nil {
		t.Error("a notice with an id of its own choice is accepted")
	}
}

func TestReferralRules(t *testing.T) {
	if err := referral().Validate(); err != nil {
		t.Fatalf("a lawful referral is refused: %v", err)
	}
	for name, change := range map[string]func(*release.Referral){
		"id":                         func(r *release.Referral) { r.ID = "" },
		"prefecture":                 func(r *release.Referral) { r.Prefecture = "00" },
		"requester":                  func(r *release.Referral) { r.Requester = "rep-1" },
		"agdref":                     func(r *release.Referral) { r.AGDREF = "99751" },
		"liberty_history":            func(r *release.Referral) { r.LibertyHistory = nil },
		"patient.address":            func(r *release.Referral) { r.Civil.Patient.Address = "a\nb" },
		"patient.family_name":        func(r *release.Referral) { r.Civil.Patient.FamilyName = strings.Repeat("N", 300) },
		"patient.birth_date":         func(r *release.Referral) { r.Civil.Patient.BirthDate = "1987-5-14" },
		"patient.identity_documents": func(r *release.Referral) { r.Civil.Patient.IdentityDocuments = nil },
		"legal_representatives":      func(r *release.Referral) { r.Civil.LegalRepresentatives = nil },
	} {
		r := referral()
		change(&r)
		var field *release.FieldError
		if err := r.Validate(); !errors.As(err, &field) || field.Field != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAMinorNeedsARepresentative(t *testing.T) {
	c := referral().Civil
	c.Patient.BirthDate = "2008-02-29"
	for day, minor := range map[release.Date]bool{"2026-02-27": true, "2026-02-28": false} {
		if err := c.CheckRepresentation(day); errors.Is(err, release.ErrRepresentative) != minor {
			t.Errorf("%s: got %v", day, err)
		}
	}
	c.LegalRepresentatives = []release.LegalRepresentative{{ID: "rep-1"}}
	if err := c.CheckRepresentation("2026-02-27"); err != nil {
		t.Errorf("represented: %v", err)
	}
}
