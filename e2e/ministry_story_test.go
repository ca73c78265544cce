package e2e_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// An expulsion (L. 631-3), from the minister's referral to the opinion that he acknowledges. The college answers on annexe E; what comes of it is in the
// minister's inbox, and no prefecture knows that there is a referral.
func TestTheMinisterRefersAnExpulsionAndReceivesItsOpinion(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-15", false)
	l.given.Documents = nil
	l.given.Referral["kind"], l.given.Referral["prefecture"], l.given.Liberty[0]["status"] = "EXP_L6313_LIBRE", "MI", "LIBRE"
	l.given.Referral["removal_decision"].(object)["type"] = "EXPULSION"
	for _, file := range l.given.Referral["administrative_files"].([]any) {
		file.(object)["prefecture"] = "MI"
	}
	minister, clerk := e.at(t, serverZone, "pref-mi"), e.as(t, "sec-01")

	body := l.given.ReferralBody(e.now(t))
	stay := with(body, "referral", with(body["referral"].(object), "kind", "OQTF_L7313_LIBRE"))
	e.wasRefused(t, minister.call(t, call{op: "createReferral", json: stay}), refusal{409, "conflict", "AUTHORITY_NOT_COMPETENT", false})
	e.wasRefused(t, e.as(t, "pref-75").call(t, call{op: "createReferral", json: body}), refusal{403, "forbidden", "WRONG_PREFECTURE", false})

	opened := minister.do(t, call{op: "createReferral", json: body}).object(t)
	l.referral, l.agent, l.secretary = opened["id"].(string), "pref-mi", "sec-01"
	l.awaitDossier(t)
	clerk.do(t, l.call("receiveCertificate", l.given.CertificateBody()))
	competence, _ := l.shown(t)["competence"].(object)
	if competence["receiver"] != "MINISTRE_INTERIEUR" || competence["annexe"] != "E" {
		t.Errorf("competence: %v", competence)
	}
	clerk.do(t, l.call("composeCollege", l.designation("DEC-2026-01", "med-04", "med-06", "med-07")))
	for _, member := range []string{"med-04", "med-06", "med-07"} {
		l.member(t, member, "giveAnswers", favourable(1, 1, 12))
	}
	l.member(t, "med-04", "settleOpinion", settled(favourable(1, 1, 12), "UNANIMITE"))
	l.signs(t, 1, "med-04", "med-06", "med-07")

	opinion := l.wantOpinion(t, l.referral)
	if form, _ := opinion["form"].(object); form["annexe"] != "E" || opinion["receiver"] != "MI" {
		t.Errorf("the opinion is on %v, for %v", form, opinion["receiver"])
	}
	inbox, _, err := minister.get(t.Context(), "/messages", "text/html")
	if err != nil || !strings.Contains(string(inbox.Body), l.referral) || !strings.Contains(string(inbox.Body), "Ministère de l’intérieur") {
		t.Errorf("the minister's inbox does not show it: %v", err)
	}
	for _, prefecture := range []string{"pref-75", "pref-93", "pref-973"} {
		agent := e.at(t, serverZone, prefecture)
		for _, op := range []string{"getReferral", "getOpinion", "getOpinionPdf"} {
			e.wasRefused(t, agent.call(t, l.about(op, nil)), refusal{404, "not_found", "WRONG_PREFECTURE", true})
		}
		for _, list := range []string{"listReferrals", "listReleases"} {
			c := call{op: list, query: url.Values{"limit": {"200"}}}
			if strings.Contains(string(agent.do(t, c).Body), l.referral) {
				t.Errorf("%s sees the minister's referral in %s", prefecture, list)
			}
		}
	}

	seq := ""
	for _, item := range minister.do(t, call{op: "listReleases", query: url.Values{"limit": {"200"}}}).items(t) {
		if item["kind"] == "opinion" && item["referral"] == l.referral {
			seq = fmt.Sprint(item["seq"])
		}
	}
	acknowledge := call{op: "acknowledgeRelease", path: map[string]string{"release": seq}, json: object{}}
	e.wasRefused(t, e.as(t, "pref-75").call(t, acknowledge), refusal{404, "not_found", "WRONG_PREFECTURE", true})
	minister.do(t, acknowledge)
	eventually(t, "the acknowledgement closes the dossier", func() bool {
		return l.shown(t)["state"] == "CLOS" && slices.Contains(strings.Fields(l.kinds(t)), "ACCUSE_PREFECTURE")
	})
}
