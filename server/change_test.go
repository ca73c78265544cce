package server_test

import (
	"net/http"
	"strings"
	"testing"

	"cloison/release"
	"cloison/server/prefecture"
	"cloison/web"
)

// changed is one change of a referral, as somebody.
func (z *zone) changed(who, what, referral, body string, headers ...string) answer {
	z.t.Helper()
	return z.call(who, http.MethodPost, "/api/v1/referrals/"+referral+"/"+what, body, headers...)
}

// done is a change that must succeed.
func (z *zone) done(who, what, referral, body string) prefecture.ReferralDetail {
	z.t.Helper()
	a := z.changed(who, what, referral, body)
	if a.status != http.StatusOK {
		z.t.Fatalf("%s: %d %s", what, a.status, a.body)
	}
	var detail prefecture.ReferralDetail
	a.into(z.t, &detail)
	return detail
}

// told is the last event that the medical zone will read.
func (z *zone) told() release.ReferralEvent {
	z.t.Helper()
	items := z.events(0).Items
	return items[len(items)-1]
}

var everyChange = map[string]string{
	"corrections": `{"type":"AGDREF_CORRIGE","agdref_old":"9975100017","agdref_new":"9975100071"}`,
	"liberty":     `{"type":"CHANGEMENT_LIBERTE","liberty":"RETENTION"}`,
	"decision":    `{"type":"DECISION_PREFET","outcome":"REFUS"}`,
	"appeal":      `{"type":"RECOURS_DEPOSE","court":"Tribunal administratif de Lille"}`,
	"withdrawal":  `{"type":"SAISINE_ANNULEE"}`,
	"transfer":    `{"type":"CHANGEMENT_PREFECTURE","prefecture_new":"69"}`,
}

func TestEachChangeIsOneEvent(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	group := z.create("pref-75", caseOne)
	id := group.ID
	z.clock.set("2026-02-02T09:00:00+01:00")

	detail := z.done("pref-75", "corrections", id, everyChange["corrections"])
	e := z.told()
	if e.Type != release.EventCorrection || *e.Correction.AGDREF != (release.AGDREFCorrection{Old: "9975100017", New: "9975100071"}) || detail.AGDREF != "9975100071" || detail.Version != 1 {
		t.Errorf("correction: %+v %+v", e, detail)
	}
	detail = z.done("pref-75", "liberty", id, everyChange["liberty"])
	e = z.told()
	if e.Type != release.EventLiberty || e.Liberty.Liberty != release.Retained || !e.At.Time().Equal(z.clock.Now()) || len(detail.LibertyHistory) != 2 {
		t.Errorf("liberty: %+v %+v", e, detail.LibertyHistory)
	}
	detail = z.done("pref-75", "liberty", id, `{"liberty":"DETENU","from":"2026-02-02T09:00:00+01:00"}`)
	if e = z.told(); e.Liberty.From == nil || !e.Liberty.From.Time().Equal(z.clock.Now()) || len(detail.LibertyHistory) != 3 {
		t.Errorf("liberty with its day: %+v %+v", e.Liberty, detail.LibertyHistory)
	}
	detail = z.done("pref-75", "decision", id, everyChange["decision"])
	if e = z.told(); e.Type != release.EventDecision || e.Decision.Outcome != release.Refused || *detail.Decision != "REFUS" {
		t.Errorf("decision: %+v", e)
	}
	detail = z.done("pref-75", "appeal", id, everyChange["appeal"])
	if e = z.told(); e.Type != release.EventAppeal || detail.Appeal.Court != "Tribunal administratif de Lille" || detail.State != "CONTENTIEUX" {
		t.Errorf("appeal: %+v %+v", e, detail.Appeal)
	}
	z.done("pref-75", "attestation", id, `{"case_number":"2401234"}`)
	if e = z.told(); e.Type != release.EventAttestation || e.About() != id {
		t.Errorf("attestation: %+v", e)
	}
	detail = z.done("pref-75", "appeal/closing", id, `{"outcome":"ANNULATION"}`)
	if e = z.told(); e.Type != release.EventAppealClosed || e.AppealClosed.Outcome != release.AppealUpheld || detail.Appeal != nil || detail.Decision != nil {
		t.Errorf("closing: %+v %+v", e, detail)
	}
	z.done("pref-75", "decision", id, `{"outcome":"ACCORD"}`) // the prefect decides again
	z.done("pref-75", "withdrawal", id, everyChange["withdrawal"])
	if e = z.told(); e.Type != release.EventWithdrawal || e.Withdrawal.Reason != release.ClosedCancelled || e.Seq != 10 {
		t.Errorf("withdrawal: %+v", e)
	}
	// What is told of the court crosses in no form.
	_, body := z.eventsRaw()
	for _, kept := range []string{"Lille", "2401234"} {
		if strings.Contains(body, kept) {
			t.Errorf("%s crossed", kept)
		}
	}
}

func (z *zone) eventsRaw() (int, string) {
	z.t.Helper()
	a := z.relay(http.MethodGet, "/relay/v1/referrals?after=0&wait=0s", nil)
	return a.status, string(a.body)
}

// TestAnotherPrefectureChangesNothing: it does not even learn that the referral exists.
func TestAnotherPrefectureChangesNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	for what, body := range everyChange {
		z.refused(func() answer { return z.changed("pref-69", what, id, body) }, 404, "not_found", "", "WRONG_PREFECTURE")
		z.refused(func() answer { return z.changed("mis-01", what, id, body) }, 404, "not_found", "", "ROLE_NOT_ALLOWED")
	}
	z.done("pref-75", "appeal", id, everyChange["appeal"])
	for what, body := range map[string]string{"attestation": `{"case_number":"2401234"}`, "appeal/closing": `{"outcome":"REJET"}`} {
		z.refused(func() answer { return z.changed("pref-69", what, id, body) }, 404, "not_found", "", "WRONG_PREFECTURE")
	}
	z.refused(func() answer { return z.call("pref-69", http.MethodGet, "/api/v1/referrals/"+id+"/attestation", "") }, 404, "not_found", "", "WRONG_PREFECTURE")
}

func TestAChangeOutOfPlaceIsRefused(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	parents := z.create("pref-93", caseParents)
	one := parents.Referrals[0].ID
	id := z.create("pref-75", caseOne).ID
	refused := func(who, what, referral, body string, status int, code, rule, recorded string) {
		t.Helper()
		z.refused(func() answer { return z.changed(who, what, referral, body) }, status, code, rule, recorded)
	}
	refused("pref-75", "corrections", id, `{"agdref_old":"9975100099","agdref_new":"9975100071"}`, 409, "conflict", "AGDREF_NOT_CURRENT", "AGDREF_NOT_CURRENT")
	refused("pref-93", "corrections", one, `{"agdref_old":"9993100086","agdref_new":"9993100093"}`, 409, "conflict", "AGDREF_TAKEN", "AGDREF_TAKEN")
	refused("pref-75", "corrections", id, `{}`, 422, "invalid", "", "INVALID")
	refused("pref-75", "transfer", id, `{"prefecture_new":"MI"}`, 409, "conflict", "AUTHORITY_NOT_COMPETENT", "AUTHORITY_NOT_COMPETENT")
	refused("pref-75", "liberty", id, `{"liberty":"LIBRE"}`, 409, "conflict", "LIBERTY_UNCHANGED", "LIBERTY_UNCHANGED")
	refused("pref-75", "liberty", id, `{"liberty":"RETENTION","place":"CRA"}`, 400, "unknown_field", "", "UNKNOWN_FIELD")
	refused("pref-75", "liberty", id, `{"liberty":"RETENTION","from":"2199-01-01T00:00:00+01:00"}`, 422, "invalid", "DATES_ORDER", "DATES_ORDER")
	refused("pref-75", "liberty", id, `{"liberty":"RETENTION","from":"hier"}`, 422, "invalid", "", "INVALID")
	refused("pref-75", "transfer", id, `{"prefecture_new":"75"}`, 422, "invalid", "", "INVALID")
	refused("pref-75", "transfer", id, `{"prefecture_new":"00"}`, 422, "invalid", "", "INVALID")
	refused("pref-75", "appeal", id, `{"court":"TA\u0000Lille"}`, 422, "invalid", "", "INVALID")
	refused("pref-75", "appeal", id, `{"court":"TA Lille","case_number":"l'affaire VIH"}`, 422, "invalid", "", "INVALID")
	for _, due := range []string{"2026-01-15", "demain"} { // the day before, and none
		refused("pref-75", "appeal", id, `{"court":"TA Lille","answer_due_on":"`+due+`"}`, 422, "invalid", "", "INVALID")
	}
	refused("pref-75", "attestation", id, `{"case_number":"2401234"}`, 409, "conflict", "APPEAL_MISSING", "APPEAL_MISSING")
	refused("pref-75", "appeal/closing", id, `{"outcome":"REJET"}`, 409, "conflict", "APPEAL_MISSING", "APPEAL_MISSING")
	z.done("pref-75", "decision", id, `{"outcome":"REFUS"}`)
	refused("pref-75", "decision", id, `{"outcome":"ACCORD"}`, 409, "conflict", "DECISION_RECORDED", "DECISION_RECORDED")
	z.done("pref-75", "appeal", id, `{"court":"TA Lille"}`)
	refused("pref-75", "appeal", id, `{"court":"TA Lille"}`, 409, "conflict", "APPEAL_OPEN", "APPEAL_OPEN")
	refused("pref-75", "attestation", id, `{}`, 422, "invalid", "CASE_NUMBER_REQUIRED", "CASE_NUMBER_REQUIRED")
	refused("pref-75", "attestation", id, `{"case_number":"douze"}`, 422, "invalid", "", "INVALID")
	z.done("pref-75", "attestation", id, `{"case_number":"24LY01234"}`)
	refused("pref-75", "attestation", id, `{"case_number":"24LY01234"}`, 409, "conflict", "ATTESTATION_ASKED", "ATTESTATION_ASKED")
	z.done("pref-93", "withdrawal", one, `{"reason_code":"DOUBLON"}`)
	refused("pref-93", "withdrawal", one, `{"reason_code":"DOUBLON"}`, 409, "conflict", "REFERRAL_WITHDRAWN", "REFERRAL_WITHDRAWN")
	z.done("pref-93", "liberty", parents.Referrals[1].ID, `{"liberty":"RETENTION"}`) // the other file goes on
}

// TestATransferredReferralKeepsItsPast: the old prefecture sees what it had received and nothing else; the new one sees all of it.
func TestATransferredReferralKeepsItsPast(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:00:00+01:00")
	z.put(z.notice(1, id))
	before := z.opinion(2, id)
	detail := z.done("pref-75", "transfer", id, everyChange["transfer"])
	if e := z.told(); e.Type != release.EventTransfer || e.Transfer.Prefecture != "69" || detail.Prefecture != "69" {
		t.Errorf("transfer: %+v %s", e, detail.Prefecture)
	}
	// The opinion was signed for the prefecture of that day: it reaches the one in charge.
	if a := z.put(before); a.status != http.StatusOK {
		t.Fatalf("the opinion on its way: %d %s", a.status, a.body)
	}
	stranger := z.opinion(3, id, func(u *release.Unsealed) { u.Receiver = "93" })
	if a := z.put(stranger); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an opinion for a prefecture that never was in charge: %d", a.status)
	}
	for path, who := range map[string][2]int{
		"/api/v1/referrals/" + id: {404, 200}, "/api/v1/referrals/" + id + "/opinion": {404, 200}, "/api/v1/releases/1": {200, 200}, "/api/v1/releases/2": {404, 200},
	} {
		old, now := z.call("pref-75", http.MethodGet, path, ""), z.call("pref-69", http.MethodGet, path, "")
		if old.status != who[0] || now.status != who[1] {
			t.Errorf("%s: %d for the old one, %d for the new one", path, old.status, now.status)
		}
	}
	for who, want := range map[string]int{"pref-75": 1, "pref-69": 2, "pref-93": 0} {
		var list web.List[prefecture.ReleaseItem]
		z.call(who, http.MethodGet, "/api/v1/releases", "").into(t, &list)
		if len(list.Items) != want {
			t.Errorf("%s lists %d releases, want %d", who, len(list.Items), want)
		}
	}
	z.refused(func() answer { return z.changed("pref-75", "decision", id, everyChange["decision"]) }, 404, "not_found", "", "WRONG_PREFECTURE")
	z.done("pref-69", "decision", id, everyChange["decision"])
	z.refused(func() answer { return z.call("pref-75", http.MethodPost, "/api/v1/releases/2/acknowledgement", "") }, 404, "not_found", "", "WRONG_PREFECTURE")
}

func TestAReplayedTransferShowsNothing(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	if a := z.changed("pref-75", "transfer", id, everyChange["transfer"], "Idempotency-Key", "k-1"); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	again := z.changed("pref-75", "transfer", id, everyChange["transfer"], "Idempotency-Key", "k-1")
	if again.status != http.StatusNotFound || strings.Contains(string(again.body), "9975100017") {
		t.Errorf("%d %s", again.status, again.body)
	}
}

// TestACorrectedPersonIsTheGroups: who the person is is corrected for every file; a minor keeps a representative.
func TestACorrectedPersonIsTheGroups(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	start := strings.Index(caseOne, `"applicant": `) + len(`"applicant": `)
	end := strings.Index(caseOne, ",\n \"liberty_history\"")
	body := `{"applicant":` + strings.Replace(caseOne[start:end], "FICTIVAUX-N'DRI", "FICTIVAL", 1) + `}`
	if detail := z.done("pref-75", "corrections", id, body); detail.FamilyName != "FICTIVAL" {
		t.Errorf("name %s", detail.FamilyName)
	}
	if e := z.told(); e.Correction.Civil == nil || e.Correction.AGDREF != nil || e.Correction.Civil.Patient.FamilyName != "FICTIVAL" {
		t.Errorf("%+v", e.Correction)
	}
	young := strings.Replace(body, `"1987-05-14"`, `"2015-05-14"`, 1)
	z.refused(func() answer { return z.changed("pref-75", "corrections", id, young) }, 422, "invalid", "LEGAL_REPRESENTATIVE_REQUIRED", "LEGAL_REPRESENTATIVE_REQUIRED")
}

// TestACorrectionKeepsWhoAsked: in each file, a representative who asked stays one, under the number of the file.
func TestACorrectionKeepsWhoAsked(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-93", caseParents).ID
	start := strings.Index(caseParents, `"applicant": `) + len(`"applicant": `)
	end := strings.Index(caseParents, ",\n \"liberty_history\"")
	body := `{"applicant":` + caseParents[start:end] + `}`
	z.done("pref-93", "corrections", id, strings.Replace(body, `"Mireille"`, `"Mireille Rose"`, 1))
	for name, spoil := range map[string][2]string{"the other parent has gone": {`"id": "rep-2"`, `"id": "rep-3"`}, "another number": {"9993100093", "9993100999"}} {
		spoilt := strings.ReplaceAll(body, spoil[0], spoil[1])
		if spoilt == body {
			t.Fatalf("%s: the test changes nothing", name)
		}
		z.refused(func() answer { return z.changed("pref-93", "corrections", id, spoilt) }, 422, "invalid", "", "INVALID")
	}
}

// attested is the answer to the request that event made.
func (z *zone) attested(seq int64, referral string, request int64, changes ...func(*release.Attestation)) release.Release {
	day, version, rpps := release.Date("2026-03-12"), 1, "99790001003"
	a := release.Attestation{
		ID: release.AttestationID(referral, request), Referral: referral, Request: request, On: day, Rapporteur: &rpps, ReportSignedOn: &day, ReportTransmittedOn: &day,
		Decision: &release.DecisionRef{Ref: "DEC-2026-01", Digest: z.digest}, ComposedOn: &day,
		Signatures:     []release.AttestedSignature{{Line: 1, SignedOn: &day}, {Line: 2, SignedOn: &day}, {Line: 3, SignedOn: &day}},
		OpinionVersion: &version, IssuedOn: &day, SentOn: &day, Steps: []release.AttestedStep{},
	}
	for _, change := range changes {
		change(&a)
	}
	return release.Release{Seq: seq, Kind: release.ReleaseAttestation, Attestation: &a}
}

// TestAnAttestationAnswersItsRequest: nothing comes unasked, once, and it names who the decisions name.
func TestAnAttestationAnswersItsRequest(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	id := z.create("pref-75", caseOne).ID
	z.clock.set("2026-03-12T10:00:00+01:00")
	z.refused(func() answer { return z.put(z.attested(1, id, 1)) }, 409, "conflict", "RELEASE_UNASKED", "RELEASE_UNASKED")
	appealed := z.done("pref-75", "appeal", id, `{"court":"TA Lille","case_number":"2401234","answer_due_on":"2026-03-12"}`)
	if due := appealed.Appeal.AnswerDueOn; due == nil || *due != "2026-03-12" {
		t.Errorf("the term of the court: %+v", appealed.Appeal)
	}
	z.done("pref-75", "attestation", id, `{}`)
	request := z.told().Seq
	get := func() answer { return z.call("pref-75", http.MethodGet, "/api/v1/referrals/"+id+"/attestation", "") }
	z.refused(get, 409, "conflict", "ATTESTATION_NOT_RECEIVED", "ATTESTATION_NOT_RECEIVED")
	for name, bad := range map[string]struct {
		rule   string
		change func(*release.Attestation)
	}{
		"a day before the referral": {"RELEASE_CONTENT", func(a *release.Attestation) { a.ReportSignedOn = ptr(release.Date("2019-01-01")) }},
		"a day to come":             {"RELEASE_CONTENT", func(a *release.Attestation) { a.On = "2026-03-20" }},
		"another decision": {"RELEASE_DECISION", func(a *release.Attestation) {
			a.Decision = &release.DecisionRef{Ref: "DEC-2026-01", Digest: strings.Repeat("0", 64)}
		}},
		"a line that is not there": {"RELEASE_AUTHORS", func(a *release.Attestation) { a.Signatures[2].Line = 9 }},
	} {
		t.Run(name, func(t *testing.T) {
			z.t = t
			z.refused(func() answer { return z.put(z.attested(1, id, request, bad.change)) }, 422, "invalid", bad.rule, bad.rule)
		})
	}
	z.t = t
	if a := z.put(z.attested(1, id, request)); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	z.refused(func() answer { return z.put(z.attested(2, id, request)) }, 409, "conflict", "RELEASE_UNASKED", "RELEASE_UNASKED")
	var detail prefecture.AttestationDetail
	get().into(t, &detail)
	if *detail.Rapporteur != "99790001003" || detail.RapporteurName.FamilyName != "QUATRIEMEAUX" || len(detail.AuthorNames) != 3 || detail.AGDREF != "9975100017" ||
		*detail.Court != "TA Lille" || *detail.CaseNumber != "2401234" {
		t.Errorf("%+v", detail)
	}
	page := func(path string) string {
		return string(z.call("pref-75", http.MethodGet, path, "", "Accept", "text/html").body)
	}
	for _, want := range []string{"Dr Dominique QUATRIEMEAUX", "Affaire n°", "Extrait des événements", "Rapport transmis au collège", "Avis signé"} {
		if !strings.Contains(page("/saisines/"+id+"/attestation-recue"), want) {
			t.Errorf("the page of the attestation does not say %q", want)
		}
	}
	if !strings.Contains(page("/messages"), "/saisines/"+id+"/attestation-recue") {
		t.Error("the inbox does not lead to the attestation")
	}
	z.refused(func() answer { return z.call("pref-75", http.MethodPost, "/api/v1/releases/1/acknowledgement", "") }, 409, "conflict", "NOT_ACKNOWLEDGEABLE", "NOT_ACKNOWLEDGEABLE")
}
