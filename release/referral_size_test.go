package release_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cloison/release"
)

// TestWhatIsValidCanBeRead: a referral whose every field is within its limit, and which is too large as a whole, is refused where it is
// made and not by the reader.
func TestWhatIsValidCanBeRead(t *testing.T) {
	t.Parallel()
	read := func(r release.Referral) error {
		b, err := release.Canonical(release.ReferralEvent{Seq: 1 << 62, Type: release.EventReferral, At: "2026-01-16T14:20:00.123456+01:00", Referral: &r})
		if err != nil {
			t.Fatal(err)
		}
		_, err = release.Decode[release.ReferralEvent](b)
		return err
	}
	r := referral()
	var field *release.FieldError
	for n := range 10 {
		err := r.Validate()
		if err != nil {
			if !errors.As(err, &field) || field.Field != "civil" || n < 4 {
				t.Fatalf("%d representatives: %v", n, err)
			}
			return
		}
		if err := read(r); err != nil {
			t.Fatalf("%d representatives, valid: %v", n, err)
		}
		names := strings.Split(strings.Repeat(strings.Repeat(`"`, 200)+" ", 20), " ")[:20]
		r.Civil.LegalRepresentatives = append(r.Civil.LegalRepresentatives, release.LegalRepresentative{ID: fmt.Sprintf("rep-%d", n+10), FamilyName: "x",
			GivenNames: names, Quality: "MERE", Basis: "x", Nationality: "CIV", Language: "fr", Address: "x", AGDREF: "9975100017", IdentityDocuments: []release.IdentityDocument{}})
	}
	t.Error("no size was too large")
}
