package e2e_test

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// A college's acts, by one member after another. Each must go through.

func (l *line) member(t *testing.T, who, op string, body any) answer {
	t.Helper()
	return l.env.persist(t, medicalZone, who, l.call(op, body))
}

// composition is a call upon a composition of the dossier.
func (l *line) composition(op string, n int, body any) call {
	c := l.call(op, body)
	c.path = map[string]string{"dossier": l.dossier, "composition": fmt.Sprint(n)}
	return c
}

// set is a member's answers, in a composition and a round.
func set(composition, round int, q1 string, more ...any) object {
	o := object{"composition": composition, "round": round, "mode": "ASYNCHRONE", "q1": q1, "q2": nil, "q3": nil, "q4_months": nil, "q5": nil, "note": nil}
	for i, name := range []string{"q2", "q3", "q4_months", "q5"} {
		if i < len(more) {
			o[name] = more[i]
		}
	}
	return o
}

// settled is the settlement of such answers.
func settled(answers object, method string) object {
	o := with(answers, "method", method)
	delete(o, "mode")
	return o
}

func favourable(composition, round, months int) object {
	return set(composition, round, "NECESSITE", "PEUT_ENTRAINER", "NE_PEUT_PAS_BENEFICIER", months)
}

func (l *line) signs(t *testing.T, composition int, members ...string) {
	t.Helper()
	for _, m := range members {
		l.member(t, m, "signOpinion", object{"composition": composition})
	}
}

// signatures are those of the dossier as it shows them: the member, and why his signature counts no more.
func (l *line) signatures(t *testing.T) (list []string) {
	t.Helper()
	shown, _ := l.shown(t)["signatures"].([]any)
	for _, one := range shown {
		s, _ := one.(object)
		text := fmt.Sprint(s["member"])
		if void, ok := s["void"].(object); ok {
			text += " " + fmt.Sprint(void["reason_code"])
		}
		list = append(list, text)
	}
	return list
}

func (l *line) wantSignatures(t *testing.T, want ...string) {
	t.Helper()
	if got := l.signatures(t); !slices.Equal(got, want) {
		t.Errorf("signatures shown: %v, want %v", got, want)
	}
}

// opinions are those that the prefecture received for a referral.
func (l *line) opinions(t *testing.T, referral string) (list []object) {
	t.Helper()
	query := url.Values{"referral": {referral}, "limit": {"200"}}
	for _, r := range l.env.persist(t, serverZone, l.agent, call{op: "listReleases", query: query}).items(t) {
		if r["kind"] == "opinion" {
			list = append(list, r)
		}
	}
	return list
}

func (l *line) wantOpinion(t *testing.T, referral string) object {
	t.Helper()
	eventually(t, "the opinion crosses", func() bool { return len(l.opinions(t, referral)) == 1 })
	return l.env.persist(t, serverZone, l.agent, call{op: "getOpinion", path: map[string]string{"referral": referral}}).object(t)
}

// L. 425-10: both parents of a sick minor have an administrative file. Each physician confirms once; two opinions leave, alike but for their referral.
func TestTheOpinionOnAMinorAnswersBothParents(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-08", false)
	l.agent, l.secretary = "pref-93", "sec-03"
	referrals, _ := e.persist(t, serverZone, l.agent, call{op: "createReferral", json: l.given.ReferralBody(l.given.Events[0].At)}).object(t)["referrals"].([]any)
	if len(referrals) != 2 {
		t.Fatalf("want two referrals, got %d", len(referrals))
	}
	var ids []string
	for _, r := range referrals {
		ids = append(ids, fmt.Sprint(r.(object)["id"]))
	}
	l.referral = ids[0]
	l.awaitDossier(t)
	eventually(t, "the second referral joins the dossier", func() bool { return len(l.shown(t)["referrals"].([]any)) == 2 })
	l.next = 1 // the referral is made
	l.given.Documents = nil
	l.to(t, "settleOpinion")

	members := []string{"med-03", "med-09", "med-12"}
	for i, m := range members {
		who := e.signIn(t, medicalZone, m)
		preview := who.do(t, l.call("previewOpinion", nil)).object(t)
		if bodies, _ := preview["opinions"].([]any); len(bodies) != 2 {
			t.Fatalf("the preview shows %d opinions", len(bodies))
		}
		who.confirm(t, l.call("signOpinion", object{"composition": 1})) // one confirmation for both
		if n := len(l.opinions(t, ids[0])); i < 2 && n != 0 {
			t.Fatalf("an opinion left with %d signatures", i+1)
		}
	}
	one, other := l.wantOpinion(t, ids[0]), l.wantOpinion(t, ids[1])
	for _, field := range []string{"outcome", "care_needed", "exceptional_gravity", "treatment_available", "duration_months", "issued_on"} {
		if fmt.Sprint(one[field]) != fmt.Sprint(other[field]) {
			t.Errorf("%s differs: %v and %v", field, one[field], other[field])
		}
	}
	if one["id"] == other["id"] || one["referral"] == other["referral"] || fmt.Sprint(one["seal"]) == fmt.Sprint(other["seal"]) {
		t.Error("the two opinions are one")
	}
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.signatures WHERE dossier = $1", l.dossier); n != 3 {
		t.Errorf("%d signatures for two opinions, want 3", n)
	}
}

// SC19: whoever is replaced, all answer and sign again, and the newcomer sees nothing of what was answered.
func TestReplacingAMemberStartsTheCollegeAgain(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "settleOpinion")
	l.signs(t, 1, "med-02", "med-03")
	l.wantSignatures(t, "med-02", "med-03")

	clerk := e.as(t, "sec-01")
	change := object{"reason_code": "MEMBRE_INDISPONIBLE", "member_out": "med-06", "member_in": "med-08"}
	before := l.state(t)
	for _, one := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"keeping the signatures", clerk, l.composition("replaceMember", 1, with(change, "keep_signatures", true)), refusal{400, "unknown_field", "SELF_ASSIGNMENT_CHANGE", false}},
		{"another composition", clerk, l.composition("replaceMember", 2, change), refusal{409, "conflict", "SIGNATURE_OLD_COMPOSITION", false}},
		{"the author of the report", clerk, l.composition("replaceMember", 1, with(change, "member_in", "med-12")), refusal{403, "forbidden", "RAPPORTEUR_IN_COLLEGE", false}},
		{"a member twice", clerk, l.composition("replaceMember", 1, with(change, "member_in", "med-02")), refusal{422, "invalid", "DUPLICATE_MEMBER", false}},
		{"somebody listed nowhere", clerk, l.composition("replaceMember", 1, with(change, "member_in", "med-99")), refusal{403, "forbidden", "MEMBER_NOT_IN_DECISION", false}},
		{"by a member", e.as(t, "med-02"), l.composition("replaceMember", 1, change), refusal{403, "forbidden", "ROLE_NOT_ALLOWED", false}},
		{"by another secretariat", e.as(t, "sec-02"), l.composition("replaceMember", 1, change), refusal{404, "not_found", "OTHER_TERRITORY", true}},
	} {
		t.Run(one.name, func(t *testing.T) { l.refused(t, one.who, one.call, one.want) })
	}
	isInvalid(t, clerk.call(t, l.composition("replaceMember", 1, with(change, "member_out", "med-09"))))
	isInvalid(t, clerk.call(t, l.composition("replaceMember", 1, with(change, "reason_code", "AVIS_RECTIFICATIF"))))
	isInvalid(t, clerk.call(t, l.composition("replaceMember", 1, with(change, "reason_code", "il est parti"))))
	if after := l.state(t); after != before {
		t.Errorf("refused, and changed: %+v, then %+v", before, after)
	}

	c := l.composition("replaceMember", 1, change)
	c.key = rand.Text()
	clerk.do(t, c)
	clerk.do(t, c) // the same call is one act
	now, _ := l.shown(t)["composition"].(object)
	if fmt.Sprint(now["version"], now["members"], now["answered"], now["signed"], now["open"]) != "2 [med-02 med-03 med-08] [] [] true" {
		t.Errorf("the next composition: %v", now)
	}
	l.wantSignatures(t, "med-02 MEMBRE_INDISPONIBLE", "med-03 MEMBRE_INDISPONIBLE")

	// Neither the one who left nor the one who came reads or does anything of the composition before.
	gone := refusal{404, "not_found", "SIGNATURE_OLD_COMPOSITION", true}
	l.refused(t, e.as(t, "med-06"), l.call("signOpinion", object{"composition": 1}), gone)
	l.refused(t, e.as(t, "med-06"), l.with("getAnswers", nil, "purpose", "COLLEGE"), refusal{404, "not_found", "NOT_ASSIGNED", true})
	l.refused(t, e.as(t, "med-08"), l.with("getAnswers", nil, "purpose", "COLLEGE"), refusal{403, "forbidden", "ANSWERS_BLIND", false})
	if sets := setsOf(t, e.as(t, "med-08").do(t, l.with("getAnswers", nil, "open", "own"))); len(sets) != 0 {
		t.Errorf("the newcomer reads the answers of %v", sets)
	}
	l.refused(t, e.as(t, "med-02"), l.call("signOpinion", object{"composition": 2}), refusal{409, "conflict", "NOT_SETTLED", false})
	l.refused(t, e.as(t, "med-02"), l.call("signOpinion", object{"composition": 1}), refusal{409, "conflict", "SIGNATURE_OLD_COMPOSITION", false})

	for _, m := range []string{"med-02", "med-03", "med-08"} {
		l.member(t, m, "giveAnswers", favourable(2, 1, 24))
	}
	if sets := setsOf(t, e.as(t, "med-08").do(t, l.with("getAnswers", nil, "purpose", "COLLEGE"))); !slices.Equal(sets, []string{"med-02", "med-03", "med-08"}) {
		t.Errorf("the newcomer reads the answers of %v", sets)
	}
	l.member(t, "med-08", "settleOpinion", settled(favourable(2, 1, 24), "UNANIMITE"))
	l.signs(t, 2, "med-02", "med-03", "med-08")
	if opinion := l.wantOpinion(t, l.referral); fmt.Sprint(opinion["duration_months"]) != "24" {
		t.Errorf("the opinion holds %v months", opinion["duration_months"])
	}
	l.wantSignatures(t, "med-02 MEMBRE_INDISPONIBLE", "med-03 MEMBRE_INDISPONIBLE", "med-02", "med-03", "med-08")
	l.refused(t, clerk, l.composition("replaceMember", 2, change), refusal{409, "conflict", "AVIS_IMMUTABLE", false})
}

func isInvalid(t *testing.T, a answer) {
	t.Helper()
	if a.Status != 422 || a.Problem.Code != "invalid" {
		t.Errorf("want 422 invalid, got %s", a)
	}
}

// No majority, a second round; then a refusal to sign, a third; the opinion at last.
func TestAnswersWithoutMajorityAndARefusalToSignEachOpenARound(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "composeCollege")
	members := []string{"med-02", "med-03", "med-06"}
	further := l.composition("openRound", 1, nil)
	all := l.with("getAnswers", nil, "purpose", "COLLEGE")

	l.member(t, "med-02", "giveAnswers", favourable(1, 1, 12))
	l.member(t, "med-03", "giveAnswers", set(1, 1, "NECESSITE", "NE_DEVRAIT_PAS_ENTRAINER"))
	l.refused(t, e.as(t, "med-02"), further, refusal{409, "conflict", "ANSWERS_INCOMPLETE", false})
	l.member(t, "med-06", "giveAnswers", set(1, 1, "NE_NECESSITE_PAS"))
	shown := e.as(t, "med-03").do(t, all).object(t)
	if shown["agreement"] != "AUCUN" {
		t.Errorf("three different answers agree: %v", shown["agreement"])
	}
	l.refused(t, e.as(t, "med-02"), l.call("settleOpinion", settled(favourable(1, 1, 12), "MAJORITE")), refusal{409, "conflict", "NO_MAJORITY", false})
	for who, want := range map[string]refusal{
		"med-12": {403, "forbidden", "RAPPORTEUR_IN_COLLEGE", false},
		"sec-01": {403, "forbidden", "ROLE_NO_MEDICAL", false},
		"med-05": {404, "not_found", "NOT_ASSIGNED", true},
	} {
		l.refused(t, e.as(t, who), further, want)
	}
	e.persist(t, medicalZone, "med-02", further)
	l.refused(t, e.as(t, "med-02"), further, refusal{409, "conflict", "ANSWERS_INCOMPLETE", false})
	l.refused(t, e.as(t, "med-02"), all, refusal{403, "forbidden", "ANSWERS_BLIND", false})
	l.refused(t, e.as(t, "med-02"), l.call("giveAnswers", favourable(1, 1, 12)), refusal{409, "conflict", "SIGNATURE_OLD_COMPOSITION", false})

	l.member(t, "med-02", "giveAnswers", favourable(1, 2, 12))
	l.member(t, "med-03", "giveAnswers", favourable(1, 2, 36))
	l.member(t, "med-06", "giveAnswers", set(1, 2, "NE_NECESSITE_PAS"))
	shown = e.as(t, "med-03").do(t, all).object(t)
	if shown["agreement"] != "MAJORITE" || shown["certainty"] != "inferred" {
		t.Errorf("two of three: %v, %v", shown["agreement"], shown["certainty"])
	}
	l.refused(t, e.as(t, "med-06"), further, refusal{409, "conflict", "MAJORITY_REACHED", false})
	isInvalid(t, e.as(t, "med-02").call(t, l.call("settleOpinion", settled(favourable(1, 2, 48), "MAJORITE"))))
	l.member(t, "med-02", "settleOpinion", settled(favourable(1, 2, 24), "MAJORITE"))
	if preview := e.as(t, "med-06").do(t, l.call("previewOpinion", nil)).object(t); preview["method"] != "MAJORITE" || preview["certainty"] != "inferred" {
		t.Errorf("the preview does not say that the rule is to be confirmed: %v, %v", preview["method"], preview["certainty"])
	}
	l.refused(t, e.as(t, "med-06"), further, refusal{409, "conflict", "ALREADY_SETTLED", false})

	l.signs(t, 1, "med-02")
	no := object{"composition": 1, "reason_code": "DUREE_NON_ACCEPTEE"}
	l.refused(t, e.as(t, "med-02"), l.call("refuseSignature", no), refusal{409, "conflict", "ALREADY_SIGNED", false})
	l.member(t, "med-03", "refuseSignature", no)
	l.refused(t, e.as(t, "med-03"), l.call("refuseSignature", no), refusal{409, "conflict", "SIGNATURE_REFUSED", false})
	l.refused(t, e.as(t, "med-06"), l.call("signOpinion", object{"composition": 1}), refusal{409, "conflict", "SIGNATURE_REFUSED", false})
	if now, _ := l.shown(t)["composition"].(object); fmt.Sprint(now["refused"]) != "[med-03]" {
		t.Errorf("the others do not see who refused: %v", now["refused"])
	}
	e.persist(t, medicalZone, "med-06", further)
	l.wantSignatures(t, "med-02 NOUVEAU_TOUR")

	for _, m := range members {
		l.member(t, m, "giveAnswers", favourable(1, 3, 36))
	}
	l.member(t, "med-03", "settleOpinion", settled(favourable(1, 3, 36), "UNANIMITE"))
	l.signs(t, 1, members...)
	if opinion := l.wantOpinion(t, l.referral); fmt.Sprint(opinion["duration_months"]) != "36" {
		t.Errorf("the opinion holds %v months", opinion["duration_months"])
	}
	if flags := fmt.Sprint(l.shown(t)["flags"]); !strings.Contains(flags, "SECOND_TOUR") {
		t.Errorf("flags: %s", flags)
	}
	l.refused(t, e.as(t, "med-03"), l.call("refuseSignature", no), refusal{409, "conflict", "AVIS_IMMUTABLE", false})
}

// settled.md 1: a body that changed after a signature is signed again, by those who had signed it.
func TestABodyThatChangedBetweenSignaturesIsSignedAgain(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "settleOpinion")
	l.signs(t, 1, "med-02", "med-03")
	l.member(t, "med-06", "recordEvent", object{"type": "IDENTITE_VERIFIEE", "person": "patient", "identity_shown": true, "identity_document": "PASSEPORT"})
	l.wantSignatures(t, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE")
	l.signs(t, 1, "med-06") // not the last any more
	l.wantSignatures(t, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE", "med-06")
	if n := len(l.opinions(t, l.referral)); n != 0 {
		t.Fatal("an opinion left on signatures of another body")
	}
	l.signs(t, 1, "med-03", "med-02")
	opinion := l.wantOpinion(t, l.referral)
	stage, _ := opinion["stage_opinion"].(object)
	if identity, _ := stage["identity"].(object); identity["requested"] != true || identity["done"] != true {
		t.Errorf("the opinion does not say that identity was shown: %v", stage)
	}
	l.wantSignatures(t, "med-02 CORPS_MODIFIE", "med-03 CORPS_MODIFIE", "med-06", "med-03", "med-02")
}

// SC7: two have signed, and the listing of the third has ended.
func TestAListingThatEndedBetweenSignatures(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: "2025-08-30T09:00:00+02:00"})
	l := e.line(t, "case-22", true)
	l.given.Report["default_statements"] = []any{}
	l.to(t, "signOpinion med-02")
	e.forget()
	l.signs(t, 1, "med-06")
	e.moveClock(t, time.Date(2026, 1, 5, 8, 30, 0, 0, time.FixedZone("", 3600)))
	e.forget()
	l.refused(t, e.as(t, "med-11"), l.call("signOpinion", object{"composition": 1}), refusal{403, "forbidden", "MEMBER_DECISION_EXPIRED", false})
	if n := len(l.opinions(t, l.referral)); n != 0 {
		t.Fatal("an opinion left")
	}
	change := object{"reason_code": "FIN_INSCRIPTION_MEMBRE", "member_out": "med-11", "member_in": "med-09"}
	e.as(t, "sec-01").do(t, l.composition("replaceMember", 1, change)) // under the decision now in force
	now, _ := l.shown(t)["composition"].(object)
	if now["decision"] != "DEC-2026-01" || fmt.Sprint(now["members"]) != "[med-02 med-06 med-09]" {
		t.Errorf("the next composition: %v", now)
	}
	l.wantSignatures(t, "med-02 FIN_INSCRIPTION_MEMBRE", "med-06 FIN_INSCRIPTION_MEMBRE")
}

// The draw proposes among those whom nothing excludes, and does not change for being asked twice. Whoever composes says otherwise, and that is
// recorded.
func TestTheDrawProposesAndTheSecretariatComposes(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "transmitReport")
	proposal := l.call("proposeCollege", nil)
	l.refused(t, e.as(t, "med-12"), proposal, refusal{403, "forbidden", "ROLE_NOT_ALLOWED", false})
	one, again := e.as(t, "sec-01").do(t, proposal).object(t), e.as(t, "sec-01").do(t, proposal).object(t)
	if fmt.Sprint(one["members"], one["seed"]) != fmt.Sprint(again["members"], again["seed"]) {
		t.Errorf("asked again, drawn again: %v then %v", one["members"], again["members"])
	}
	rules := map[any]any{}
	for _, c := range one["candidates"].([]any) {
		rules[c.(object)["member"]] = c.(object)["rule"]
	}
	if rules["med-12"] != "RAPPORTEUR_IN_COLLEGE" {
		t.Errorf("the author of the report is a candidate: %v", rules)
	}
	members := one["members"].([]any)
	for _, m := range members {
		if rules[m] != nil {
			t.Errorf("%v is proposed, and excluded by %v", m, rules[m])
		}
	}
	if len(members) != 3 {
		t.Fatalf("proposed: %v", members)
	}
	e.as(t, "sec-01").do(t, l.call("composeCollege", object{"decision_ref": one["decision_ref"], "members": members}))
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.compositions WHERE dossier = $1 AND drawn", l.dossier); n != 1 {
		t.Error("that the draw was followed is not recorded")
	}
	l.refused(t, e.as(t, "sec-01"), proposal, refusal{409, "conflict", "COMPOSITION_OPEN", false})

	other := e.line(t, "case-01", false).to(t, "transmitReport")
	drawn := e.as(t, "sec-01").do(t, other.call("proposeCollege", nil)).object(t)["members"].([]any)
	var chosen []string
	for m, rule := range rules {
		if rule == nil && len(chosen) < 3 && m != drawn[0] {
			chosen = append(chosen, fmt.Sprint(m))
		}
	}
	e.as(t, "sec-01").do(t, other.call("composeCollege", object{"decision_ref": one["decision_ref"], "members": chosen}))
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.compositions WHERE dossier = $1 AND NOT drawn", other.dossier); n != 1 {
		t.Error("that the draw was not followed is not recorded")
	}
}

// R. 4127-105 CSP: the author of the certificate does not sit, though his name is sealed.
func TestTheAuthorOfTheCertificateDoesNotSit(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false)
	author, _ := l.given.Certificate["author"].(object)
	l.given.Certificate["author"] = with(author, "rpps", "99790001426") // med-06
	l.to(t, "transmitReport")
	body := object{"decision_ref": "DEC-2026-01", "members": []string{"med-02", "med-03", "med-06"}}
	l.refused(t, e.as(t, "sec-01"), l.call("composeCollege", body), refusal{403, "forbidden", "MEMBER_CONFLICT", false})
	for _, c := range e.as(t, "sec-01").do(t, l.call("proposeCollege", nil)).object(t)["candidates"].([]any) {
		if one := c.(object); one["member"] == "med-06" && one["rule"] != "MEMBER_CONFLICT" {
			t.Errorf("the author of the certificate is a candidate: %v", one)
		}
	}
	e.as(t, "sec-01").do(t, l.call("composeCollege", with(body, "members", []string{"med-02", "med-03", "med-08"})))
	l.refused(t, e.as(t, "sec-01"), l.composition("replaceMember", 1, object{"reason_code": "MEMBRE_INDISPONIBLE", "member_out": "med-08", "member_in": "med-06"}),
		refusal{403, "forbidden", "MEMBER_CONFLICT", false})
}

// A piece that arrives after the transmission reaches the members: the dossier says that there is one, and each reads it.
func TestAPieceAfterTheTransmissionReachesTheMembers(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "composeCollege")
	events := func() string { return fmt.Sprint(l.shown(t)["events"]) }
	if strings.Contains(events(), "PIECE_RECUE") {
		t.Fatal("a piece that came before the transmission is told as late")
	}
	id, _ := e.as(t, "sec-01").do(t, l.call("createDocument", l.given.Documents[0].Body())).object(t)["id"].(string)
	l.documents = append(l.documents, id)
	late := len(l.documents) - 1
	e.as(t, "sec-01").do(t, l.upload(late, l.content(t, 0)))
	if !strings.Contains(events(), "PIECE_RECUE") || !strings.Contains(events(), id) {
		t.Error("the dossier does not tell of the late piece")
	}
	if state := l.shown(t)["state"]; state != "COLLEGE_DESIGNE" {
		t.Errorf("a piece moved the dossier to %v", state)
	}
	for _, m := range []string{"med-02", "med-03", "med-06"} {
		list, _ := e.as(t, m).do(t, l.with("listDocuments", nil, "purpose", "COLLEGE")).object(t)["items"].([]any)
		if len(list) != len(l.documents) {
			t.Errorf("%s sees %d documents of %d", m, len(list), len(l.documents))
		}
		e.as(t, m).do(t, l.reading(late))
	}
}

// R. 425-12, last paragraph: the college asks the author of the report, the person being informed; he adds to it, and sees no answer.
func TestTheAuthorOfTheReportAddsToItWhenTheCollegeAsks(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "giveAnswers med-02")
	const said = "Évolution depuis le rapport : stable."
	add := l.call("addSupplement", object{"text": said})
	l.refused(t, e.as(t, "med-12"), add, refusal{409, "conflict", "SUPPLEMENT_NOT_ASKED", false})
	asked := object{"type": "COMPLEMENT_DEMANDE", "to": "RAPPORTEUR", "question": "Évolution depuis le rapport ?", "applicant_informed_on": "2026-03-12"}
	l.refused(t, e.as(t, "med-03"), l.call("openRequest", drop(asked, "applicant_informed_on")), refusal{409, "conflict", "APPLICANT_NOT_INFORMED", false})
	l.member(t, "med-03", "openRequest", asked)
	for who, want := range map[string]refusal{
		"med-03": {403, "forbidden", "NOT_AUTHOR_OF_REPORT", false},
		"sec-01": {403, "forbidden", "ROLE_NO_MEDICAL", false},
		"med-05": {404, "not_found", "NOT_ASSIGNED", true},
	} {
		l.refused(t, e.as(t, who), add, want)
	}
	l.member(t, "med-12", "addSupplement", object{"text": said})
	l.refused(t, e.as(t, "med-12"), add, refusal{409, "conflict", "SUPPLEMENT_NOT_ASKED", false})
	l.refused(t, e.as(t, "med-12"), l.with("getAnswers", nil, "purpose", "COLLEGE"), refusal{403, "forbidden", "NOT_ASSIGNED", false})
	l.refused(t, e.as(t, "med-12"), l.call("saveReport", l.given.ReportBody()), refusal{409, "conflict", "REPORT_ALREADY_SIGNED", false})
	for _, m := range []string{"med-02", "med-03", "med-06"} {
		opened := e.as(t, m).do(t, l.with("getDossier", nil, "open", "medical", "purpose", "COLLEGE")).object(t)
		if text := fmt.Sprint(opened["supplements"]); text != "[map[text:"+said+"]]" {
			t.Errorf("%s reads %s", m, text)
		}
	}
	if shown := fmt.Sprint(l.shown(t)); strings.Contains(shown, said) || !strings.Contains(shown, "COMPLEMENT_RECU") {
		t.Error("the dossier without its medical part shows the supplement, or not that there is one")
	}
}

func drop(o object, field string) object {
	kept := with(o, field, nil)
	delete(kept, field)
	return kept
}
