package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"cloison/internal/dev/play"
)

// line is one dossier of the shape of case-01 on its way. Its steps are named after their operations; those that several persons do in turn
// end with the person's id.
type line struct {
	env       *environment
	given     *play.Case
	moving    bool // the clock follows the dossier's own times
	agent     string
	secretary string

	next      int // rank of the next step
	referral  string
	dossier   string
	documents []string
	release   string
	last      answer
}

// step is one call of the line.
type step struct {
	name string
	who  string
	at   time.Time
	do   func(*testing.T, *line, step)
}

// line begins a dossier from one of sample/cases. In an environment with a clock of its own, the clock follows the dossier (own true).
func (e *environment) line(t *testing.T, id string, own bool) *line {
	t.Helper()
	cases, err := play.LoadCases(theWorld.sample(), id)
	if err != nil || len(cases) != 1 {
		t.Fatalf("reading %s: %v", id, err)
	}
	return &line{env: e, given: cases[0], moving: own}
}

// to does every step up to and with the one named. It fails the story if a step does not succeed.
func (l *line) to(t *testing.T, name string) *line {
	t.Helper()
	steps := l.steps()
	last := slices.IndexFunc(steps, func(s step) bool { return s.name == name })
	if last < 0 {
		t.Fatalf("no step is named %q", name)
	}
	for l.next <= last {
		l.one(t)
	}
	return l
}

// one does the next step.
func (l *line) one(t *testing.T) step {
	t.Helper()
	s := l.steps()[l.next]
	if l.moving {
		l.env.moveClock(t, s.at)
		l.env.forget() // sessions die as the clock moves
	}
	s.do(t, l, s)
	l.next++
	return s
}

// steps are those of the straight line, in order.
func (l *line) steps() []step {
	var list []step
	add := func(name, who string, at time.Time, do func(*testing.T, *line, step)) {
		list = append(list, step{name, who, at, do})
	}
	for _, e := range l.given.Events {
		switch e.Type {
		case "SAISINE_RECUE":
			add("createReferral", e.Actor, e.At, createReferral)
		case "CERTIFICAT_RECU":
			add("receiveCertificate", e.Actor, e.At, medically("receiveCertificate", func(l *line) any { return l.given.CertificateBody() }))
			for i := range l.given.Documents {
				n := strconv.Itoa(i + 1)
				add("createDocument "+n, e.Actor, e.At, createDocument(i))
				add("uploadDocument "+n, e.Actor, e.At, uploadDocument(i))
			}
		case "RAPPORTEUR_DESIGNE":
			add("assignRapporteur", e.Actor, e.At, medically("assignRapporteur", func(*line) any { return object{"rapporteur": e.Data["rapporteur"]} }))
		case "RAPPORT_SIGNE":
			for i := range l.given.Documents {
				add("getDocumentContent "+strconv.Itoa(i+1), e.Actor, e.At, readDocument(i))
			}
			add("saveReport", e.Actor, e.At, medically("saveReport", func(l *line) any { return l.given.ReportBody() }))
			add("signReport", e.Actor, e.At, medically("signReport", nothing))
		case "RAPPORT_TRANSMIS":
			add("transmitReport", e.Actor, e.At, medically("transmitReport", nothing))
		case "COLLEGE_DESIGNE":
			add("composeCollege", e.Actor, e.At, medically("composeCollege", func(*line) any { return e.CollegeBody() }))
		case "REPONSE_MEMBRE":
			for i, source := range l.given.Work.CountrySources {
				if source["consulted_by"] == e.Actor {
					add(fmt.Sprintf("citeLibrary %d", i+1), e.Actor, e.At, medically("citeLibrary", func(*line) any { return play.SourceBody(source) }))
				}
			}
			add("giveAnswers "+e.Actor, e.Actor, e.At, medically("giveAnswers", func(l *line) any { return l.answersOf(e.Actor) }))
		case "SYNTHESE":
			add("settleOpinion", e.Actor, e.At, medically("settleOpinion", func(l *line) any { return l.settlement() }))
		case "SIGNATURE":
			add("previewOpinion "+e.Actor, e.Actor, e.At, medically("previewOpinion", nothing))
			add("signOpinion "+e.Actor, e.Actor, e.At, medically("signOpinion", func(*line) any { return object{"composition": 1} }))
		case "ACCUSE_PREFECTURE":
			add("getOpinion", e.Actor, e.At, getOpinion)
			add("acknowledgeRelease", e.Actor, e.At, acknowledge)
		}
	}
	return list
}

// who does a step: of a person named in the case.
func (l *line) who(name string) string {
	for _, s := range l.steps() {
		if s.name == name {
			return s.who
		}
	}
	return ""
}

func nothing(*line) any { return nil }

// medically is a call upon the dossier. Whatever program is away meanwhile, it goes through.
func medically(op string, body func(*line) any) func(*testing.T, *line, step) {
	return func(t *testing.T, l *line, s step) {
		t.Helper()
		l.last = l.env.persist(t, medicalZone, s.who, l.call(op, body(l)))
	}
}

// call is a call upon the dossier.
func (l *line) call(op string, body any) call {
	return call{op: op, path: map[string]string{"dossier": l.dossier}, json: body}
}

// document is a call upon one of its documents.
func (l *line) document(op string, i int) call {
	return call{op: op, path: map[string]string{"dossier": l.dossier, "document": l.documents[i]}}
}

// reading is a document's content, read for the procedure.
func (l *line) reading(i int) call {
	c := l.document("getDocumentContent", i)
	c.query = url.Values{"purpose": {"INSTRUCTION"}}
	return c
}

// upload is a document's content, sent whole.
func (l *line) upload(i int, content []byte) call {
	c := l.document("uploadDocument", i)
	c.raw, c.query = content, url.Values{"offset": {"0"}, "complete": {"true"}}
	c.headers = map[string]string{"Content-Digest": contentDigest(content)}
	return c
}

func contentDigest(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func createReferral(t *testing.T, l *line, s step) {
	t.Helper()
	a := l.env.persist(t, serverZone, s.who, call{op: "createReferral", json: l.given.ReferralBody(s.at)})
	referrals, _ := a.object(t)["referrals"].([]any)
	if len(referrals) != 1 {
		t.Fatalf("want one referral, got %d", len(referrals))
	}
	l.referral, _ = referrals[0].(object)["id"].(string)
	l.agent, l.secretary, l.last = s.who, l.who("receiveCertificate"), a
	l.awaitDossier(t)
}

// awaitDossier: the referral has to cross before the medical zone knows of it.
func (l *line) awaitDossier(t *testing.T) {
	t.Helper()
	eventually(t, "the referral makes a dossier", func() bool {
		a := l.env.persist(t, medicalZone, l.secretary, call{op: "listDossiers", query: url.Values{"referral": {l.referral}}})
		items := a.items(t)
		if len(items) == 1 {
			l.dossier, _ = items[0]["id"].(string)
		}
		return len(items) == 1
	})
}

func createDocument(i int) func(*testing.T, *line, step) {
	return func(t *testing.T, l *line, s step) {
		t.Helper()
		a := l.env.persist(t, medicalZone, s.who, l.call("createDocument", l.given.Documents[i].Body()))
		id, _ := a.object(t)["id"].(string)
		l.documents, l.last = append(l.documents, id), a
	}
}

func (l *line) content(t *testing.T, i int) []byte {
	t.Helper()
	content, err := l.given.Content(l.given.Documents[i])
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func uploadDocument(i int) func(*testing.T, *line, step) {
	return func(t *testing.T, l *line, s step) {
		t.Helper()
		l.last = l.env.persist(t, medicalZone, s.who, l.upload(i, l.content(t, i)))
	}
}

func readDocument(i int) func(*testing.T, *line, step) {
	return func(t *testing.T, l *line, s step) {
		t.Helper()
		l.last = l.env.persist(t, medicalZone, s.who, l.reading(i))
		if !bytes.Equal(l.last.Body, l.content(t, i)) {
			t.Errorf("document %d: the bytes read are not those of the file", i+1)
		}
	}
}

func (l *line) answersOf(member string) object {
	for _, set := range l.given.Work.Answers {
		if set["member"] == member {
			return play.AnswersBody(set)
		}
	}
	return nil
}

func (l *line) settlement() object { return play.SettlementBody(l.given.Work.Syntheses[0]) }

func getOpinion(t *testing.T, l *line, s step) {
	t.Helper()
	// The release has to cross first.
	var found object
	eventually(t, "the opinion crosses", func() bool {
		for _, r := range l.releases(t) {
			if r["kind"] == "opinion" {
				found = r
			}
		}
		return found != nil
	})
	l.release = fmt.Sprint(found["id"])
	l.last = l.env.persist(t, serverZone, s.who, call{op: "getOpinion", path: map[string]string{"referral": l.referral}})
}

// releases are what the prefecture received for this referral, in order.
func (l *line) releases(t *testing.T) []object {
	t.Helper()
	return l.env.persist(t, serverZone, l.agent, call{op: "listReleases", query: url.Values{"referral": {l.referral}, "limit": {"200"}}}).items(t)
}

func acknowledge(t *testing.T, l *line, s step) {
	t.Helper()
	l.last = l.env.persist(t, serverZone, s.who, l.acknowledgement())
}

func (l *line) acknowledgement() call {
	return call{op: "acknowledgeRelease", path: map[string]string{"release": l.release}}
}

// shown is the dossier as the secretariat of its territory sees it.
func (l *line) shown(t *testing.T) object {
	t.Helper()
	return l.env.persist(t, medicalZone, l.secretary, l.call("getDossier", nil)).object(t)
}
