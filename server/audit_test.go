package server_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"cloison/audit"
	"cloison/audit/desk"
	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
	"cloison/policy"
)

// asked is a search of the log, as the auditor.
func (z *zone) asked(query ...string) answer {
	z.t.Helper()
	values := url.Values{}
	for i := 0; i < len(query); i += 2 {
		values.Set(query[i], query[i+1])
	}
	return z.call("aud-01", http.MethodGet, "/api/v1/audit/search?"+values.Encode(), "")
}

type foundEntries struct {
	Items []struct {
		ID, Subject, Name, Purpose, Action, Object, Item, Outcome, Rule string
		ObjectKind                                                      string `json:"object_kind"`
	}
	Next string
}

// Reading the log is logged: the entry of a search says for which ground, of which account and of which dossier; a login does not stand in it.
func TestASearchIsRecordedWithItsGround(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	who := subjects["pref-75"].Reference
	z.asOwner(`insert into identity.people (id, reference, login, role, given_name, family_name, issuer, subject, prefecture)
		values ('pref-75', $1, 't.lemarchandel', 'PREFECTURE', 'Thibaut', 'LEMARCHANDEL', 'proconnect', 's-75', '75')`, who)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	if a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+referral, ""); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a := z.asked("ground", "PLAINTE", "account", "t.lemarchandel", "object", referral, "result", "OPENED")
	var found foundEntries
	a.into(t, &found)
	if len(found.Items) != 1 || found.Items[0].Action != "referral.get" || found.Items[0].Name != "Thibaut LEMARCHANDEL" || found.Items[0].Subject != who {
		t.Fatalf("%d %s", a.status, a.body)
	}
	var said foundEntries
	z.call("aud-01", http.MethodGet, "/api/v1/audit/entries?request_id="+a.requestID, "").into(t, &said)
	if len(said.Items) != 1 {
		t.Fatalf("%d entries of the search", len(said.Items))
	}
	if e := said.Items[0]; e.Action != "audit.search" || e.Purpose != "PLAINTE" || e.ObjectKind != "search" || e.Object != who || e.Item != referral || e.Outcome != "DONE" || e.Name != "" {
		t.Errorf("the search is recorded as %+v", e)
	}
	// What the auditor read of it is no opening of the referral.
	again := z.asked("ground", "CONTROLE", "object", referral, "result", "OPENED")
	again.into(t, &found)
	if len(found.Items) != 1 {
		t.Errorf("%s", again.body)
	}
}

func TestASearchWithoutAGroundIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.refused(func() answer { return z.asked("result", "REFUSED") }, 422, "invalid", "GROUND_REQUIRED", "GROUND_REQUIRED")
	z.refused(func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/audit/search?ground=CONTROLE", "") }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}

// What is typed into a search may be a name, or an illness: none of it enters the log.
func TestWhatIsTypedIntoASearchEntersNoEntry(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	for _, query := range [][]string{
		{"ground", "CONTROLE", "account", "CNRY-durand"}, {"ground", "CONTROLE", "object", "CNRY-diabete"}, {"ground", "CNRY", "account", "relay"},
		{"ground", "CONTROLE", "action", "CNRY"}, {"ground", "CONTROLE", "rule", "CNRY"}, {"ground", "CONTROLE", "from", "CNRY"},
	} {
		if a := z.asked(query...); a.status != http.StatusOK && a.status != http.StatusUnprocessableEntity || strings.Contains(string(a.body), "CNRY") {
			t.Errorf("%v: %d %s", query, a.status, a.body)
		}
	}
	var found int
	if err := z.owner.QueryRow(t.Context(), `select count(*) from audit.entries e where e::text ilike '%cnry%'`).Scan(&found); err != nil || found != 0 {
		t.Errorf("%d entries hold what was typed, %v", found, err)
	}
	if strings.Contains(z.log.String(), "CNRY") {
		t.Error("the journal holds what was typed")
	}
}

// signing is the key of a log, and what numbers and signs it as it stands.
func (z *zone) signing() (note.Verifier, func()) {
	z.t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		z.t.Fatal(err)
	}
	key := keyfile.NewSigner(private)
	verifier, err := checkpoint.NewVerifier("cloison.test.server", key.Public())
	if err != nil {
		z.t.Fatal(err)
	}
	return verifier, func() {
		for waiting := 1; waiting > 0; { // another test's transaction may hold an entry back for an instant
			if _, err = audit.Integrate(z.t.Context(), z.pool); err != nil {
				z.t.Fatal(err)
			}
			if err = z.pool.QueryRow(z.t.Context(), "select (select count(*) from audit.entries) - (select count(*) from audit.leaves)").Scan(&waiting); err != nil {
				z.t.Fatal(err)
			}
		}
		_, err := audit.SignHead(z.t.Context(), z.pool, audit.NewOwnSigner("cloison.test.server", key), verifier, z.clock.Now())
		if err != nil && !errors.Is(err, audit.ErrNoHead) {
			z.t.Fatal(err)
		}
	}
}

func (z *zone) exported(query string) answer {
	z.t.Helper()
	return z.call("aud-01", http.MethodGet, "/api/v1/audit/export?"+query, "")
}

// An intent before the first byte, and how it ended after the last; both say for which ground. A bundle is checked with the public key.
func TestAnExportIsRecordedToItsEnd(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	z.refused(func() answer { return z.exported("ground=JUSTICE&format=pdf") }, 422, "invalid", "", "INVALID")
	z.refused(func() answer { return z.exported("format=csv") }, 422, "invalid", "GROUND_REQUIRED", "GROUND_REQUIRED")
	if a := z.exported("ground=JUSTICE&format=csv"); a.status != http.StatusConflict {
		t.Fatalf("without a checkpoint: %d %s", a.status, a.body)
	}
	// The cluster is shared: another test's transaction may hold the entries back for an instant.
	key, sign := z.signing()
	for placed := false; !placed; {
		sign()
		if err := z.owner.QueryRow(t.Context(), `select exists (select 1 from audit.entries e join audit.leaves l on l.entry = e.id where e.object = $1)`, referral).Scan(&placed); err != nil {
			t.Fatal(err)
		}
	}
	a := z.exported("ground=JUSTICE&format=bundle&object=" + referral)
	r, err := audit.VerifyBundle(bytes.NewReader(a.body), audit.VerifyOptions{Log: key})
	if a.status != http.StatusOK || err != nil || r.Line != 0 || r.Entries != 1 {
		t.Fatalf("%d, %+v, %v", a.status, r, err)
	}
	var said foundEntries
	for len(said.Items) < 2 { // the end is recorded once the last byte was handed over
		z.call("aud-01", http.MethodGet, "/api/v1/audit/entries?request_id="+a.requestID, "").into(t, &said)
	}
	for i, outcome := range []string{"INTENT", "SERVED"} {
		if e := said.Items[i]; e.Action != "audit.export" || e.Purpose != "JUSTICE" || e.Item != referral || e.Outcome != outcome {
			t.Errorf("entry %d: %+v", i, e)
		}
	}
	var served int64
	if err := z.owner.QueryRow(t.Context(), `select e.bytes from audit.entries e where e.id = $1`, said.Items[1].ID).Scan(&served); err != nil || served != int64(len(a.body)) {
		t.Errorf("%d bytes recorded of %d, %v", served, len(a.body), err)
	}
	for _, format := range []string{"csv", "fhir"} {
		if a := z.exported("ground=JUSTICE&format=" + format); a.status != http.StatusOK || !strings.Contains(string(a.body), referral) || strings.Contains(string(a.body), "FICTIVAUX") {
			t.Errorf("%s: %d %s", format, a.status, a.body)
		}
	}
}

// Whether an account exists is not told to who may not search, by an export either.
func TestAnExportNamesAnAccountByReference(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.refused(func() answer { return z.exported("ground=CONTROLE&format=csv&account=t.lemarchandel") }, 422, "invalid", "", "INVALID")
}

// kept are the decisions of a zone, in memory.
type kept struct {
	mu  sync.Mutex
	all []policy.Recorded
}

func (k *kept) keep(one policy.Recorded) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, one)
}

func (k *kept) Find(entry string, _ time.Time) (policy.Recorded, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, one := range k.all {
		if one.Entry == entry {
			return one, nil
		}
	}
	return policy.Recorded{}, desk.ErrNotKept
}

func (k *kept) Between(time.Time, time.Time) (io.ReadCloser, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, one := range k.all {
		if err := encoder.Encode(one); err != nil {
			return nil, err
		}
	}
	return io.NopCloser(&lines), nil
}

// Which rule decided, and would today's still: of one entry, and of a week.
func TestAPastDecisionIsPutToTheRulesOfToday(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	z.call("pref-69", http.MethodGet, "/api/v1/referrals/"+referral, "")
	var found foundEntries
	z.asked("ground", "CONTROLE", "object", referral).into(t, &found)
	explained := func(entry string) (out desk.Explained) {
		t.Helper()
		z.call("aud-01", http.MethodGet, "/api/v1/audit/entries/"+entry+"/decision", "").into(t, &out)
		return out
	}
	refused := explained(found.Items[0].ID)
	if refused.Then.Rule != "WRONG_PREFECTURE" || !refused.Kept || refused.Now.Rule != "WRONG_PREFECTURE" || refused.Now.Decision != "DENY" || refused.Sentence == "" || len(refused.Conditions) == 0 {
		t.Errorf("the refusal: %+v", refused)
	}
	// Kept under rules that allowed it: today's would not.
	z.decided.mu.Lock()
	for i := range z.decided.all {
		if z.decided.all[i].Entry == found.Items[0].ID {
			z.decided.all[i].Allow, z.decided.all[i].Rule, z.decided.all[i].Policy = true, "ALLOW_PREFECTURE", strings.Repeat("0b", 32)
		}
	}
	z.decided.mu.Unlock()
	var again desk.Replayed
	z.call("aud-01", http.MethodGet, "/api/v1/audit/replay", "").into(t, &again)
	if !again.Kept || again.Refused != 1 || again.Allowed != 0 || len(again.Differences) != 1 || again.Differences[0].Entry != found.Items[0].ID || again.Decisions != again.SameRules+1 {
		t.Errorf("the week: %+v", again)
	}
	z.decided.mu.Lock()
	z.decided.all = nil
	z.decided.mu.Unlock()
	if e := explained(found.Items[0].ID); e.Kept || e.Now != nil || e.Then.Rule != "WRONG_PREFECTURE" {
		t.Errorf("a decision that was not kept: %+v", e)
	}
	z.refused(func() answer {
		return z.call("aud-01", http.MethodGet, "/api/v1/audit/replay?from=2026-01-01&until=2026-02-01", "")
	}, 422, "invalid", "", "INVALID")
	if a := z.call("aud-01", http.MethodGet, "/api/v1/audit/entries/"+referral+"/decision", ""); a.status != http.StatusNotFound {
		t.Errorf("no such entry: %d", a.status)
	}
}

// An incident is measured for a ground, of an account, a session or a period; persons are named by their referral alone.
func TestAnIncidentIsMeasured(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+referral, "")
	z.call("pref-75", http.MethodGet, "/api/v1/referrals", "")
	exposure := func(query string) answer {
		return z.call("aud-01", http.MethodGet, "/api/v1/audit/exposure?"+query, "")
	}
	var got desk.ExposureView
	a := exposure("ground=INCIDENT&account=" + subjects["pref-75"].Reference)
	a.into(t, &got)
	if got.Persons != 1 || got.Readings != 1 || got.Lists != 1 || got.Accounts != 1 || len(got.Items) != 1 || got.Items[0].Object != referral || strings.Contains(string(a.body), "FICTIVAUX") {
		t.Errorf("%d %s", a.status, a.body)
	}
	exposure("ground=INCIDENT&account="+subjects["pref-93"].Reference).into(t, &got)
	if got.Persons != 0 || len(got.Items) != 0 {
		t.Errorf("another account: %+v", got)
	}
	z.refused(func() answer { return exposure("ground=INCIDENT") }, 422, "invalid", "", "INVALID")
	z.refused(func() answer { return exposure("from=2026-01-01") }, 422, "invalid", "GROUND_REQUIRED", "GROUND_REQUIRED")
}

// What is unusual stands in the list until an auditor says, by a code, what he found of it; both are in the log.
func TestAnAlarmIsListedAndReviewed(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	for range 5 {
		z.call("pref-69", http.MethodGet, "/api/v1/referrals/"+referral, "")
	}
	alarms := func() (all []desk.Alarm) {
		t.Helper()
		var list struct{ Items []desk.Alarm }
		z.call("aud-01", http.MethodGet, "/api/v1/audit/alarms", "").into(t, &list)
		return list.Items
	}
	found := alarms()
	if len(found) != 1 || found[0].Code != "REFUS_REPETES" || found[0].Subject != subjects["pref-69"].Reference || found[0].Count != 5 || found[0].State != "OUVERTE" {
		t.Fatalf("%+v", found)
	}
	path := "/api/v1/audit/entries/" + found[0].Entry + "/review"
	a := z.call("aud-01", http.MethodPost, path, `{"code": "REFUS_REPETES", "finding": "EXPLIQUEE"}`)
	if a.status != http.StatusOK || z.entriesOf(a) != "DONE ALLOW_AUDIT" {
		t.Errorf("%d %s: %s", a.status, a.body, z.entriesOf(a))
	}
	if again := alarms(); len(again) != 1 || again[0].State != "EXPLIQUEE" || again[0].Seen == nil {
		t.Errorf("%+v", again)
	}
	z.refused(func() answer {
		return z.call("aud-01", http.MethodPost, path, `{"code": "RIEN", "finding": "EXPLIQUEE"}`)
	}, 422, "invalid", "", "INVALID")
	z.refused(func() answer {
		return z.call("pref-69", http.MethodPost, path, `{"code": "REFUS_REPETES", "finding": "EXPLIQUEE"}`)
	}, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}

// A month is drawn once, when it is over; the author of a drawn access says why he opened, and nobody says it for him.
func TestAnAccessIsJustifiedByItsAuthor(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	referral := z.create("pref-75", caseOne).Referrals[0].ID
	z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+referral, "")
	draw := func(month string) answer {
		return z.call("aud-01", http.MethodPost, "/api/v1/audit/samples", `{"month": "`+month+`"}`)
	}
	_, sign := z.signing()
	signed := func() {
		t.Helper()
		for done := false; !done; { // the cluster is shared: another test's transaction may hold an entry back for an instant
			sign()
			if err := z.owner.QueryRow(t.Context(), `select exists (select 1 from audit.checkpoints c where c.at = $1)`, z.clock.Now()).Scan(&done); err != nil {
				t.Fatal(err)
			}
		}
	}
	signed()
	z.refused(func() answer { return draw("2026-01") }, 409, "conflict", "", "CONFLICT")
	z.clock.set("2026-02-01T09:00:00+01:00")
	z.call("pref-75", http.MethodGet, "/api/v1/referrals", "")
	signed()
	z.refused(func() answer {
		return z.call("pref-75", http.MethodPost, "/api/v1/audit/samples", `{"month": "2026-01"}`)
	}, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
	var drawn desk.Drawn
	if a := draw("2026-01"); a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.body)
	} else if a.into(t, &drawn); drawn.Population != 1 {
		t.Errorf("%+v", drawn)
	}
	z.refused(func() answer { return draw("2026-01") }, 409, "conflict", "", "CONFLICT")
	own := func(who string) (items []desk.SampledAccess) {
		t.Helper()
		var list struct{ Items []desk.SampledAccess }
		z.call(who, http.MethodGet, "/api/v1/me/accesses", "").into(t, &list)
		return list.Items
	}
	mine := own("pref-75")
	if len(mine) != 1 || mine[0].Object != referral || mine[0].Reason != "" || len(own("pref-93")) != 0 {
		t.Fatalf("%+v", mine)
	}
	justify := func(who string) answer {
		return z.call(who, http.MethodPost, "/api/v1/me/accesses/"+mine[0].Entry+"/justification", `{"reason": "SECRETARIAT"}`)
	}
	if a := justify("pref-93"); a.status != http.StatusNotFound {
		t.Errorf("another says it: %d %s", a.status, a.body)
	}
	if a := justify("pref-75"); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	z.refused(func() answer { return justify("pref-75") }, 409, "conflict", "", "CONFLICT")
	var all struct{ Items []desk.SampledAccess }
	z.call("aud-01", http.MethodGet, "/api/v1/audit/samples", "").into(t, &all)
	if len(all.Items) != 1 || all.Items[0].Reason != "SECRETARIAT" || all.Items[0].Who != subjects["pref-75"].Reference {
		t.Errorf("%+v", all.Items)
	}
}
