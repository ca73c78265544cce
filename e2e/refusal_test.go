package e2e_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
)

// asking is one operation that shows, or changes, what is medical.
type asking struct {
	name string
	call func(*line) call
}

// readings are those that need nothing of the state of the dossier.
var readings = []asking{
	{"reading a document", func(l *line) call { return l.reading(0) }},
	{"listing the documents", func(l *line) call { return l.with("listDocuments", nil, "purpose", "INSTRUCTION") }},
	{"opening the medical part", func(l *line) call { return l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION") }},
	{"reading the answers", func(l *line) call { return l.with("getAnswers", nil, "purpose", "COLLEGE") }},
	{"reading one's own answers", func(l *line) call { return l.with("getAnswers", nil, "open", "own") }},
	{"reading the opinion over", func(l *line) call { return l.call("previewOpinion", nil) }},
	{"writing the report", func(l *line) call { return l.call("saveReport", l.given.ReportBody()) }},
	{"signing the report", func(l *line) call { return l.call("signReport", nil) }},
	{"transmitting the report", func(l *line) call { return l.call("transmitReport", nil) }},
}

// sittings are the acts of a member.
var sittings = []asking{
	{"answering", func(l *line) call { return l.call("giveAnswers", l.answersOf("med-02")) }},
	{"settling the opinion", func(l *line) call { return l.call("settleOpinion", l.settlement()) }},
	{"signing the opinion", func(l *line) call { return l.call("signOpinion", object{"composition": 1}) }},
}

// with is a call upon the dossier, with a query.
func (l *line) with(op string, body any, query ...string) call {
	c := l.call(op, body)
	c.query = url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		c.query.Set(query[i], query[i+1])
	}
	return c
}

func all(t *testing.T, l *line, who *person, want refusal, askings ...asking) {
	t.Helper()
	for _, one := range askings {
		t.Run(one.name, func(t *testing.T) { l.refused(t, who, one.call(l), want) })
	}
}

func TestANurseWithAValidTokenComesInNowhere(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "giveAnswers med-02")
	before := l.state(t)
	a := e.refusedSignIn(t, medicalZone, "inf-01")
	e.wasRefused(t, a, refusal{status: 403, code: "forbidden", rule: "PROFESSION_NOT_PHYSICIAN"})

	// What was refused left nothing behind that could be used: without a session every address answers the same.
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	nobody := &person{env: e, portal: e.zones[medicalZone], client: &http.Client{Jar: jar}}
	nobody.ID = "nobody"
	for _, one := range append(readings, sittings...) {
		a := nobody.call(t, one.call(l))
		if a.Status != http.StatusUnauthorized || a.Problem.Code != "unauthenticated" {
			t.Errorf("%s: want 401 unauthenticated, got %s", one.name, a)
		}
		e.isProblem(t, a)
	}
	if after := l.state(t); after != before {
		t.Errorf("something changed: before %+v, after %+v", before, after)
	}
}

func TestAPhysicianWhoIsNotAssignedLearnsNotEvenThatTheDossierExists(t *testing.T) {
	t.Parallel()
	e := shared(t)
	hidden := refusal{status: 404, code: "not_found", rule: "NOT_ASSIGNED", hidden: true}
	early := e.line(t, "case-01", false).to(t, "saveReport")
	late := e.line(t, "case-01", false).to(t, "settleOpinion")
	stranger := e.as(t, "med-05") // listed in the same decision, and not designated

	t.Run("before the signature of the report", func(t *testing.T) { all(t, early, stranger, hidden, readings[:8]...) })
	t.Run("once the opinion is settled", func(t *testing.T) {
		all(t, late, stranger, hidden, readings[:6]...)
		all(t, late, stranger, hidden, sittings...)
	})
	t.Run("without opening anything", func(t *testing.T) { late.refused(t, stranger, late.call("getDossier", nil), hidden) })
	t.Run("the answer is that of a dossier that never was", func(t *testing.T) {
		real, invented := late.call("getDossier", nil), late.call("getDossier", nil)
		invented.path = map[string]string{"dossier": "00000000-0000-4000-8000-000000000000"}
		one, other := stranger.call(t, real), stranger.call(t, invented)
		one.Problem.RequestID, other.Problem.RequestID = "", ""
		if one.Problem != other.Problem {
			t.Errorf("the two differ: %+v, %+v", one.Problem, other.Problem)
		}
	})
	t.Run("a physician in no decision does not sit", func(t *testing.T) {
		unlisted := refusal{status: 404, code: "not_found", rule: "MEMBER_NOT_IN_DECISION", hidden: true}
		all(t, late, e.as(t, "med-13"), unlisted, sittings...)
	})
	t.Run("a future member reads nothing before the report is transmitted", func(t *testing.T) {
		all(t, early, e.as(t, "med-02"), hidden, readings[:8]...)
	})
}

func TestASecretaryWritesAndReadsNothingBack(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "settleOpinion")
	t.Run("that of the territory is told why", func(t *testing.T) {
		want := refusal{status: 403, code: "forbidden", rule: "ROLE_NO_MEDICAL"}
		all(t, l, e.as(t, "sec-01"), want, readings...)
		all(t, l, e.as(t, "sec-01"), want, sittings...)
	})
	t.Run("that of another territory knows of no dossier", func(t *testing.T) {
		want := refusal{status: 404, code: "not_found", rule: "ROLE_NO_MEDICAL", hidden: true}
		all(t, l, e.as(t, "sec-02"), want, readings...)
		elsewhere := refusal{status: 404, code: "not_found", rule: "OTHER_TERRITORY", hidden: true}
		all(t, l, e.as(t, "sec-02"), elsewhere,
			asking{"seeing the dossier", func(l *line) call { return l.call("getDossier", nil) }},
			asking{"opening the names", func(l *line) call { return l.with("getDossier", nil, "open", "civil", "purpose", "SECRETARIAT") }},
			asking{"designating the rapporteur", func(l *line) call { return l.call("assignRapporteur", object{"rapporteur": "med-01"}) }},
			asking{"composing the college", func(l *line) call {
				return l.call("composeCollege", object{"decision_ref": "DEC-2026-01", "members": []string{"med-01", "med-04", "med-05"}})
			}},
			asking{"adding a document", func(l *line) call { return l.call("createDocument", l.given.Documents[0].Body()) }},
		)
	})
}

func TestAPrefectureSeesNoDossierAndNoOtherPrefectureItsReferral(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "getOpinion")
	for _, agent := range []string{"pref-75", "pref-93"} {
		before := l.state(t)
		a := e.refusedSignIn(t, medicalZone, agent)
		e.wasRefused(t, a, refusal{status: 403, code: "forbidden", rule: "PREFECTURE_NO_MEDICAL"})
		if l.state(t) != before {
			t.Errorf("the refused sign-in of %s changed something", agent)
		}
	}
	want := refusal{status: 404, code: "not_found", rule: "WRONG_PREFECTURE", hidden: true}
	all(t, l, e.as(t, "pref-93"), want,
		asking{"seeing the referral", func(l *line) call { return call{op: "getReferral", path: map[string]string{"referral": l.referral}} }},
		asking{"reading the opinion", func(l *line) call { return call{op: "getOpinion", path: map[string]string{"referral": l.referral}} }},
		asking{"reading the release", func(l *line) call { return call{op: "getRelease", path: map[string]string{"release": l.release}} }},
		asking{"acknowledging", (*line).acknowledgement},
	)
	t.Run("its lists are empty of it", func(t *testing.T) {
		for _, op := range []string{"listReleases", "listReferrals"} {
			for _, item := range e.as(t, "pref-93").do(t, call{op: op, query: url.Values{"limit": {"200"}}}).items(t) {
				if item["prefecture"] != "93" {
					t.Errorf("%s shows what is of prefecture %v", op, item["prefecture"])
				}
			}
		}
	})
	t.Run("it refers nobody in another's name", func(t *testing.T) {
		l.refused(t, e.as(t, "pref-93"), call{op: "createReferral", json: l.given.ReferralBody(l.given.Events[0].At)}, refusal{status: 403, code: "forbidden", rule: "WRONG_PREFECTURE"})
	})
}

func TestPhysiciansAndSecretariesHaveNothingToDoAtTheAdministrativePortal(t *testing.T) {
	t.Parallel()
	e := shared(t)
	for _, id := range []string{"sec-01", "adm-01"} {
		a := e.refusedSignIn(t, serverZone, id)
		e.wasRefused(t, a, refusal{status: 403, code: "forbidden", rule: "ROLE_NOT_ALLOWED"})
	}
	// A physician proves himself by Pro Santé Connect, which that portal does not ask: no token of his reaches it.
	if a := e.refusedSignIn(t, serverZone, "med-02"); a.Status == http.StatusForbidden || len(a.Body) == 0 {
		t.Errorf("want the provider's own refusal, got %s", a)
	}
	e.wasRefused(t, e.refusedSignIn(t, medicalZone, "adm-01"), refusal{status: 403, code: "forbidden", rule: "ROLE_NO_MEDICAL"})
}
