package server_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/internal/db"
	"cloison/release"
	"cloison/release/form"
)

func constraint(err error) string {
	name, _ := db.Constraint(err)
	return name
}

func (z *zone) dial(client *http.Client, method, path string, body []byte) (answer, error) {
	z.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, z.door+path, strings.NewReader(string(body)))
	if err != nil {
		z.t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{}, err
	}
	response.Body.Close()
	return answer{status: response.StatusCode}, nil
}

func (z *zone) relay(method, path string, body []byte) answer {
	z.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, z.door+path, strings.NewReader(string(body)))
	if err != nil {
		z.t.Fatal(err)
	}
	return z.send(z.medical(), request)
}

func (z *zone) events(after int) release.ReferralPage {
	z.t.Helper()
	a := z.relay(http.MethodGet, fmt.Sprintf("/relay/v1/referrals?after=%d", after), nil)
	page, err := release.Decode[release.ReferralPage](a.body)
	if a.status != 200 || err != nil {
		z.t.Fatalf("%d %v %s", a.status, err, a.body)
	}
	return page
}

// put delivers a release and says what came back.
func (z *zone) put(r release.Release) answer {
	z.t.Helper()
	body, err := release.Canonical(r)
	if err != nil {
		z.t.Fatal(err)
	}
	return z.relay(http.MethodPut, fmt.Sprintf("/relay/v1/releases/%d", r.Seq), body)
}

func (z *zone) notice(seq int64, referral string) release.Release {
	n := release.NewNotice(referral, release.ReferralAnswered, "2026-01-16", release.NoticeFields{TechnicalCode: ptr(release.Accepted)})
	return release.Release{Seq: seq, Kind: release.ReleaseNotice, Notice: &n}
}

// opinion is a favourable opinion of lines 1 to 3, sealed after the changes.
func (z *zone) opinion(seq int64, referral string, changes ...func(*release.Unsealed)) release.Release {
	z.t.Helper()
	box := release.Box{}
	stage := release.Stage{Convocation: box, Exams: box, Identity: box}
	u := release.Unsealed{IssuedOn: "2026-03-12", OpinionBody: release.OpinionBody{
		ID: release.OpinionID(referral, 1), Referral: referral, ReferralVersion: 1, Version: 1, Receiver: "75", Kind: release.KindFirst,
		Form: release.Form{Annexe: release.AnnexeC, Version: "C-2021"}, Country: release.Country{Role: release.Origin, Country: "CIV"},
		StageReport: &stage, StageOpinion: &stage, CareNeeded: release.CareIsNeeded, ExceptionalGravity: ptr(release.GravityPossible),
		TreatmentAvailable: ptr(release.TreatmentUnreachable), DurationMonths: ptr(12), Outcome: release.Favourable,
		Decision: release.DecisionRef{Ref: "DEC-2026-01", Digest: z.digest}, Authors: []int{1, 2, 3},
	}}
	for _, change := range changes {
		change(&u)
	}
	o, err := z.sealer.Seal(u, z.namesOf(u))
	if err != nil { // not lawful, or on a form without a renderer: there is no document to seal
		o, err = z.sealer.SealDigest(u, [32]byte{})
	}
	if err != nil {
		z.t.Fatal(err)
	}
	return release.Release{Seq: seq, Kind: release.ReleaseOpinion, Opinion: &o}
}

// namesOf is what the medical zone knows: the referral as it crossed, and its own copy of the decision.
func (z *zone) namesOf(u release.Unsealed) form.Names {
	z.t.Helper()
	n := form.Names{Authors: make([]form.Author, len(u.Authors))}
	for i, line := range u.Authors {
		for _, d := range decisions(z.t) {
			if d.Ref == u.Decision.Ref && line <= len(d.Lines) {
				n.Authors[i] = form.Author{FamilyName: d.Lines[line-1].FamilyName, GivenName: d.Lines[line-1].GivenName}
			}
		}
	}
	n.AGDREF, n.Patient.FamilyName, n.BirthDate = "0", "X", "2000-01-01" // of a referral that is unknown
	for _, e := range z.events(0).Items {
		if r := e.Referral; r != nil && r.ID == u.Referral {
			p := r.Civil.Patient
			n.AGDREF, n.Patient, n.BirthDate = r.AGDREF, form.Person{FamilyName: p.FamilyName, UsageName: p.UsageName, GivenNames: p.GivenNames}, p.BirthDate
		}
	}
	return n
}

// TestHandshakeRefuses: over real sockets, nothing is answered but to the named peer.
func TestHandshakeRefuses(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for name, client := range map[string]*http.Client{
		"no certificate":            z.client(tls.VersionTLS13),
		"another name":              z.client(tls.VersionTLS13, z.peers.issue(t, "medical.test.example")),
		"the server's own":          z.client(tls.VersionTLS13, z.peers.issue(t, serverName)),
		"another authority":         z.client(tls.VersionTLS13, newAuthority(t).issue(t, medicalName)),
		"TLS 1.2, good certificate": z.client(tls.VersionTLS12, z.peers.issue(t, medicalName)),
	} {
		if a, err := z.dial(client, http.MethodGet, "/relay/v1/referrals", nil); err == nil {
			t.Errorf("%s: answered %d", name, a.status)
		}
	}
	if a, err := z.dial(z.medical(), http.MethodGet, "/relay/v1/referrals", nil); err != nil || a.status != 200 {
		t.Errorf("the named peer: %d %v", a.status, err)
	}
}

func TestAnythingElseIs404(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for _, call := range [][2]string{
		{"GET", "/"}, {"GET", "/api/v1/referrals"}, {"GET", "/api/openapi.json"}, {"GET", "/healthz"}, {"POST", "/relay/v1/referrals"},
		{"DELETE", "/relay/v1/releases/1"}, {"GET", "/relay/v1/releases/1"}, {"PUT", "/relay/v1/releases/x"}, {"PUT", "/relay/v1/releases/0"},
		{"GET", "/relay/v1/Referrals"}, {"GET", "/relay/v1/referrals/"}, {"GET", "/relay/v2/referrals"},
	} {
		if a := z.relay(call[0], call[1], nil); a.status != 404 {
			t.Errorf("%s %s: %d", call[0], call[1], a.status)
		}
	}
}

// TestCallWithoutPeerIs404: the application checks the peer for each call by itself, were its listener a careless one.
func TestCallWithoutPeerIs404(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.create("pref-75", caseOne)
	careless, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = z.doorApp.Listener(careless) }()
	asking, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	own := z.peers.issue(t, serverName)
	go func() {
		_ = z.doorApp.Listener(tls.NewListener(asking, &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS13}))
	}()
	for name, c := range map[string]struct {
		base   string
		client *http.Client
	}{
		"plain HTTP":             {"http://" + careless.Addr().String(), http.DefaultClient},
		"a name nobody checked":  {"https://" + asking.Addr().String(), z.client(tls.VersionTLS13, z.peers.issue(t, "other.test"))},
		"a chain nobody checked": {"https://" + asking.Addr().String(), z.client(tls.VersionTLS13, newAuthority(t).issue(t, medicalName))},
	} {
		for _, path := range []string{"/relay/v1/referrals", "/relay/v1/acknowledgements"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if a := z.send(c.client, request); a.status != 404 || strings.Contains(string(a.body), "FICTIVAUX") {
				t.Errorf("%s, %s: %d", name, path, a.status)
			}
		}
	}
}

func TestReferralsWait(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	got := make(chan answer, 1)
	go func() { got <- z.relay(http.MethodGet, "/relay/v1/referrals?after=0&wait=30s", nil) }()
	z.create("pref-75", caseOne)
	select {
	case a := <-got:
		page, err := release.Decode[release.ReferralPage](a.body)
		if err != nil || len(page.Items) != 1 || page.Items[0].Referral.Civil.Patient.FamilyName != "FICTIVAUX-N'DRI" {
			t.Errorf("%v %s", err, a.body)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the long poll slept through")
	}
	if page := z.events(1); page.Items == nil || len(page.Items) != 0 {
		t.Errorf("after the last: %+v", page)
	}
	for _, query := range []string{"after=-1", "after=x", "wait=31s", "wait=30", "wait=-1s"} {
		if a := z.relay(http.MethodGet, "/relay/v1/referrals?"+query, nil); a.status != 422 {
			t.Errorf("%s: %d", query, a.status)
		}
	}
}

func TestAnotherReplicaIsHeard(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	next := z.bell.Next()
	go z.bell.Watch(ctx, z.pool, testLog(z))
	<-next // the first look rings
	next = z.bell.Next()
	if _, err := z.pool.Exec(ctx, `UPDATE server.counters SET value = value + 1 WHERE name = 'referral_event'`); err != nil {
		t.Fatal(err)
	}
	select {
	case <-next:
	case <-time.After(10 * time.Second):
		t.Fatal("a number taken elsewhere rang nothing")
	}
}

func TestReleasesComeInOrderAndOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")

	z.refused(func() answer { return z.put(z.notice(2, id)) }, 409, "conflict", "RELEASE_GAP", "RELEASE_GAP")
	var gap struct{ Expected int64 }
	z.put(z.notice(3, id)).into(t, &gap)
	if gap.Expected != 1 {
		t.Errorf("expected %d, want 1", gap.Expected)
	}
	first := z.notice(1, id)
	for range 3 {
		if a := z.put(first); a.status != 200 || string(a.body) != `{"seq":1,"quarantined":false}` {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	other := release.NewNotice(id, release.ReferralAnswered, "2026-01-17", release.NoticeFields{TechnicalCode: ptr(release.Accepted)})
	z.refused(func() answer { return z.put(release.Release{Seq: 1, Kind: release.ReleaseNotice, Notice: &other}) }, 409, "conflict", "RELEASE_DIFFERS", "RELEASE_DIFFERS")
	if !strings.Contains(z.log.String(), "ALARM") {
		t.Error("other bytes under a known number raise no alarm")
	}
	if a := z.put(z.opinion(2, id)); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	z.refused(func() answer { return z.put(z.opinion(3, id)) }, 409, "conflict", "RELEASE_VERSION", "RELEASE_VERSION")
	if rows := z.rows(); !strings.HasPrefix(rows, "1 1 2 1 0 ") {
		t.Errorf("rows: %s", rows)
	}
}

// TestEveryNumberRings: whoever waits is woken by the commit itself, not by the look of every second.
func TestEveryNumberRings(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	rung := z.bell.Next()
	id := z.create("pref-75", caseOne).ID
	requireRung(t, rung, "a referral")
	z.clock.set("2026-03-12T10:02:00+01:00")
	rung = z.bell.Next()
	z.put(z.opinion(1, id))
	requireRung(t, rung, "a release received")
	rung = z.bell.Next()
	z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", "")
	requireRung(t, rung, "an acknowledgement")
}

func requireRung(t *testing.T, rung <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-rung:
	default:
		t.Errorf("%s rang nothing", what)
	}
}

func TestAStoppingProgramEndsItsLongPolls(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	got := make(chan answer, 2)
	go func() { got <- z.relay(http.MethodGet, "/relay/v1/referrals?wait=30s", nil) }()
	go func() { got <- z.call("pref-75", http.MethodGet, "/api/v1/releases?wait=30", "") }()
	z.bell.Stop()
	for range 2 {
		select {
		case a := <-got:
			if a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("a long poll outlives the program's stop")
		}
	}
}

// TestTwoDeliveriesAtOnce: the same release by two connections at the same time is one row.
func TestTwoDeliveriesAtOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	results := make(chan int)
	for range 6 {
		go func() { results <- z.put(z.notice(1, id)).status }()
	}
	for range 6 {
		if status := <-results; status != 200 {
			t.Errorf("%d", status)
		}
	}
	if rows := z.rows(); !strings.HasPrefix(rows, "1 1 1 0 0 ") {
		t.Errorf("rows: %s", rows)
	}
}

// TestAnOpinionOfAnotherFamily: liberty may change the kind within a family (case of a person free, then retained), never
// the family.
func TestAnOpinionOfAnotherFamily(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	removal := strings.NewReplacer("SEJ_L4259_PREMIERE", "OQTF_L7313_LIBRE", "PAYS_ORIGINE", "PAYS_RENVOI", `"ANEF"`, `"ELOIGNEMENT"`,
		`"removal_decision": null`, `"removal_decision": {"type": "OQTF", "issued_on": "2026-01-10", "notified_at": null}`).Replace(caseOne)
	id := z.create("pref-75", removal).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	single := func(kind release.Kind) release.Release {
		return z.opinion(1, id, func(u *release.Unsealed) {
			u.Kind, u.StageReport, u.Country.Role = kind, nil, release.Return
			u.Form, u.Authors = release.Form{Annexe: release.AnnexeD, Version: "D-2025"}, []int{1}
			u.Decision = release.DecisionRef{Ref: "DES-2025-07", Digest: z.singleDigest}
		})
	}
	z.refused(func() answer { return z.put(single(release.KindExpDetained)) }, 422, "invalid", "RELEASE_CONTENT", "RELEASE_CONTENT")
	if a := z.put(single(release.KindOQTFRetained)); a.status != 200 || string(a.body) != taken {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestAReleaseThatIsNotLawful(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:02:00+01:00")
	elsewhere := "11111111-2222-4333-8444-555555555555"
	for name, r := range map[string]struct {
		release release.Release
		rule    string
	}{
		"another version of referral":  {z.opinion(1, id, func(u *release.Unsealed) { u.ReferralVersion = 2 }), "RELEASE_REFERRAL"},
		"an unknown referral":          {z.opinion(1, elsewhere), "RELEASE_REFERRAL"},
		"a notice of an unknown one":   {z.notice(1, elsewhere), "RELEASE_REFERRAL"},
		"another prefecture":           {z.opinion(1, id, func(u *release.Unsealed) { u.Receiver = "69" }), "RELEASE_RECEIVER"},
		"another country":              {z.opinion(1, id, func(u *release.Unsealed) { u.Country.Country = "MLI" }), "RELEASE_CONTENT"},
		"a day that has not come":      {z.opinion(1, id, func(u *release.Unsealed) { u.IssuedOn = "2026-03-14" }), "RELEASE_CONTENT"},
		"another copy of the decision": {z.opinion(1, id, func(u *release.Unsealed) { u.Decision.Digest = strings.Repeat("0", 64) }), "RELEASE_DECISION"},
		"an unknown decision":          {z.opinion(1, id, func(u *release.Unsealed) { u.Decision.Ref = "DEC-2019-03" }), "RELEASE_DECISION"},
		"another family of kinds": {z.opinion(1, id, func(u *release.Unsealed) {
			u.Kind, u.StageReport, u.Country.Role = release.KindOQTFFree, nil, release.Return
		}), "RELEASE_CONTENT"},
		"a college for one physician": {z.opinion(1, id, func(u *release.Unsealed) {
			u.Decision = release.DecisionRef{Ref: "DES-2025-07", Digest: z.singleDigest}
		}), "RELEASE_DECISION"},
		"before the decision was in force": {z.opinion(1, id, func(u *release.Unsealed) { u.IssuedOn = "2025-12-31" }), "RELEASE_DECISION"},
		"a line that is nobody's":          {z.opinion(1, id, func(u *release.Unsealed) { u.Authors = []int{1, 2, 9} }), "RELEASE_AUTHORS"},
		"a listing that has ended":         {z.opinion(1, id, func(u *release.Unsealed) { u.Authors = []int{1, 2, 4} }), "RELEASE_AUTHORS"},
		"free text":                        {z.opinion(1, id, func(u *release.Unsealed) { u.Form.Version = "C-2021 (VIH)" }), "RELEASE_FORM"},
		"two authors":                      {z.opinion(1, id, func(u *release.Unsealed) { u.Authors = []int{1, 2} }), "RELEASE_FORM"},
	} {
		t.Run(name, func(t *testing.T) {
			z.t = t
			z.refused(func() answer { return z.put(r.release) }, 422, "invalid", r.rule, r.rule)
		})
	}
	z.t = t
	body, _ := release.Canonical(z.notice(1, id))
	z.refused(func() answer { return z.relay(http.MethodPut, "/relay/v1/releases/2", body) }, 422, "invalid", "RELEASE_NUMBER", "RELEASE_NUMBER")
	spaced := []byte(strings.Replace(string(body), ":", ": ", 1))
	z.refused(func() answer { return z.relay(http.MethodPut, "/relay/v1/releases/1", spaced) }, 422, "invalid", "RELEASE_FORM", "RELEASE_FORM")
	if a := z.relay(http.MethodPut, "/relay/v1/releases/1", make([]byte, release.MaxBytes+1)); a.status != 413 {
		t.Errorf("an oversized body: %d", a.status)
	}
	if strings.Contains(z.log.String(), "VIH") {
		t.Error("what was refused stands in the log")
	}
}
