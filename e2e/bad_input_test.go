package e2e_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/url"
	"strings"
	"testing"
)

// with is the object plus one field.
func with(o object, field string, value any) object {
	more := maps.Clone(o)
	more[field] = value
	return more
}

// wrong is one bad request, and what it must give.
type wrong struct {
	name string
	who  string
	call call
	want refusal
}

func refuseAll(t *testing.T, l *line, list ...wrong) {
	t.Helper()
	for _, one := range list {
		t.Run(one.name, func(t *testing.T) { l.refused(t, l.env.as(t, one.who), one.call, one.want) })
	}
}

func unknownField() refusal       { return refusal{status: 400, code: "unknown_field"} }
func invalid(rule string) refusal { return refusal{status: 422, code: "invalid", rule: rule} }
func forbidden(rule string) refusal {
	return refusal{status: 403, code: "forbidden", rule: rule}
}
func conflict(rule string) refusal { return refusal{status: 409, code: "conflict", rule: rule} }

func TestAStepOutOfOrderIsRefusedWithItsRule(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false)
	answers := func() object { return l.answersOf("med-02") }
	sign := func() call { return l.call("signOpinion", object{"composition": 1}) }
	college := func(decision string, members ...string) call {
		return l.call("composeCollege", object{"decision_ref": decision, "members": members})
	}
	ours := l.given.Events[5].CollegeBody()

	l.to(t, "createReferral")
	refuseAll(t, l,
		wrong{"a report on a dossier without rapporteur", "med-12", l.call("saveReport", l.given.ReportBody()), refusal{404, "not_found", "RAPPORTEUR_NOT_ASSIGNED", true}},
		wrong{"a college before the certificate", "sec-01", l.call("composeCollege", ours), conflict("COLLEGE_BEFORE_REPORT")},
		wrong{"a nurse as rapporteur", "sec-01", l.call("assignRapporteur", object{"rapporteur": "inf-01"}), invalid("RAPPORTEUR_NOT_HABILITATED")},
		wrong{"nobody as rapporteur", "sec-01", l.call("assignRapporteur", object{"rapporteur": "med-99"}), invalid("RAPPORTEUR_NOT_HABILITATED")},
	)
	l.env.as(t, "sec-01").do(t, l.call("assignRapporteur", object{"rapporteur": "med-12"}))
	l.env.as(t, "med-12").do(t, l.call("saveReport", l.given.ReportBody()))
	refuseAll(t, l,
		wrong{"a report signed before the certificate", "med-12", l.call("signReport", nil), conflict("CERTIFICATE_NOT_RECEIVED")},
		wrong{"a second rapporteur", "sec-01", l.call("assignRapporteur", object{"rapporteur": "med-01"}), conflict("RAPPORTEUR_ALREADY_ASSIGNED")},
		wrong{"a report transmitted before it is signed", "med-12", l.call("transmitReport", nil), conflict("REPORT_NOT_SIGNED")},
	)
	l.env.as(t, "sec-01").do(t, l.call("receiveCertificate", l.given.CertificateBody()))
	refuseAll(t, l,
		wrong{"a second certificate", "sec-01", l.call("receiveCertificate", l.given.CertificateBody()), conflict("CERTIFICATE_ALREADY_RECEIVED")},
		wrong{"an answer of the author before the transmission", "med-12", l.call("giveAnswers", answers()), conflict("VOTE_BEFORE_TRANSMISSION")},
		wrong{"an answer of a stranger before the transmission", "med-02", l.call("giveAnswers", answers()), refusal{404, "not_found", "VOTE_BEFORE_TRANSMISSION", true}},
	)
	l.env.as(t, "med-12").confirm(t, l.call("signReport", nil))
	refuseAll(t, l,
		wrong{"a college before the transmission", "sec-01", l.call("composeCollege", ours), conflict("COLLEGE_BEFORE_REPORT")},
		wrong{"a report changed after its signature", "med-12", l.call("saveReport", l.given.ReportBody()), conflict("REPORT_ALREADY_SIGNED")},
	)
	l.env.as(t, "med-12").do(t, l.call("transmitReport", nil))
	refuseAll(t, l,
		wrong{"a second transmission", "med-12", l.call("transmitReport", nil), conflict("N3_ALREADY_SENT")},
		wrong{"a member who is in no decision", "sec-01", college("DEC-2026-01", "med-02", "med-03", "med-13"), forbidden("MEMBER_NOT_IN_DECISION")},
		wrong{"a member of an earlier decision", "sec-01", college("DEC-2026-01", "med-02", "med-03", "med-11"), forbidden("MEMBER_NOT_IN_DECISION")},
		wrong{"a member whose listing has expired", "sec-01", college("DEC-2025-01", "med-02", "med-03", "med-11"), forbidden("MEMBER_DECISION_EXPIRED")},
		wrong{"a decision that was never published", "sec-01", college("DEC-2031-01", "med-02", "med-03", "med-06"), forbidden("MEMBER_NOT_IN_DECISION")},
		wrong{"the author of the report as a member", "sec-01", college("DEC-2026-01", "med-02", "med-03", "med-12"), forbidden("RAPPORTEUR_IN_COLLEGE")},
		wrong{"one member twice", "sec-01", college("DEC-2026-01", "med-02", "med-02", "med-03"), invalid("DUPLICATE_MEMBER")},
		wrong{"two members", "sec-01", college("DEC-2026-01", "med-02", "med-03"), invalid("")},
		wrong{"a clerk as a member", "sec-01", college("DEC-2026-01", "med-02", "med-03", "sec-01"), forbidden("MEMBER_NOT_IN_DECISION")},
	)
	l.next = 10
	l.env.as(t, "sec-01").do(t, l.call("composeCollege", ours))
	refuseAll(t, l,
		wrong{"a second college", "sec-01", l.call("composeCollege", ours), conflict("COMPOSITION_OPEN")},
		wrong{"a settlement before the answers", "med-03", l.call("settleOpinion", l.settlement()), conflict("ANSWERS_INCOMPLETE")},
		wrong{"no duration where care is not to be had", "med-02", l.call("giveAnswers", with(answers(), "q4_months", nil)), invalid("Q4_REQUIRED")},
		wrong{"nothing on the journey where care is to be had", "med-02", l.call("giveAnswers", with(with(answers(), "q3", "PEUT_BENEFICIER"), "q4_months", nil)), invalid("Q5_REQUIRED")},
		wrong{"an answer in another round", "med-02", l.call("giveAnswers", with(answers(), "round", 2)), conflict("SIGNATURE_OLD_COMPOSITION")},
		wrong{"an answer that is none", "med-02", l.call("giveAnswers", with(answers(), "q1", "PEUT_ETRE")), invalid("")},
	)
	for _, member := range []string{"med-02", "med-03", "med-06"} {
		l.env.as(t, member).do(t, l.call("giveAnswers", l.answersOf(member)))
	}
	refuseAll(t, l,
		wrong{"a second answer", "med-02", l.call("giveAnswers", answers()), conflict("ALREADY_ANSWERED")},
		wrong{"a signature before the settlement", "med-02", sign(), conflict("NOT_SETTLED")},
		wrong{"reading the opinion over before the settlement", "med-02", l.call("previewOpinion", nil), conflict("NOT_SETTLED")},
		wrong{"a settlement that no majority holds", "med-03", l.call("settleOpinion", with(with(with(l.settlement(), "q3", "PEUT_BENEFICIER"), "q4_months", nil), "q5", "PEUT_VOYAGER")), conflict("NO_MAJORITY")},
		wrong{"a settlement without duration", "med-03", l.call("settleOpinion", with(l.settlement(), "q4_months", nil)), invalid("Q4_REQUIRED")},
		wrong{"a settlement of another composition", "med-03", l.call("settleOpinion", with(l.settlement(), "composition", 2)), conflict("SIGNATURE_OLD_COMPOSITION")},
		wrong{"a settlement that says its outcome", "med-03", l.call("settleOpinion", with(l.settlement(), "outcome", "FAVORABLE")), unknownField()},
		wrong{"a settlement that says its sens", "med-03", l.call("settleOpinion", with(l.settlement(), "sens", "FAVORABLE")), unknownField()},
		wrong{"a settlement that ticks boxes", "med-03", l.call("settleOpinion", with(l.settlement(), "procedural", object{})), refusal{status: 400, code: "unknown_field", rule: "BOX_OVERRIDE"}},
	)
	l.env.as(t, "med-03").do(t, l.call("settleOpinion", l.settlement()))
	l.env.as(t, "med-02").confirm(t, sign())
	refuseAll(t, l, wrong{"a settlement once a signature stands", "med-03", l.call("settleOpinion", l.settlement()), conflict("SIGNATURE_STANDS")})
	l.env.as(t, "med-03").confirm(t, sign())
	l.env.as(t, "med-06").confirm(t, sign())
	for l.steps()[l.next].name != "getOpinion" {
		l.next++
	}
	l.to(t, "acknowledgeRelease")
	notice := fmt.Sprint(l.releases(t)[0]["id"])
	refuseAll(t, l,
		wrong{"a second acknowledgement", "pref-75", l.acknowledgement(), conflict("ALREADY_ACKNOWLEDGED")},
		wrong{"the acknowledgement of a notice", "pref-75", call{op: "acknowledgeRelease", path: map[string]string{"release": notice}}, conflict("NOT_ACKNOWLEDGEABLE")},
	)
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
	refuseAll(t, l,
		wrong{"a document in a closed dossier", "sec-01", l.call("createDocument", l.given.Documents[0].Body()), conflict("CASE_CLOSED")},
		wrong{"a signature on an issued opinion", "med-02", sign(), conflict("CASE_CLOSED")},
	)
	t.Run("the prefecture was told once of the transmission", func(t *testing.T) {
		if n := l.codes(t)["N3"]; n != 1 {
			t.Errorf("want one N3, got %d", n)
		}
	})
}

// codes counts what the prefecture received for this referral, by code.
func (l *line) codes(t *testing.T) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, r := range l.releases(t) {
		n[fmt.Sprint(r["code"])]++
	}
	return n
}

func TestAFieldThatNobodyMaySendIsRefused(t *testing.T) {
	t.Parallel()
	l := shared(t).line(t, "case-01", false).to(t, "createReferral")
	certificate := func() object { return l.given.CertificateBody() }
	refuseAll(t, l,
		wrong{"when the certificate came", "sec-01", l.call("receiveCertificate", with(certificate(), "received_at", "2026-01-26T09:40:00+01:00")), unknownField()},
		wrong{"whether it was late", "sec-01", l.call("receiveCertificate", with(certificate(), "late", false)), unknownField()},
		wrong{"a due date", "sec-01", l.call("receiveCertificate", with(certificate(), "due_on", "2026-04-26")), unknownField()},
		wrong{"any field", "sec-01", l.call("receiveCertificate", with(certificate(), "remarque", "x")), unknownField()},
		wrong{"a field of another case", "sec-01", l.call("receiveCertificate", with(certificate(), "Pages", 2)), unknownField()},
		wrong{"a field inside a field", "sec-01", l.call("receiveCertificate", with(certificate(), "consent", with(certificate()["consent"].(object), "late", true))), unknownField()},
		wrong{"one field twice", "sec-01", l.text("receiveCertificate", strings.Replace(encoded(t, certificate()), `{`, `{"pages":2,`, 1)), refusal{status: 400, code: "malformed"}},
		wrong{"no JSON", "sec-01", l.text("receiveCertificate", `{"annexe":`), refusal{status: 400, code: "malformed"}},
		wrong{"an unknown query parameter", "sec-01", l.with("getDossier", nil, "tout", "oui"), unknownField()},
		wrong{"the certificate sent before it was signed", "sec-01", l.call("receiveCertificate", with(with(certificate(), "sent_on", "2026-01-20"), "consent", with(certificate()["consent"].(object), "signed_on", "2026-01-19"))), invalid("")},
		wrong{"the certificate sent after it came", "sec-01", l.call("receiveCertificate", with(certificate(), "sent_on", "2026-11-20")), invalid("")},
		wrong{"the certificate signed before the examination", "sec-01", l.call("receiveCertificate", with(certificate(), "patient_examined_on", "2026-01-22")), invalid("")},
		wrong{"another form", "sec-01", l.call("receiveCertificate", with(certificate(), "annexe", "B")), invalid("")},
		wrong{"a day that is none", "sec-01", l.call("receiveCertificate", with(certificate(), "sent_on", "2026-02-30")), invalid("")},
		wrong{"a document of an unknown kind", "sec-01", l.call("createDocument", with(l.given.Documents[0].Body(), "kind", "RUMEUR")), invalid("")},
		wrong{"a document that is already complete", "sec-01", l.call("createDocument", with(l.given.Documents[0].Body(), "excluded", true)), unknownField()},
		wrong{"a purpose that is none", "med-12", l.with("getDossier", nil, "open", "medical", "purpose", "CURIOSITE"), invalid("")},
		wrong{"who is designated, and by whom", "sec-01", l.call("assignRapporteur", object{"rapporteur": "med-12", "by": "sec-02"}), unknownField()},
	)
	l.to(t, "assignRapporteur")
	report := func() object { return l.given.ReportBody() }
	refuseAll(t, l,
		wrong{"when the report was signed", "med-12", l.call("saveReport", with(report(), "signed_at", "2026-02-24T17:35:00+01:00")), unknownField()},
		wrong{"who wrote the report", "med-12", l.call("saveReport", with(report(), "rapporteur", "med-12")), unknownField()},
		wrong{"what the report would conclude", "med-12", l.call("saveReport", with(report(), "outcome", "FAVORABLE")), refusal{status: 400, code: "unknown_field", rule: "REPORT_FORBIDDEN_FIELD"}},
		wrong{"the boxes of the procedure", "med-12", l.call("saveReport", with(report(), "convocation", object{"requested": true, "done": true})), unknownField()},
	)
	l.to(t, "composeCollege")
	refuseAll(t, l,
		wrong{"whose answers", "med-02", l.call("giveAnswers", with(l.answersOf("med-02"), "member", "med-03")), unknownField()},
		wrong{"when they were given", "med-02", l.call("giveAnswers", with(l.answersOf("med-02"), "answered_at", "2026-03-03T08:50:00+01:00")), unknownField()},
	)
}

// text is a call with a body written by hand.
func (l *line) text(op, body string) call {
	c := l.call(op, nil)
	c.raw, c.headers = []byte(body), map[string]string{"Content-Type": "application/json"}
	return c
}

func encoded(t *testing.T, o object) string {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A referral that is refused leaves no trace in either zone.
func TestABadReferralOpensNothing(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false)
	for _, one := range []struct {
		name   string
		change func(body, referral object)
		want   refusal
	}{
		{"an unknown kind", func(_, r object) { r["kind"] = "SEJ_INCONNU" }, invalid("")},
		{"an unknown channel", func(_, r object) { r["channel"] = "PIGEON" }, invalid("")},
		{"a date of receipt", func(_, r object) { r["received_at"] = "2026-01-16T15:20:00+01:00" }, unknownField()},
		{"the territory, which follows", func(_, r object) { r["territorial_direction"] = "DT-LYON" }, unknownField()},
		{"the pipeline, which follows", func(_, r object) { r["pipeline"] = "ELOIGNEMENT" }, unknownField()},
		{"a field at the top", func(b, _ object) { b["deadlines"] = []any{} }, unknownField()},
		{"no applicant", func(b, _ object) { delete(b, "applicant") }, invalid("")},
		{"a number that is none", func(_, r object) { r["agdref"] = "99751" }, invalid("")},
		{"a registration after today", func(_, r object) { r["request_registered_on"] = "2027-01-16" }, invalid("DATES_ORDER")},
		{"a minor without a representative", func(b, _ object) {
			applicant := b["applicant"].(object)
			b["applicant"] = with(applicant, "patient", with(applicant["patient"].(object), "birth_date", "2015-05-14"))
		}, invalid("LEGAL_REPRESENTATIVE_REQUIRED")},
	} {
		t.Run(one.name, func(t *testing.T) {
			body := l.given.ReferralBody(l.given.Events[0].At)
			referral := maps.Clone(body["referral"].(object))
			body["referral"] = referral
			number := drawNumber(t)
			referral["agdref"] = number
			files := referral["administrative_files"].([]any)
			referral["administrative_files"] = []any{with(files[0].(object), "agdref", number)}
			one.change(body, referral)
			a := e.as(t, "pref-75").call(t, call{op: "createReferral", json: body})
			e.wasRefused(t, a, one.want)
			if n := e.count(t, serverZone, "SELECT count(*) FROM server.referrals WHERE agdref = $1", number); n != 0 {
				t.Errorf("%d referrals were opened", n)
			}
		})
	}
}

// drawNumber is an AGDREF number that no other story uses.
func drawNumber(t *testing.T) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(1e7))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("998%07d", n)
}

func TestABodyThatLiesAboutItsSizeIsNotKept(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "createDocument 1")
	content := l.content(t, 0)
	shorter, longer := l.upload(0, content[:len(content)-1]), l.upload(0, append(bytes.Clone(content), 'x'))
	otherDigest := l.upload(0, content)
	otherDigest.headers = map[string]string{"Content-Digest": contentDigest([]byte("autre chose"))}
	unreadable := l.upload(0, content)
	unreadable.headers = map[string]string{"Content-Digest": "md5=:AAAA:"}
	half := l.upload(0, content)
	half.query = url.Values{"offset": {"10"}, "complete": {"true"}}
	asJSON := l.upload(0, content)
	asJSON.headers = map[string]string{"Content-Type": "text/plain"}
	broken := refusal{status: 422, code: "invalid"}
	refuseAll(t, l,
		wrong{"shorter than declared", "sec-01", shorter, broken},
		wrong{"longer than declared", "sec-01", longer, broken},
		wrong{"another digest", "sec-01", otherDigest, broken},
		wrong{"a digest that cannot be read", "sec-01", unreadable, broken},
		wrong{"from the middle", "sec-01", half, refusal{status: 409, code: "conflict"}},
		wrong{"another type", "sec-01", asJSON, refusal{status: 415, code: "unsupported"}},
	)
	t.Run("cut before its end", func(t *testing.T) {
		before := l.state(t)
		cutShort(t, e.as(t, "sec-01"), l.upload(0, content), len(content)/2)
		if after := l.state(t); after != before {
			t.Errorf("a cut body changed something: before %+v, after %+v", before, after)
		}
	})
	t.Run("the honest one still goes in", func(t *testing.T) { l.to(t, "uploadDocument 1") })
}

// cutShort announces a whole body, sends a part of it and hangs up.
func cutShort(t *testing.T, p *person, c call, after int) {
	t.Helper()
	req, body := p.request(t, c)
	for _, cookie := range p.client.Jar.Cookies(req.URL) {
		req.AddCookie(cookie)
	}
	conn, err := net.Dial("tcp", req.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var head bytes.Buffer
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", req.Method, req.URL.RequestURI(), req.URL.Host, len(body))
	if err := req.Header.Write(&head); err != nil {
		t.Fatal(err)
	}
	head.WriteString("\r\n")
	head.Write(body[:after])
	if _, err := conn.Write(head.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answered, _ := io.ReadAll(conn) // what it says to who hung up does not matter, but it must not say yes
	if bytes.HasPrefix(answered, []byte("HTTP/1.1 2")) {
		t.Errorf("a cut body was accepted: %s", bytes.SplitN(answered, []byte("\r\n"), 2)[0])
	}
}
