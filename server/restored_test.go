package server_test

import (
	"strings"
	"testing"

	"cloison/release"
)

// TestAReleaseOfALostReferralIsSetAside: this zone was restored from before the referral; the medical zone answers it all the same. Its number is
// taken, nothing of it is kept, it is said aloud, and the release of another referral comes. Of a referral that nobody knew, nothing is taken.
func TestAReleaseOfALostReferralIsSetAside(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	known := z.create("pref-75", caseOne).ID
	gone, never := "5f3c1c9a-6d0e-4b44-9a57-0d2f3b9c7a11", "5f3c1c9a-6d0e-4b44-9a57-0d2f3b9c7a12"
	z.refused(func() answer { return z.put(z.notice(1, never)) }, 422, "invalid", "RELEASE_REFERRAL", "RELEASE_REFERRAL")
	z.asOwner("INSERT INTO server.lost_referrals (id, found_at) VALUES ($1::uuid, '2026-03-01T00:00:00Z')", gone)
	for range 2 {
		a := z.put(z.notice(1, gone))
		if a.status != 200 || string(a.body) != setAside {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if got := z.entriesOf(a); got != "REFUSED RELEASE_LOST, DONE RELEASE_QUARANTINED" {
			t.Errorf("entries: %s", got)
		}
	}
	if !strings.Contains(z.log.String(), "ALARM: an opinion was set aside") || !strings.Contains(z.log.String(), "RELEASE_LOST") {
		t.Errorf("no alarm: %s", z.log.String())
	}
	later := release.NewNotice(gone, release.ReferralAnswered, "2026-01-17", release.NoticeFields{TechnicalCode: ptr(release.Accepted)})
	other := release.Release{Seq: 1, Kind: release.ReleaseNotice, Notice: &later}
	z.refused(func() answer { return z.put(other) }, 409, "conflict", "RELEASE_DIFFERS", "RELEASE_LOST, REFUSED RELEASE_DIFFERS")
	if a := z.put(z.notice(2, known)); a.status != 200 || string(a.body) != `{"seq":2,"quarantined":false}` {
		t.Errorf("the next release: %d %s", a.status, a.body)
	}
}
