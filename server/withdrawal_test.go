package server_test

import (
	"strings"
	"testing"

	"cloison/release"
	"cloison/server/prefecture"
)

// The withdrawal of an opinion comes after one, and no other end does: else a code would say what no procedure gives. The prefecture keeps
// the opinion, marked, and its next referral starts from it.
func TestAWithdrawalNamesAnOpinion(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	early := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	withdrawn, closed := release.NoticeFields{ClosureCode: ptr(release.OpinionWithdrawn)}, release.NoticeFields{ClosureCode: ptr(release.ClosedCancelled)}
	z.refused(func() answer { return z.put(notice(1, early, "N7", "2026-03-12", withdrawn)) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")

	z, id := withOpinion(t)
	z.refused(func() answer { return z.put(notice(3, id, "N7", "2026-03-12", closed)) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")
	if a := z.put(notice(3, id, "N7", "2026-03-12", withdrawn)); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var detail prefecture.ReferralDetail
	z.call("pref-75", "GET", "/api/v1/referrals/"+id, "").into(t, &detail)
	if detail.State != "AVIS_RETIRE" {
		t.Errorf("state %s", detail.State)
	}
	for path, words := range map[string]string{
		"/saisines/" + id:                "Ouvrir une nouvelle saisine liée",
		"/saisines/" + id + "/avis":      "Rendu sur les pièces d’une autre personne",
		"/saisines/nouvelle?apres=" + id: release.OpinionID(id, 1),
	} {
		if a := z.call("pref-75", "GET", path, "", "Accept", "text/html"); a.status != 200 || !strings.Contains(string(a.body), words) {
			t.Errorf("%s: %d, does not say %q", path, a.status, words)
		}
	}
}

// Both versions are kept and linked, and a decision taken on the first is an alarm.
func TestACorrectedOpinionIsLinkedToTheOneItReplaces(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	z.done("pref-75", "decision", id, `{"outcome":"REFUS"}`)
	z.clock.set("2026-03-20T10:02:00+01:00")
	before := release.OpinionID(id, 1)
	second := z.opinion(3, id, func(u *release.Unsealed) {
		u.ID, u.Version, u.Replaces = release.OpinionID(id, 2), 2, &before
	})
	if a := z.put(second); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var detail prefecture.OpinionDetail
	z.call("pref-75", "GET", "/api/v1/referrals/"+id+"/opinion", "").into(t, &detail)
	if detail.Version != 2 || len(detail.Versions) != 2 || detail.Versions[0].ID != before || *detail.Versions[1].Replaces != before || !detail.Versions[1].DecidedBeforeIt {
		t.Errorf("version %d among %+v", detail.Version, detail.Versions)
	}
	var referral prefecture.ReferralDetail
	z.call("pref-75", "GET", "/api/v1/referrals/"+id, "").into(t, &referral)
	if strings.Join(referral.Flags, " ") != "AVIS_RECTIFICATIF DECISION_SUR_AVIS_REMPLACE" {
		t.Errorf("flags: %v", referral.Flags)
	}
}
