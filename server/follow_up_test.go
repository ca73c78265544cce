package server_test

import (
	"net/http"
	"strings"
	"testing"

	"cloison/internal/dev/sealing"
	"cloison/release"
	"cloison/server/prefecture"
	"cloison/server/store"
)

// removalCase is caseOne as a prefecture that removes a person asks.
var removalCase = strings.NewReplacer("SEJ_L4259_PREMIERE", "OQTF_L7313_LIBRE", "PAYS_ORIGINE", "PAYS_RENVOI", `"ANEF"`, `"ELOIGNEMENT"`,
	`"removal_decision": null`, `"removal_decision": {"type": "OQTF", "issued_on": "2026-01-10", "notified_at": null}`).Replace(caseOne)

// removalOpinion is the opinion of one physician on it.
func (z *zone) removalOpinion(seq int64, id string) release.Release {
	return z.opinion(seq, id, func(u *release.Unsealed) {
		u.Kind, u.StageReport, u.Country.Role = release.KindOQTFRetained, nil, release.Return
		u.Form, u.Authors = release.Form{Annexe: release.AnnexeD, Version: "D-2025"}, []int{1}
		u.Decision = release.DecisionRef{Ref: "DES-2025-07", Digest: z.singleDigest}
	})
}

func (z *zone) taken(r release.Release) {
	z.t.Helper()
	if a := z.put(r); a.status != 200 {
		z.t.Fatalf("release %d: %d %s", r.Seq, a.status, a.body)
	}
}

func (z *zone) reconciled(who string) (r prefecture.Reconciliation) {
	z.t.Helper()
	a := z.call(who, http.MethodGet, "/api/v1/reconciliation", "")
	if a.status != 200 {
		z.t.Fatalf("getReconciliation: %d %s", a.status, a.body)
	}
	a.into(z.t, &r)
	return r
}

// TestAPrefectureReconcilesWhatWasSentToIt: sent, received, opened, acknowledged, for each bureau; what was set aside is a difference.
func TestAPrefectureReconcilesWhatWasSentToIt(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	stay, removal := z.create("pref-75", caseOne).ID, z.create("pref-75", removalCase).ID
	forged := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, stay))
	z.taken(z.removalOpinion(2, removal))
	aside := z.opinion(3, forged)
	sealed, err := sealing.Stranger().Seal(aside.Opinion.Unsealed, z.namesOf(aside.Opinion.Unsealed))
	if err != nil {
		t.Fatal(err)
	}
	aside.Opinion = &sealed
	z.taken(aside)
	state := func(b string, sent, received, read, acknowledged int) prefecture.BureauState {
		return prefecture.BureauState{Bureau: store.Bureau(b), Sent: sent, Received: received, Read: read, Acknowledged: acknowledged}
	}
	expect := func(what string, differences int, want ...prefecture.BureauState) {
		t.Helper()
		got := z.reconciled("pref-75")
		for i, w := range want {
			if got.Bureaux[i] != w {
				t.Errorf("%s: %+v, want %+v", what, got.Bureaux[i], w)
			}
		}
		if got.Differences != differences {
			t.Errorf("%s: %d differences", what, got.Differences)
		}
	}
	expect("received", 1, state("SEJOUR", 2, 1, 0, 0), state("ELOIGNEMENT", 1, 1, 0, 0), state("CONTENTIEUX", 0, 0, 0, 0))
	for range 2 { // opened twice is opened
		z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+stay+"/opinion", "")
		z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+removal+documentPath, "")
	}
	z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", "")
	z.call("pref-75", http.MethodPost, "/api/v1/releases/2/bureau", `{"bureau":"CONTENTIEUX"}`)
	expect("opened, acknowledged, handed over", 1, state("SEJOUR", 2, 1, 1, 1), state("ELOIGNEMENT", 0, 0, 0, 0), state("CONTENTIEUX", 1, 1, 1, 0))
	for _, b := range z.reconciled("pref-69").Bureaux {
		if b.Sent != 0 {
			t.Errorf("another prefecture counts %+v", b)
		}
	}
	page := z.call("pref-75", http.MethodGet, "/rapprochement", "")
	if page.status != 200 || !strings.Contains(string(page.body), "Un écart est constaté") {
		t.Errorf("the page: %d %s", page.status, page.body)
	}
}

// TestAnUnreadUrgentOpinionIsAnAlarmOnce: two hours after it came, in the log and to the operator; not of a residence permit, not of one that was
// opened.
func TestAnUnreadUrgentOpinionIsAnAlarmOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	stay, unread, opened := z.create("pref-75", caseOne).ID, z.create("pref-75", removalCase).ID, z.create("pref-75", removalCase).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	z.taken(z.opinion(1, stay))
	z.taken(z.removalOpinion(2, unread))
	z.taken(z.removalOpinion(3, opened))
	z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+opened+"/opinion", "")
	sweep := func(want int) {
		t.Helper()
		if n, err := z.desk.AlarmUnread(t.Context()); err != nil || n != want {
			t.Errorf("%d alarms, want %d: %v", n, want, err)
		}
	}
	z.clock.set("2026-03-12T12:01:59+01:00")
	sweep(0)
	z.clock.set("2026-03-12T12:02:00+01:00")
	sweep(1)
	sweep(0)
	if got := z.reconciled("pref-75").Urgent; len(got) != 1 || got[0].Release != 2 || got[0].Referral != unread {
		t.Errorf("urgent: %+v", got)
	}
	if got := z.reconciled("pref-69").Urgent; len(got) != 0 {
		t.Errorf("another prefecture sees %+v", got)
	}
	if !strings.Contains(z.log.String(), "ALARM: an urgent opinion is unread") {
		t.Error("the operator is told nothing")
	}
	var entries int
	if err := z.pool.QueryRow(t.Context(), "SELECT count(*) FROM audit.entries e WHERE e.action = 'release.remind' AND e.object = '2' AND e.outcome = 'DONE'").Scan(&entries); err != nil || entries != 1 {
		t.Errorf("%d entries, %v", entries, err)
	}
	z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+unread+"/opinion", "")
	if got := z.reconciled("pref-75").Urgent; len(got) != 0 {
		t.Errorf("once opened: %+v", got)
	}
}

// TestAMessageGoesToAnotherBureau: the inbox of a bureau shows what follows from its referral, or was handed to it, with what waits there.
func TestAMessageGoesToAnotherBureau(t *testing.T) {
	t.Parallel()
	z, _ := withOpinion(t)
	inbox := func(bureau string) string {
		t.Helper()
		a := z.call("pref-75", http.MethodGet, "/messages"+bureau, "")
		if a.status != 200 {
			t.Fatalf("%s: %d %s", bureau, a.status, a.body)
		}
		return string(a.body)
	}
	const read = "Lire l’avis"
	if !strings.Contains(inbox("?bureau=SEJOUR"), read) || strings.Contains(inbox("?bureau=CONTENTIEUX"), read) {
		t.Error("before: the opinion of a residence permit is not where it belongs")
	}
	z.refused(func() answer {
		return z.call("pref-69", http.MethodPost, "/api/v1/releases/2/bureau", `{"bureau":"CONTENTIEUX"}`)
	}, 404, "not_found", "", "WRONG_PREFECTURE")
	z.refused(func() answer {
		return z.call("pref-75", http.MethodPost, "/api/v1/releases/2/bureau", `{"bureau":"AUTRE"}`)
	}, 422, "invalid", "", "INVALID")
	if a := z.call("pref-75", http.MethodPost, "/api/v1/releases/2/bureau", `{"bureau":"CONTENTIEUX"}`); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if strings.Contains(inbox("?bureau=SEJOUR"), read) || !strings.Contains(inbox("?bureau=CONTENTIEUX"), read) {
		t.Error("after: the opinion is not in the inbox of the bureau that it was handed to")
	}
	if page := inbox(""); !strings.Contains(page, "Contentieux\u00a0: 1 non lu<") || !strings.Contains(page, "Tous vos bureaux\u00a0: 1 non lu<") || !strings.Contains(page, read) {
		t.Error("the counts do not follow")
	}
	z.call("pref-75", http.MethodPost, "/api/v1/releases/2/acknowledgement", "")
	if page := inbox(""); strings.Contains(page, "1 non lu<") {
		t.Error("an acknowledged opinion is still counted")
	}
	if a := z.call("pref-75", http.MethodGet, "/api/v1/releases?bureau=SEJOUR", ""); a.status != 422 {
		t.Errorf("a program narrows by bureau: %d", a.status)
	}
}
