package server_test

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/release"
	"cloison/server/prefecture"
	"cloison/web"
)

func testLog(z *zone) *slog.Logger { return slog.New(slog.NewJSONHandler(z.log, nil)) }

// withOpinion is a zone whose referral has its notice (1) and its opinion (2).
func withOpinion(t *testing.T) (*zone, string) {
	t.Helper()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	for _, r := range []release.Release{z.notice(1, id), z.opinion(2, id)} {
		if a := z.put(r); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	return z, id
}

func TestReleasesAreListed(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	var list web.List[struct {
		Seq              int64
		Code, On, AGDREF string
		Kind, Referral   string
		Fields           map[string]any
		Acknowledged     bool
	}]
	z.call("pref-75", http.MethodGet, "/api/v1/releases?referral="+id, "").into(t, &list)
	if len(list.Items) != 2 {
		t.Fatalf("got %+v", list)
	}
	n0, n6 := list.Items[0], list.Items[1]
	if n0.Code != "N0" || n0.Kind != "notice" || n0.On != "2026-01-16" || n0.AGDREF != "9975100017" || len(n0.Fields) != 1 || n0.Fields["technical_code"] != "ACCEPTEE" {
		t.Errorf("got %+v", n0)
	}
	if n6.Code != "N6" || n6.Kind != "opinion" || len(n6.Fields) != 2 || n6.Fields["opinion_version"] != 1.0 || n6.Fields["opinion_on"] != "2026-03-12" {
		t.Errorf("got %+v", n6)
	}
	z.call("pref-75", http.MethodGet, "/api/v1/releases?after=1", "").into(t, &list)
	if len(list.Items) != 1 || list.Items[0].Seq != 2 {
		t.Errorf("after 1: %+v", list)
	}
	z.call("pref-69", http.MethodGet, "/api/v1/releases?referral="+id, "").into(t, &list)
	if len(list.Items) != 0 {
		t.Errorf("another prefecture sees %+v", list)
	}
}

func TestReleasesWait(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	got := make(chan answer, 1)
	go func() { got <- z.call("pref-75", http.MethodGet, "/api/v1/releases?wait=30", "") }()
	z.put(z.notice(1, id))
	select {
	case a := <-got:
		if !strings.Contains(string(a.body), `"N0"`) {
			t.Errorf("got %s", a.body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the long poll slept through")
	}
}

func TestTheOpinionIsReadWithItsNames(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+"/opinion", "")
	var got prefecture.OpinionDetail
	a.into(t, &got)
	if a.status != 200 || got.Outcome != release.Favourable || *got.DurationMonths != 12 || got.AGDREF != "9975100017" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if len(got.AuthorNames) != 3 || got.AuthorNames[2].FamilyName != "TROISIEMEAUX" || got.Patient.FamilyName != "FICTIVAUX-N'DRI" || got.Requesters[0].ID != "patient" {
		t.Errorf("got %s", a.body)
	}
	if _, err := z.sealer.Pins().Verify(got.Opinion, z.namesOf(got.Unsealed)); err != nil {
		t.Errorf("the opinion as read no longer verifies: %v", err)
	}
	for _, path := range []string{"/api/v1/releases/2", "/api/v1/referrals/" + id + "/opinion"} {
		z.refused(func() answer { return z.call("pref-69", http.MethodGet, path, "") }, 404, "not_found", "", "WRONG_PREFECTURE")
	}
}

func TestNoOpinionYet(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.refused(func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+"/opinion", "") }, 409, "conflict", "OPINION_NOT_ISSUED", "OPINION_NOT_ISSUED")
}

func TestAnOpinionIsAcknowledgedOnce(t *testing.T) {
	t.Parallel()
	z, id := withOpinion(t)
	z.clock.set("2026-03-13T14:22:00+01:00")
	acknowledge := func(who, seq string) func() answer {
		return func() answer { return z.call(who, http.MethodPost, "/api/v1/releases/"+seq+"/acknowledgement", "") }
	}
	z.refused(acknowledge("pref-69", "2"), 404, "not_found", "", "WRONG_PREFECTURE")
	z.refused(acknowledge("pref-75", "1"), 409, "conflict", "NOT_ACKNOWLEDGEABLE", "NOT_ACKNOWLEDGEABLE")
	z.refused(acknowledge("pref-75", "9"), 404, "not_found", "", "NOT_FOUND")

	a := acknowledge("pref-75", "2")()
	if a.status != http.StatusCreated || !strings.Contains(string(a.body), `"acknowledged":true`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	z.refused(acknowledge("pref-75", "2"), 409, "conflict", "ALREADY_ACKNOWLEDGED", "ALREADY_ACKNOWLEDGED")

	page, err := release.Decode[release.AcknowledgementPage](z.relay(http.MethodGet, "/relay/v1/acknowledgements?after=0", nil).body)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%v %+v", err, page)
	}
	got := page.Items[0]
	if err := release.VerifyAcknowledgement(z.ackKey, got); err != nil || got.Release != 2 || got.Referral != id || got.Version != 1 || got.On != "2026-03-13" || got.At != "2026-03-13T13:22:00Z" {
		t.Errorf("%v %+v", err, got)
	}
	_, err = z.pool.Exec(t.Context(), `INSERT INTO server.acknowledgements (seq, release, referral, version, dated, at, author, body)
		SELECT 2, release, referral, version, dated, at, author, replace(body, '"seq":1', '"seq":2') FROM server.acknowledgements`)
	if constraint(err) != "acknowledged_once" {
		t.Errorf("the database accepts a second acknowledgement: %v", err)
	}
}

func TestAcknowledgementsAtOnceAreOne(t *testing.T) {
	t.Parallel()
	z, _ := withOpinion(t)
	results := make(chan int)
	for range 6 {
		go func() { results <- z.call("pref-75", http.MethodPost, "/api/v1/releases/2/acknowledgement", "").status }()
	}
	created := 0
	for range 6 {
		if status := <-results; status == http.StatusCreated {
			created++
		} else if status != http.StatusConflict {
			t.Errorf("%d", status)
		}
	}
	if created != 1 {
		t.Errorf("%d acknowledgements", created)
	}
}

func TestTheInboxIsTheSameOperation(t *testing.T) {
	t.Parallel()
	z, _ := withOpinion(t)
	a := z.call("pref-75", http.MethodGet, "/messages", "")
	if a.status != 200 || !strings.Contains(string(a.body), "9975100017") || !strings.Contains(string(a.body), "Boîte de réception") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := z.call("pref-69", http.MethodGet, "/messages", ""); strings.Contains(string(a.body), "9975100017") {
		t.Error("another prefecture's inbox shows it")
	}
	z.refused(func() answer { return z.call("aud-01", http.MethodGet, "/messages", "") }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}
