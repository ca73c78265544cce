package e2e_test

import (
	"net/url"
	"strings"
	"testing"
)

// An approval is of one person, for one act, of one content, once.
func TestAnApprovalServesForItsOwnActAndContentAndOnce(t *testing.T) {
	t.Parallel()
	e := shared(t)
	// med-02 is the author of one dossier's report and sits in the college of another.
	written := e.line(t, "case-01", false).to(t, "receiveCertificate")
	e.as(t, "sec-01").do(t, written.call("assignRapporteur", object{"rapporteur": "med-02"}))
	both := e.signIn(t, medicalZone, "med-02")
	both.do(t, written.call("saveReport", written.given.ReportBody()))
	judged := e.line(t, "case-01", false).to(t, "settleOpinion")
	another := e.line(t, "case-01", false).to(t, "settleOpinion")

	signReport := written.call("signReport", nil)
	signOpinion := judged.call("signOpinion", object{"composition": 1})

	forReport := mustAsk(t, written, both, signReport)
	both.stepUp(t, forReport)
	t.Run("one for the report does not sign an opinion", func(t *testing.T) { mustAsk(t, judged, both, signOpinion) })
	t.Run("one for a report does not sign what it became since", func(t *testing.T) {
		report := written.given.ReportBody()
		report["stage"] = "Stade réévalué."
		both.do(t, written.call("saveReport", report))
		forReport = mustAsk(t, written, both, signReport)
	})
	t.Run("one for this opinion signs neither another nor the report", func(t *testing.T) {
		both.stepUp(t, mustAsk(t, judged, both, signOpinion))
		mustAsk(t, another, both, another.call("signOpinion", object{"composition": 1}))
		mustAsk(t, written, both, signReport)
	})
	t.Run("it does not serve another session of the same person", func(t *testing.T) {
		mustAsk(t, judged, e.signIn(t, medicalZone, "med-02"), signOpinion)
	})
	t.Run("nor another member", func(t *testing.T) {
		mustAsk(t, judged, e.signIn(t, medicalZone, "med-03"), signOpinion)
	})
	t.Run("its path is nothing in another person's hands", func(t *testing.T) {
		other := e.signIn(t, medicalZone, "med-03")
		a, _, err := other.get(t.Context(), forReport.Problem.StepUp+"&"+url.Values{"login_hint": {other.Login}}.Encode(), "")
		if err != nil || a.Status != 404 {
			t.Errorf("want 404, got %s %v", a, err)
		}
	})
	t.Run("it signs once", func(t *testing.T) {
		both.do(t, signOpinion)
		used := e.count(t, medicalZone, `SELECT count(*) FROM identity.step_ups WHERE dossier = $1 AND act = 'opinion.sign' AND consumed_at IS NOT NULL`, judged.dossier)
		if used != 1 {
			t.Errorf("want one consumed approval, got %d", used)
		}
		judged.refused(t, both, signOpinion, refusal{status: 409, code: "conflict", rule: "ALREADY_SIGNED"})
	})
	t.Run("and a report signs once", func(t *testing.T) {
		both.stepUp(t, forReport)
		both.do(t, signReport)
		written.refused(t, both, signReport, refusal{status: 409, code: "conflict", rule: "REPORT_ALREADY_SIGNED"})
	})
}

// mustAsk wants the call to ask for a step-up, and to do nothing else.
func mustAsk(t *testing.T, l *line, p *person, c call) answer {
	t.Helper()
	before := l.state(t)
	a := p.call(t, c)
	if a.Status != 403 || a.Problem.Code != "step_up_required" {
		t.Fatalf("want step_up_required, got: %s", a)
	}
	l.env.isProblem(t, a)
	if path := a.Problem.StepUp; !strings.HasPrefix(path, "/") || !strings.Contains(path, "?") {
		t.Errorf("step_up is no path with a query: %q", path)
	}
	if after := l.state(t); after != before {
		t.Errorf("asking for a step-up changed the dossier: before %+v, after %+v", before, after)
	}
	refused := false
	for _, one := range l.env.entries(t, a) {
		refused = refused || one.Outcome == "REFUSED"
	}
	if !refused {
		t.Errorf("%s: no entry says that it was refused: %+v", a, l.env.entries(t, a))
	}
	return a
}

// The demand for a fresh authentication tells that the act is possible: who may not do it is never asked.
func TestWhoMayNotSignIsNeverAskedToConfirm(t *testing.T) {
	t.Parallel()
	e := shared(t)
	saved := e.line(t, "case-01", false).to(t, "saveReport")
	answered := e.line(t, "case-01", false).to(t, "giveAnswers med-06")
	settled := e.line(t, "case-01", false).to(t, "settleOpinion")
	signOpinion := func(l *line) call { return l.call("signOpinion", object{"composition": 1}) }
	for _, one := range []struct {
		name string
		l    *line
		who  string
		call call
		want refusal
	}{
		{"a stranger, the report", saved, "med-05", saved.call("signReport", nil), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"the secretary, the report", saved, "sec-01", saved.call("signReport", nil), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"a stranger, the opinion", settled, "med-05", signOpinion(settled), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"the rapporteur, the opinion", settled, "med-12", signOpinion(settled), refusal{403, "forbidden", "RAPPORTEUR_IN_COLLEGE", false}},
		{"the secretary, the opinion", settled, "sec-01", signOpinion(settled), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"a member, before the settlement", answered, "med-02", signOpinion(answered), refusal{409, "conflict", "NOT_SETTLED", false}},
		{"a member, another composition", settled, "med-02", settled.call("signOpinion", object{"composition": 2}), refusal{409, "conflict", "SIGNATURE_OLD_COMPOSITION", false}},
	} {
		t.Run(one.name, func(t *testing.T) {
			a := one.l.refused(t, e.as(t, one.who), one.call, one.want)
			if a.Problem.StepUp != "" {
				t.Errorf("a step-up is offered: %s", a.Problem.StepUp)
			}
			begun := e.count(t, medicalZone, `SELECT count(*) FROM identity.step_ups u JOIN identity.sessions s ON s.id = u.session
				JOIN identity.people p ON p.id = s.person WHERE u.dossier = $1 AND p.id = $2 AND u.act = $3`, one.l.dossier, one.who,
				map[bool]string{true: "report.sign", false: "opinion.sign"}[one.call.op == "signReport"])
			if begun != 0 {
				t.Errorf("%d step-ups were begun", begun)
			}
		})
	}
}
