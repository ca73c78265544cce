package e2e_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// removal is a dossier of somebody under an obligation to leave, whose certificate has come: case-15, the person being of a status of liberty.
func (e *environment) removal(t *testing.T, kind, liberty string) *line {
	t.Helper()
	l := e.line(t, "case-15", false)
	l.given.Referral["kind"] = kind
	l.given.Liberty[0]["status"] = liberty
	l.given.Documents = nil
	return l.to(t, "receiveCertificate")
}

func (l *line) designation(ref string, members ...any) object {
	return object{"decision_ref": ref, "members": members}
}

// R. 731-1: one physician answers on the certificate, on annexe D, and nothing crosses but N0, N1 and his opinion.
func TestOnePhysicianAnswersOnAPersonAssignedToResidence(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	clerk := e.as(t, l.secretary)
	one := l.designation("DES-2025-07", "med-06")
	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"a college", clerk, l.call("composeCollege", l.designation("DEC-2026-01", "med-04", "med-06", "med-07")), refusal{409, "conflict", "COLLEGE_NOT_COMPETENT", false}},
		{"under the college's decision", clerk, l.call("designatePhysician", with(one, "decision_ref", "DEC-2026-01")), refusal{403, "forbidden", "MEMBER_NOT_IN_DECISION", false}},
		{"somebody listed nowhere", clerk, l.call("designatePhysician", l.designation("DES-2025-07", "med-99")), refusal{403, "forbidden", "MEMBER_NOT_IN_DECISION", false}},
		{"by another secretariat", e.as(t, "sec-01"), l.call("designatePhysician", one), refusal{404, "not_found", "OTHER_TERRITORY", true}},
		{"by himself", e.as(t, "med-06"), l.call("designatePhysician", one), refusal{404, "not_found", "ROLE_NOT_ALLOWED", true}},
		{"with a text", clerk, l.call("designatePhysician", with(one, "text", "urgent")), refusal{400, "unknown_field", "UNKNOWN_FIELD", true}},
		{"a report", e.as(t, "med-06"), l.call("saveReport", l.reportOfAnother(t)), refusal{404, "not_found", "REPORT_ON_REMOVAL", true}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}
	isInvalid(t, clerk.call(t, l.call("designatePhysician", l.designation("DES-2025-07", "med-06", "med-07"))))

	clerk.do(t, l.call("designatePhysician", one))
	l.refused(t, clerk, l.call("designatePhysician", one), refusal{409, "conflict", "COMPOSITION_OPEN", false})
	l.refused(t, e.as(t, "med-07"), l.call("giveAnswers", favourable(1, 1, 12)), refusal{404, "not_found", "NOT_ASSIGNED", true})
	physician := e.as(t, "med-06")
	if opened := physician.do(t, l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION")).object(t); opened["certificate"] == nil {
		t.Error("the physician does not read the certificate that he answers on")
	}
	l.member(t, "med-06", "giveAnswers", favourable(1, 1, 12))
	isInvalid(t, physician.call(t, l.call("settleOpinion", settled(favourable(1, 1, 12), "MAJORITE"))))
	l.member(t, "med-06", "settleOpinion", settled(favourable(1, 1, 12), "UNIQUE"))
	l.signs(t, 1, "med-06")

	opinion := l.wantOpinion(t, l.referral)
	form, _ := opinion["form"].(object)
	authors, _ := opinion["authors"].([]any)
	if form["annexe"] != "D" || form["version"] != "D-2025" || len(authors) != 1 || opinion["stage_report"] != nil {
		t.Errorf("the opinion: form %v, authors %v, report %v", form, authors, opinion["stage_report"])
	}
	l.wantCodes(t, "N0", "N1", "N6")
	file := e.as(t, l.agent).do(t, l.about("getOpinionPdf", nil)).Body
	if !bytes.HasPrefix(file, []byte("%PDF-1.7")) || !bytes.Contains(file, []byte("/ETSI.CAdES.detached")) {
		t.Errorf("no sealed document: %.20q", file)
	}
}

// SC10: a college has answered and partly signed; the person is placed in retention. One physician is competent, and the trail is kept.
func TestAPlacementInRetentionChangesTheAuthorAndKeepsTheTrail(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.removal(t, "OQTF_L7313_LIBRE", "LIBRE")
	clerk, agent := e.as(t, l.secretary), e.as(t, l.agent)
	members := []string{"med-04", "med-06", "med-07"}
	l.refused(t, clerk, l.call("designatePhysician", l.designation("DES-2025-07", "med-06")), refusal{409, "conflict", "MED1_NOT_COMPETENT", false})
	clerk.do(t, l.call("composeCollege", l.designation("DEC-2026-01", "med-04", "med-06", "med-07")))
	for _, m := range members {
		l.member(t, m, "giveAnswers", favourable(1, 1, 12))
	}
	l.member(t, "med-04", "settleOpinion", settled(favourable(1, 1, 12), "UNANIMITE"))
	l.signs(t, 1, "med-04", "med-06")
	close := object{"reason_code": "CHANGEMENT_LIBERTE"}
	isInvalid(t, clerk.call(t, l.composition("replaceMember", 1, close))) // nothing changed

	agent.do(t, l.about("changeLiberty", object{"type": "CHANGEMENT_LIBERTE", "liberty": "RETENTION"}))
	eventually(t, "the signal crosses", func() bool { return len(clerk.do(t, l.call("listReferralEvents", nil)).items(t)) == 1 })
	l.wantSignatures(t, "med-04", "med-06") // told, and not confirmed: nothing has changed
	isInvalid(t, clerk.call(t, l.composition("replaceMember", 1, with(with(close, "member_out", "med-04"), "member_in", "med-09"))))
	clerk.do(t, l.composition("replaceMember", 1, close))
	l.wantSignatures(t, "med-04 CHANGEMENT_LIBERTE", "med-06 CHANGEMENT_LIBERTE")
	if kinds := l.kinds(t); !strings.HasSuffix(kinds, "SIGNATURE SIGNATURE CHANGEMENT_LIBERTE COMPOSITION_CLOSE") {
		t.Errorf("the trail: %s", kinds)
	}
	if signals := clerk.do(t, l.call("listReferralEvents", nil)).items(t); signals[0]["confirmed_at"] == nil {
		t.Error("the signal is not confirmed by the closing")
	}
	l.refused(t, e.as(t, "med-07"), l.call("signOpinion", object{"composition": 1}), refusal{404, "not_found", "COLLEGE_NOT_COMPETENT", true})
	l.refused(t, clerk, l.call("composeCollege", l.designation("DEC-2026-01", "med-04", "med-06", "med-07")), refusal{409, "conflict", "COLLEGE_NOT_COMPETENT", false})

	clerk.do(t, l.call("designatePhysician", l.designation("DES-2025-07", "med-08")))
	l.refused(t, e.as(t, "med-08"), l.with("getAnswers", nil, "purpose", "COLLEGE"), refusal{403, "forbidden", "ANSWERS_BLIND", false})
	l.member(t, "med-08", "giveAnswers", set(2, 1, "NE_NECESSITE_PAS"))
	l.member(t, "med-08", "settleOpinion", settled(set(2, 1, "NE_NECESSITE_PAS"), "UNIQUE"))
	l.signs(t, 2, "med-08")
	opinion := l.wantOpinion(t, l.referral)
	if form, _ := opinion["form"].(object); form["annexe"] != "D" || opinion["kind"] != "OQTF_L7313_RETENU" {
		t.Errorf("the opinion is on %v, for %v", form, opinion["kind"])
	}
	if flags := fmt.Sprint(l.shown(t)["flags"]); !strings.Contains(flags, "AUTEUR_MODIFIE") {
		t.Errorf("flags: %s", flags)
	}
}

// A person is freed once one physician has been designated: confirming it ends his designation, and the college answers.
func TestAReleaseEndsTheDesignationOfOnePhysician(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	clerk, agent := e.as(t, l.secretary), e.as(t, l.agent)
	clerk.do(t, l.call("designatePhysician", l.designation("DES-2025-07", "med-06")))
	l.member(t, "med-06", "giveAnswers", favourable(1, 1, 12))
	agent.do(t, l.about("changeLiberty", object{"type": "CHANGEMENT_LIBERTE", "liberty": "LIBRE"}))
	var signals []object
	eventually(t, "the signal crosses", func() bool {
		signals = clerk.do(t, l.call("listReferralEvents", nil)).items(t)
		return len(signals) == 1
	})
	confirm := l.call("confirmReferralEvent", nil)
	confirm.path["event"] = fmt.Sprint(int(signals[0]["seq"].(float64)))
	clerk.do(t, confirm)
	if now, _ := l.shown(t)["composition"].(object); now["open"] != false || now["author"] != "MED1" {
		t.Errorf("the designation: %v", now)
	}
	l.refused(t, e.as(t, "med-06"), l.call("settleOpinion", settled(favourable(1, 1, 12), "UNIQUE")), refusal{404, "not_found", "MED1_NOT_COMPETENT", true})
	clerk.do(t, l.call("composeCollege", l.designation("DEC-2026-01", "med-04", "med-06", "med-07")))
}

// §4.2 B2: a certificate whose author does not match the person's liberty warns; nobody who is detained loses an opinion by it. A residence
// permit has no such choice.
func TestACertificateOfTheWrongAuthorWarnsAndMayBeKept(t *testing.T) {
	t.Parallel()
	e := shared(t)
	warned := refusal{422, "invalid", "CERT_AUTHOR_MISMATCH", false}
	l := e.line(t, "case-15", false)
	l.given.Referral["kind"], l.given.Liberty[0]["status"] = "OQTF_L7313_DETENU", "DETENU"
	l.to(t, "createReferral")
	clerk := e.as(t, l.secretary)
	l.refused(t, clerk, l.call("receiveCertificate", l.given.CertificateBody()), warned)
	clerk.do(t, l.call("receiveCertificate", with(l.given.CertificateBody(), "author_mismatch_kept", true)))
	if flags := fmt.Sprint(l.shown(t)["flags"]); !strings.Contains(flags, "AUTEUR_CERTIFICAT") {
		t.Errorf("flags: %s", flags)
	}

	permit := e.line(t, "case-01", false).to(t, "createReferral")
	body := permit.given.CertificateBody()
	body["author"].(object)["quality"] = "UNITE_SANITAIRE"
	permit.refused(t, e.as(t, permit.secretary), permit.call("receiveCertificate", with(body, "author_mismatch_kept", true)), warned)
}

func (l *line) reportOfAnother(t *testing.T) any {
	t.Helper()
	return l.env.line(t, "case-01", false).given.ReportBody()
}

func (l *line) wantCodes(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, r := range l.releases(t) {
		got = append(got, fmt.Sprint(r["code"]))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the prefecture received %v, want %v", got, want)
	}
}
