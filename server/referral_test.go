package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cloison/server/prefecture"
	"cloison/web"
)

// caseOne is a first application like the corpus's nominal one, with names of its own.
const caseOne = `{
 "referral": {"kind": "SEJ_L4259_PREMIERE", "channel": "ANEF", "request_registered_on": "2026-01-16", "certificate_available_on": "2026-01-16",
  "asylum": null, "removal_decision": null, "prefecture": "75", "agdref": "9975100017",
  "reference_country": {"role": "PAYS_ORIGINE", "country": "CIV"},
  "administrative_files": [{"agdref": "9975100017", "requester": "patient", "prefecture": "75"}], "previous_case": null},
 "applicant": {"patient": {"id": "patient", "family_name": "FICTIVAUX-N'DRI", "usage_name": null, "given_names": ["Adjoua", "Clarisse"], "sex": "F",
  "birth_date": "1987-05-14", "birth_place": "Bouaké", "birth_country": "CIV", "nationality": "CIV", "language": "fr",
  "address": "7 passage Fictif, 75018 Paris", "phone": "06 39 98 01 17", "email": "a.fictivaux@courriel.example",
  "identity_documents": [{"type": "PASSEPORT", "number": "FIC20CI00117", "issuing_country": "CIV", "valid_until": "2029-03-01"}]},
  "legal_representatives": []},
 "liberty_history": [{"status": "LIBRE", "from": null, "place": null, "reported_by": null}]
}`

// caseParents is one sick child and two parents who each ask: one group, two administrative files.
const caseParents = `{
 "referral": {"kind": "SEJ_L42510_PARENT", "channel": "GUICHET", "request_registered_on": "2026-01-16", "certificate_available_on": "2026-01-16",
  "asylum": null, "removal_decision": null, "prefecture": "93", "agdref": "9993100086",
  "reference_country": {"role": "PAYS_ORIGINE", "country": "COD"},
  "administrative_files": [{"agdref": "9993100086", "requester": "rep-1", "prefecture": "93"}, {"agdref": "9993100093", "requester": "rep-2", "prefecture": "93"}],
  "previous_case": null},
 "applicant": {"patient": {"id": "patient", "family_name": "ENFANTAUX", "usage_name": null, "given_names": ["Exaucé"], "sex": "M",
  "birth_date": "2017-08-09", "birth_place": "Kinshasa", "birth_country": "COD", "nationality": "COD", "language": "fr",
  "address": "9 square Fictif, 93000 Bobigny", "phone": null, "email": null, "identity_documents": []},
  "legal_representatives": [
   {"id": "rep-1", "family_name": "PERAUX", "given_names": ["Trésor"], "quality": "PERE", "basis": "filiation", "nationality": "COD", "language": "ln",
    "address": "9 square Fictif, 93000 Bobigny", "phone": null, "agdref": "9993100086", "identity_documents": []},
   {"id": "rep-2", "family_name": "MERAUX", "given_names": ["Mireille"], "quality": "MERE", "basis": "filiation", "nationality": "COD", "language": "fr",
    "address": "9 square Fictif, 93000 Bobigny", "phone": null, "agdref": "9993100093", "identity_documents": []}]},
 "liberty_history": [{"status": "LIBRE", "from": null, "place": null, "reported_by": null}]
}`

func (z *zone) create(who, body string, headers ...string) prefecture.ReferralGroup {
	z.t.Helper()
	a := z.call(who, http.MethodPost, "/api/v1/referrals", body, headers...)
	if a.status != http.StatusCreated {
		z.t.Fatalf("createReferral: %d %s", a.status, a.body)
	}
	var group prefecture.ReferralGroup
	a.into(z.t, &group)
	if a.location != "/api/v1/referrals/"+group.ID {
		z.t.Errorf("Location %q", a.location)
	}
	return group
}

func TestAPrefectureRefersAndFollows(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	group := z.create("pref-75", caseOne)
	if len(group.Referrals) != 1 || group.Referrals[0].ID != group.ID || group.State != "DEMANDE_DEPOSEE" || group.Version != 1 {
		t.Errorf("got %+v", group)
	}
	a := z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+group.ID, "")
	var got prefecture.ReferralDetail
	a.into(t, &got)
	if a.status != 200 || got.Direction != "DT-PARIS" || got.ReceivedAt != "2026-01-16T14:20:00Z" || got.Applicant.Patient.FamilyName != "FICTIVAUX-N'DRI" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	var list web.List[prefecture.ReferralSummary]
	z.call("pref-75", http.MethodGet, "/api/v1/referrals", "").into(t, &list)
	if len(list.Items) != 1 || list.Items[0].ID != group.ID {
		t.Errorf("got %+v", list)
	}
}

func TestOneReferralPerAdministrativeFile(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	group := z.create("pref-93", caseParents)
	if len(group.Referrals) != 2 || group.Referrals[0].AGDREF != "9993100086" || group.Referrals[1].Requester != "rep-2" {
		t.Fatalf("got %+v", group)
	}
	page := z.events(0)
	if len(page.Items) != 2 || page.Items[0].Seq != 1 || page.Items[1].Seq != 2 || page.Items[0].Referral.Group != page.Items[1].Referral.Group {
		t.Errorf("got %+v", page)
	}
	if page.Items[1].Referral.AGDREF != "9993100093" || page.Items[1].Referral.Requester != "rep-2" {
		t.Errorf("got %+v", page.Items[1].Referral)
	}
}

// TestListIsFilterOfSingleDecisions: what a list shows is exactly what each single reading allows.
func TestListIsFilterOfSingleDecisions(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	all := []string{z.create("pref-75", caseOne).ID, z.create("pref-93", caseParents).ID, z.create("pref-75", caseOne).ID}
	for _, who := range []string{"pref-75", "pref-93", "pref-69"} {
		var list web.List[prefecture.ReferralSummary]
		z.call(who, http.MethodGet, "/api/v1/referrals?limit=200", "").into(t, &list)
		shown := map[string]bool{}
		for _, item := range list.Items {
			shown[item.ID] = true
		}
		for _, id := range all {
			if a := z.call(who, http.MethodGet, "/api/v1/referrals/"+id, ""); (a.status == 200) != shown[id] {
				t.Errorf("%s: getReferral answers %d, listed: %v", who, a.status, shown[id])
			}
		}
	}
}

func TestAnotherPrefectureIsToldNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	for _, path := range []string{"/api/v1/referrals/" + id, "/api/v1/referrals/" + id + "/opinion"} {
		z.refused(func() answer { return z.call("pref-69", http.MethodGet, path, "") }, 404, "not_found", "", "WRONG_PREFECTURE")
	}
	z.refused(func() answer { return z.call("mis-01", http.MethodGet, "/api/v1/referrals/"+id, "") }, 404, "not_found", "", "ROLE_NOT_ALLOWED")
	z.refused(func() answer { return z.call("aud-01", http.MethodGet, "/api/v1/releases", "") }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
}

func TestReferralIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	type refusal struct {
		old, new           string
		status             int
		code, rule, record string
	}
	unknown := func(place, field string) refusal {
		return refusal{place, place + field, 400, "unknown_field", "", "UNKNOWN_FIELD"}
	}
	for name, r := range map[string]refusal{
		"known: direction":           unknown(`"channel": "ANEF",`, `"territorial_direction": "DT-PARIS",`),
		"known: legal basis":         unknown(`"channel": "ANEF",`, `"legal_basis": ["L. 425-9"],`),
		"known: renewal":             unknown(`"channel": "ANEF",`, `"renewal": false,`),
		"known: pipeline":            unknown(`"channel": "ANEF",`, `"pipeline": "SEJOUR",`),
		"known: received_at":         unknown(`"channel": "ANEF",`, `"received_at": "2026-01-16T15:20:00+01:00",`),
		"known: short":               unknown(`"channel": "ANEF",`, `"short": "SEJ-1",`),
		"unknown in the patient":     unknown(`"sex": "F",`, `"diagnosis": "x",`),
		"another case":               {`"channel"`, `"Channel"`, 400, "unknown_field", "", "UNKNOWN_FIELD"},
		"doubled":                    {`"channel": "ANEF",`, `"channel": "ANEF", "channel": "ANEF",`, 400, "malformed", "", "MALFORMED"},
		"kind":                       {"SEJ_L4259_PREMIERE", "SEJ_AUTRE", 422, "invalid", "", "INVALID"},
		"channel":                    {`"ANEF"`, `"COURRIEL"`, 422, "invalid", "", "INVALID"},
		"country role of a removal":  {"PAYS_ORIGINE", "PAYS_RENVOI", 422, "invalid", "", "INVALID"},
		"not a day":                  {"1987-05-14", "1987-02-30", 422, "invalid", "", "INVALID"},
		"born tomorrow":              {"1987-05-14", "2026-01-17", 422, "invalid", "", "INVALID"},
		"registered tomorrow":        {`"request_registered_on": "2026-01-16"`, `"request_registered_on": "2026-01-17"`, 422, "invalid", "DATES_ORDER", "DATES_ORDER"},
		"available in two months":    {`"certificate_available_on": "2026-01-16"`, `"certificate_available_on": "2026-03-17"`, 422, "invalid", "DATES_ORDER", "DATES_ORDER"},
		"a minor alone":              {"1987-05-14", "2008-01-17", 422, "invalid", "LEGAL_REPRESENTATIVE_REQUIRED", "LEGAL_REPRESENTATIVE_REQUIRED"},
		"a requester who is nobody":  {`"requester": "patient"`, `"requester": "rep-1"`, 422, "invalid", "", "INVALID"},
		"file of another prefecture": {`"prefecture": "75"}]`, `"prefecture": "69"}]`, 422, "invalid", "", "INVALID"},
		"file without the number":    {`"agdref": "9975100017",` + "\n", `"agdref": "9975100018",` + "\n", 422, "invalid", "", "INVALID"},
		"no file":                    {`[{"agdref": "9975100017", "requester": "patient", "prefecture": "75"}]`, `[]`, 422, "invalid", "", "INVALID"},
		"no liberty":                 {`[{"status": "LIBRE", "from": null, "place": null, "reported_by": null}]`, `[]`, 422, "invalid", "", "INVALID"},
		"two lines in a name":        {"FICTIVAUX-N'DRI", `FICTIVAUX\nN'DRI`, 422, "invalid", "", "INVALID"},
		"rapporteur of before":       {`"previous_case": null`, `"previous_case": {"id": "ext-1", "opinion_on": "2025-01-01", "sens": "FAVORABLE", "rapporteur": "med-01"}`, 400, "unknown_field", "", "UNKNOWN_FIELD"},
		"of another prefecture":      {`"prefecture": "75"`, `"prefecture": "69"`, 403, "forbidden", "WRONG_PREFECTURE", "WRONG_PREFECTURE"},
	} {
		body := strings.ReplaceAll(caseOne, r.old, r.new)
		if body == caseOne {
			t.Fatalf("%s: nothing changed", name)
		}
		t.Run(name, func(t *testing.T) {
			z.t = t
			z.refused(func() answer { return z.call("pref-75", http.MethodPost, "/api/v1/referrals", body) }, r.status, r.code, r.rule, r.record)
		})
	}
	if strings.Contains(z.log.String(), "FICTIVAUX") {
		t.Error("a name stands in the log")
	}
}

func TestARequesterAsksForTheirOwnFile(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	swapped := strings.NewReplacer(`"requester": "rep-1"`, `"requester": "rep-2"`, `"requester": "rep-2"`, `"requester": "rep-1"`).Replace(caseParents)
	z.refused(func() answer { return z.call("pref-93", http.MethodPost, "/api/v1/referrals", swapped) }, 422, "invalid", "", "INVALID")
}

func TestTheSameIdempotencyKeyRefersOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	first := z.create("pref-75", caseOne, "Idempotency-Key", "k-1")
	if again := z.create("pref-75", caseOne, "Idempotency-Key", "k-1"); again.ID != first.ID {
		t.Errorf("a second referral: %s, %s", first.ID, again.ID)
	}
	if other := z.create("pref-75", caseOne, "Idempotency-Key", "k-2"); other.ID == first.ID {
		t.Error("another key answered the first referral")
	}
}

func TestAReplayShowsNothingToAnAgentWhoMoved(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.create("pref-75", caseOne, "Idempotency-Key", "k-1")
	again := z.call("pref-75-moved", http.MethodPost, "/api/v1/referrals", caseOne, "Idempotency-Key", "k-1")
	if again.status != http.StatusNotFound || strings.Contains(string(again.body), "9975100017") {
		t.Errorf("%d %s", again.status, again.body)
	}
}

// TestTheDatabaseRefusesAlone: the constraint of invariant 14, without the program.
func TestTheDatabaseRefusesAlone(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	z.create("pref-93", caseParents)
	const minorAlone = `INSERT INTO server.referral_groups SELECT gen_random_uuid(), kind, channel, prefecture, direction, request_registered_on,
		certificate_available_on, asylum, removal_decision, country_role, country, previous_case, liberty_history,
		jsonb_set(civil, '{legal_representatives}', '[]'), opened_at, opened_by FROM server.referral_groups`
	for name, sql := range map[string]string{
		"referral_minor_represented": minorAlone,
		"referral_agdref_once":       `INSERT INTO server.referrals (id, group_id, file, version, agdref, requester, prefecture) SELECT gen_random_uuid(), group_id, 9, 1, agdref, requester, prefecture FROM server.referrals WHERE file = 1`,
		"referral_of_group":          `INSERT INTO server.referrals (id, group_id, file, version, agdref, requester, prefecture) SELECT gen_random_uuid(), gen_random_uuid(), 9, 1, '9900000000', requester, '75' FROM server.referrals WHERE file = 1`,
		"counter_without_gap":        `UPDATE server.counters SET value = value + 2 WHERE name = 'release'`,
	} {
		_, err := z.pool.Exec(t.Context(), sql)
		if got := constraint(err); got != name {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	for _, sql := range []string{
		`UPDATE server.referrals SET requester = 'patient'`, `UPDATE server.referral_events SET type = 'APPEAL'`, `DELETE FROM server.appeals`, `DELETE FROM server.referral_events`, `DELETE FROM server.releases`,
		`UPDATE server.acknowledgements SET version = 2`, `DELETE FROM server.counters`, `UPDATE server.counters SET name = 'x'`,
		`INSERT INTO server.decision_digests (ref, lines, digest) VALUES ('DEC-2026-01', 1, repeat('0', 64))`,
		`UPDATE server.decision_lines SET family_name = 'X'`,
	} {
		if _, err := z.pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: got %v", sql, err)
		}
	}
}

// TestNumbersHaveNoGap: an act that fails gives its number back, and acts at the same instant get numbers in a row.
func TestNumbersHaveNoGap(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	done := make(chan bool)
	for i := range 12 {
		go func() {
			body := caseOne
			if i%3 == 0 {
				body = strings.Replace(caseOne, `"1987-05-14"`, `"2015-05-14"`, 1)
			}
			z.call("pref-75", http.MethodPost, "/api/v1/referrals", body)
			done <- true
		}()
	}
	for range 12 {
		<-done
	}
	for i, e := range z.events(0).Items {
		if e.Seq != int64(i+1) {
			t.Fatalf("event %d has number %d", i+1, e.Seq)
		}
	}
	if n := len(z.events(0).Items); n != 8 {
		t.Errorf("%d events, want 8", n)
	}
}

func TestAuditorsReadEntries(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	a := z.call("pref-69", http.MethodGet, "/api/v1/referrals/"+z.create("pref-75", caseOne).ID, "")
	found := z.call("aud-01", http.MethodGet, "/api/v1/audit/entries?request_id="+a.requestID, "")
	var list struct{ Items []map[string]any }
	found.into(t, &list)
	if len(list.Items) != 1 || list.Items[0]["rule"] != "WRONG_PREFECTURE" || list.Items[0]["outcome"] != "REFUSED" {
		t.Errorf("got %s", found.body)
	}
	z.refused(func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/audit/entries", "") }, 403, "forbidden", "ROLE_NOT_ALLOWED", "ROLE_NOT_ALLOWED")
	if entries := z.call("aud-01", http.MethodGet, "/api/v1/audit/entries?limit=200", ""); strings.Contains(string(entries.body), "FICTIVAUX") || !json.Valid(entries.body) {
		t.Error("a name stands in the entries")
	}
}
