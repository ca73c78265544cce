package e2e_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
)

// search is a call of searchDossiers.
func search(body object) call { return call{op: "searchDossiers", json: body} }

// A search finds exactly what the caller's list would show, by number or by name however it is written; who has nothing to do with the dossier
// gets what he would get were there none. What was looked for stands in no log and no entry.
func TestASearchFindsWhatTheListShows(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	l := e.line(t, "case-01", true).to(t, "assignRapporteur")
	patient := l.given.Applicant["patient"].(object)
	number, name, birth := l.given.Referral["agdref"].(string), patient["family_name"].(string), patient["birth_date"].(string)
	byNumber, byName := object{"agdref": number}, object{"family_name": " " + strings.ToLower(name), "birth_date": birth}

	for who, finds := range map[string]bool{l.secretary: true, l.who("saveReport"): true, "sec-02": false, "med-05": false} {
		for _, body := range []object{byNumber, byName} {
			found := e.as(t, who).do(t, search(body)).items(t)
			if (len(found) == 1 && found[0]["id"] == l.dossier) != finds {
				t.Errorf("%s finds %d dossiers by %d words", who, len(found), len(body))
			}
		}
	}
	for _, body := range []object{{"agdref": "9900000000"}, {"family_name": name, "birth_date": "1901-01-01"}} {
		if found := e.as(t, l.secretary).do(t, search(body)).items(t); len(found) != 0 {
			t.Errorf("%d dossiers for what nobody is called", len(found))
		}
	}
	for _, body := range []object{{}, {"family_name": name}, {"birth_date": birth}, {"agdref": "99"}} {
		if a := e.as(t, l.secretary).call(t, search(body)); a.Status != 422 {
			t.Errorf("too little to look for: %s", a)
		}
	}
	for who, status := range map[string]int{"aud-01": 403, "dpo-01": 403} {
		if a := e.as(t, who).call(t, search(byNumber)); a.Status != status {
			t.Errorf("%s: %s", who, a)
		}
	}
	for _, path := range e.logs(t) {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{number, strings.ToLower(name)} {
			if strings.Contains(strings.ToLower(string(raw)), secret) {
				t.Errorf("%s holds what was looked for", path)
			}
		}
	}
	entries := e.find(t, medicalZone, url.Values{"action": {"dossier.search"}})
	if len(entries) == 0 {
		t.Fatal("no entry of a search")
	}
	for _, one := range entries {
		if strings.Contains(strings.ToLower(fmt.Sprint(one)), strings.ToLower(name)) || strings.Contains(fmt.Sprint(one), number) {
			t.Error("an entry holds what was looked for")
		}
	}
}

// The names of a page are opened when they are asked for, for a purpose, in one reading that leaves one entry.
func TestNamesOfAPageAreOneReading(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	l := e.line(t, "case-01", true).to(t, "assignRapporteur")
	clerk := e.as(t, l.secretary)
	name := l.given.Applicant["patient"].(object)["family_name"].(string)
	list := func(query ...string) call {
		c := call{op: "listDossiers", query: url.Values{}}
		for i := 0; i < len(query); i += 2 {
			c.query.Set(query[i], query[i+1])
		}
		return c
	}
	if a := clerk.do(t, list()); strings.Contains(string(a.Body), name) {
		t.Error("a list that nobody opened holds a name")
	}
	if a := clerk.call(t, list("open", "civil")); a.Status != 422 && a.Status != 403 || a.Problem.Rule != "PURPOSE_REQUIRED" {
		t.Errorf("names without a purpose: %s", a)
	}
	before := len(e.find(t, medicalZone, url.Values{"action": {"dossier.names"}}))
	opened := clerk.do(t, list("open", "civil", "purpose", "SECRETARIAT"))
	if !strings.Contains(string(opened.Body), name) {
		t.Error("the names of the page are not there")
	}
	if n := len(e.find(t, medicalZone, url.Values{"action": {"dossier.names"}})) - before; n != 2 { // the intent, and its outcome
		t.Errorf("one page of names leaves %d entries", n)
	}
	if a := e.as(t, "sec-02").do(t, list("open", "civil", "purpose", "SECRETARIAT")); strings.Contains(string(a.Body), name) {
		t.Error("another territory reads the name")
	}
}

// The report's form starts from the certificate, says so, and saves nothing by itself; a draft wins over it, and what was saved over both. No
// clerk sees a word of it. A member reads report and certificate beside the questions.
func TestTheReportStartsFromTheCertificate(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	l := e.line(t, "case-01", true).to(t, "assignRapporteur")
	author := l.who("saveReport")
	stage := l.given.Certificate["stage"].(string)
	page := func(who, tail string) string {
		t.Helper()
		a, _, err := e.as(t, who).get(t.Context(), "/dossiers/"+l.dossier+tail, "text/html")
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(a.Body), "&#39;", "'")
	}
	shown := func(html string, times int, what string) {
		t.Helper()
		if n := strings.Count(html, stage); n != times {
			t.Errorf("%s: the certificate's words stand %d times, want %d", what, n, times)
		}
	}
	first := page(author, "/rapport")
	shown(first, 2, "a report nobody has begun") // in its field, and beside it
	if !strings.Contains(first, "repris du certificat") || !strings.Contains(first, "Proposé d’après le certificat") {
		t.Error("what was copied is not shown as copied")
	}
	if saved := e.as(t, author).do(t, l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION")).object(t)["report"]; saved != nil {
		t.Error("showing the proposal saved a report")
	}
	for _, tail := range []string{"", "/rapport", "/certificat"} {
		shown(page(l.secretary, tail), 0, "the clerk at "+tail)
	}

	e.as(t, author).do(t, l.draft("saveDraft", "report", typedReport(0, "tapé")))
	drafted := page(author, "/rapport")
	shown(drafted, 1, "a draft") // beside it only
	if !strings.Contains(drafted, "tapé") {
		t.Error("the draft is not in the form")
	}
	l.to(t, "saveReport")
	saved := page(author, "/rapport")
	shown(saved, 1, "a saved report")
	if strings.Contains(saved, "repris du certificat") || !strings.Contains(saved, "Diagnostic retenu") {
		t.Error("a saved report does not win over the certificate")
	}

	l.to(t, "composeCollege")
	member := strings.TrimPrefix(l.steps()[l.next].name, "giveAnswers ")
	answering := page(member, "/reponses")
	shown(answering, 1, "a member about to answer")
	if !strings.Contains(answering, "Diagnostic retenu") {
		t.Error("the report is not beside the questions")
	}
	shown(page(l.secretary, "/reponses"), 0, "the clerk at the answers")
}

// A clerk sees that the pieces he gave are there: how many, when, and nothing that was sealed with them.
func TestAClerkSeesThatHisPiecesAreThere(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	l := e.line(t, "case-01", true).to(t, "assignRapporteur")
	a, _, err := e.as(t, l.secretary).get(t.Context(), "/dossiers/"+l.dossier, "text/html")
	if err != nil || !strings.Contains(string(a.Body), "Pièce 1, le ") {
		t.Errorf("the clerk's own piece is not there: %s %v", a, err)
	}
	for _, piece := range l.given.Documents {
		if body := piece.Body(); strings.Contains(string(a.Body), body["label"].(string)) || strings.Contains(string(a.Body), body["declared_name"].(string)) {
			t.Error("the page of a clerk holds a label or a file's name")
		}
	}
	if other, _, err := e.as(t, l.who("saveReport")).get(t.Context(), "/dossiers/"+l.dossier, "text/html"); err != nil || strings.Contains(string(other.Body), "Pièce 1, le ") {
		t.Errorf("a physician is shown the clerk's list: %v", err)
	}
}
