package release_test

import (
	"bytes"
	"testing"

	"cloison/release"
)

// Whatever Decode accepts is valid and is its own only form.
func fuzzDecode[T release.Validator](f *testing.F, seeds ...any) {
	for _, seed := range seeds {
		b, err := release.Canonical(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := release.Decode[T](b)
		if err != nil {
			return
		}
		again, err := release.Canonical(v)
		if err != nil || !bytes.Equal(again, b) || v.Validate() != nil {
			t.Errorf("accepted %q, which is not canonical and valid", b)
		}
	})
}

func FuzzDecodeRelease(f *testing.F) {
	opinion := sealed(favourable())
	notice := release.NewNotice(referralID, "N0", "2026-01-16", release.NoticeFields{TechnicalCode: ptr(release.Accepted)})
	fuzzDecode[release.Release](f, release.Release{Seq: 1, Kind: "notice", Notice: &notice}, release.Release{Seq: 4, Kind: "opinion", Opinion: &opinion})
}

func FuzzDecodeReferralPage(f *testing.F) {
	r := referral()
	fuzzDecode[release.ReferralPage](f, release.ReferralPage{Items: []release.ReferralEvent{{Seq: 1, Type: release.EventReferral, At: "2026-01-16T14:20:00Z", Referral: &r}}})
}

func FuzzDecodeAcknowledgementPage(f *testing.F) {
	fuzzDecode[release.AcknowledgementPage](f, release.AcknowledgementPage{Items: []release.Acknowledgement{}})
}
