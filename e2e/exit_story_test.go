package e2e_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What leaves after the opinion, and on which condition. The clock stands; the barrier (moveClock to now) says when an event has crossed.

// awaitEvent waits until what a prefecture told stands in the dossier.
func (l *line) awaitEvent(t *testing.T, kind string) {
	t.Helper()
	eventually(t, kind+" crosses", func() bool {
		events, _ := l.shown(t)["events"].([]any)
		return slices.ContainsFunc(events, func(e any) bool { return e.(object)["type"] == kind })
	})
}

func (l *line) disclosure(body object) call { return l.call("createDisclosure", body) }

func (l *line) about(op string, body any) call {
	return call{op: op, path: map[string]string{"referral": l.referral}, json: body}
}

// unpack reads an archive that its maker fetched.
func (l *line) unpack(t *testing.T, who *person, made answer) map[string]string {
	t.Helper()
	c := l.call("getDisclosure", nil)
	c.path["disclosure"] = made.object(t)["id"].(string)
	body := who.do(t, c).Body
	read, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range read.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		files[f.Name] = string(content)
	}
	return files
}

// An appeal, the attestation to the prefecture, the lifting of secrecy, the medical file to the judge; each refusal changes nothing and is in the log.
func TestAfterAnAppealTheAttestationLeavesAndTheFileOnlyOnceSecrecyIsLifted(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "acknowledgeRelease")
	clerk, author, agent := e.as(t, l.secretary), e.as(t, l.who("saveReport")), e.as(t, l.agent)
	toCourt := object{"bundle": "L2", "requester": "ext:juridiction"}
	toPrefecture := object{"type": "EXPORT_REALISE", "bundle": "L1", "requester": l.agent}

	l.refused(t, clerk, l.disclosure(toPrefecture), refusal{status: 409, code: "conflict", rule: "APPEAL_MISSING"})
	agent.do(t, l.about("recordDecision", object{"type": "DECISION_PREFET", "outcome": "REFUS"}))
	agent.do(t, l.about("declareAppeal", object{"type": "RECOURS_DEPOSE", "court": "Tribunal administratif de Paris", "case_number": "2601234"}))
	l.awaitEvent(t, "RECOURS_DEPOSE")
	if state := l.shown(t)["state"]; state != "CONTENTIEUX" {
		t.Errorf("state %v", state)
	}

	t.Run("the attestation, from the secretariat", func(t *testing.T) {
		files := l.unpack(t, clerk, clerk.confirm(t, l.disclosure(toPrefecture)))
		if len(files) != 5 || !strings.Contains(files["procedure.json"], l.given.Events[0].At.Format("2006")) || !strings.Contains(files["index.json"], "L1") {
			t.Errorf("files: %v", keys(files))
		}
		for _, canary := range l.secretsOf(t) {
			for name, content := range files {
				if name != "procedure.json" && strings.Contains(content, canary) {
					t.Errorf("%s holds %q", name, canary)
				}
			}
		}
	})
	t.Run("the attestation, asked for by the prefecture", func(t *testing.T) {
		asked := time.Now()
		agent.do(t, l.about("requestAttestation", object{}))
		var found answer
		eventually(t, "the attestation crosses", func() bool {
			found = agent.call(t, l.about("getAttestation", nil))
			return found.Status == http.StatusOK
		})
		if took := time.Since(asked); took > time.Minute {
			t.Errorf("the attestation took %s, more than a minute", took)
		}
		if a := found.object(t); len(a["signatures"].([]any)) != 3 || len(a["rapporteur"].(string)) != 11 {
			t.Errorf("attestation: %v", a)
		}
		stranger := e.as(t, "pref-93")
		a := stranger.call(t, l.about("getAttestation", nil))
		e.wasRefused(t, a, refusal{status: 404, code: "not_found", rule: "WRONG_PREFECTURE", hidden: true})
	})

	for name, no := range map[string]struct {
		who  *person
		body object
		want refusal
	}{
		"secrecy not lifted":                {author, toCourt, refusal{status: 403, code: "forbidden", rule: "L2_WITHOUT_SECRECY_LIFT"}},
		"to the prefecture":                 {author, object{"bundle": "L2", "requester": l.agent}, refusal{status: 403, code: "forbidden", rule: "L2_WRONG_RECIPIENT"}},
		"to nobody":                         {author, object{"bundle": "L2"}, refusal{status: 403, code: "forbidden", rule: "L2_WRONG_RECIPIENT"}},
		"from the secretariat":              {clerk, toCourt, refusal{status: 403, code: "forbidden", rule: "BUNDLE_PHYSICIAN_ONLY"}},
		"by another exit":                   {author, object{"bundle": "L5", "requester": "ext:juridiction"}, refusal{status: 422, code: "invalid", rule: "BUNDLE_REQUIRED"}},
		"on a country, without a source":    {author, object{"bundle": "L3", "requester": "ext:juridiction"}, refusal{status: 422, code: "invalid", rule: "SOURCES_REQUIRED"}},
		"the attestation to somebody else":  {clerk, object{"bundle": "L1", "requester": "patient"}, refusal{status: 422, code: "invalid", rule: "REQUESTER_REQUIRED"}},
		"the attestation to another":        {clerk, object{"bundle": "L1", "requester": "pref-93"}, refusal{status: 403, code: "forbidden", rule: "WRONG_PREFECTURE"}},
		"by a physician of another dossier": {e.as(t, "med-05"), toCourt, refusal{status: 404, code: "not_found", rule: "NOT_ASSIGNED", hidden: true}},
		"the person's access, unverified":   {author, object{"bundle": "L4", "ref": "acc-1"}, refusal{status: 403, code: "forbidden", rule: "IDENTITY_NOT_VERIFIED"}},
		"a requester that is a sentence":    {author, object{"bundle": "L2", "requester": "le juge"}, refusal{status: 422, code: "invalid"}},
		"a key that is none":                {author, object{"bundle": "L2", "requester": "ext:juridiction", "recipient": "age1"}, refusal{status: 422, code: "invalid"}},
	} {
		t.Run("refused: "+name, func(t *testing.T) { l.refused(t, no.who, l.disclosure(no.body), no.want) })
	}

	clerk.do(t, l.call("recordSecrecyLifting", object{"type": "LEVEE_SECRET", "scope": "DOSSIER_COMPLET", "proof": "mémoire signé, pièce CNRYLEVEEDUSECRET"}))
	if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.events WHERE data::text LIKE '%CNRYLEVEE%'"); n != 0 {
		t.Error("the proof stands in clear")
	}
	t.Run("the medical file, to the judge", func(t *testing.T) {
		asked := author.call(t, l.disclosure(toCourt))
		e.wasRefused(t, asked, refusal{status: 403, code: "step_up_required"})
		author.stepUp(t, asked)
		other := author.call(t, l.disclosure(object{"bundle": "L2", "requester": "ext:juridiction", "recipient": outsideKey}))
		if other.Problem.Code != "step_up_required" {
			t.Errorf("one confirmation serves for another key: %s", other)
		}
		files := l.unpack(t, author, author.do(t, l.disclosure(toCourt)))
		for i := range l.given.Documents {
			if !slices.Contains(values(files), string(l.content(t, i))) {
				t.Errorf("piece %d is not there, byte for byte", i+1)
			}
		}
		if !slices.ContainsFunc(keys(files), func(name string) bool { return strings.HasPrefix(name, "source/") }) {
			t.Error("what was consulted on the country is not there")
		}
		for _, name := range []string{"index.json", "procedure.json", "personne.json", "report/report.json", "certificate/certificate.json", "avis/01.json"} {
			if files[name] == "" {
				t.Errorf("%s is missing among %v", name, keys(files))
			}
		}
		if again := author.call(t, l.disclosure(toCourt)); again.Problem.Code != "step_up_required" {
			t.Errorf("one confirmation serves twice: %s", again)
		}
	})
	t.Run("encrypted for who gave a key", func(t *testing.T) {
		made := author.confirm(t, l.disclosure(object{"bundle": "L2", "requester": "ext:juridiction", "recipient": outsideKey}))
		c := l.call("getDisclosure", nil)
		c.path["disclosure"] = made.object(t)["id"].(string)
		if body := author.do(t, c).Body; !bytes.HasPrefix(body, []byte("age-encryption.org/v1\n-> X25519 ")) {
			t.Errorf("not encrypted: %.40q", body)
		}
		l.refused(t, e.as(t, "med-02"), c, refusal{status: 403, code: "forbidden", rule: "NOT_ASSIGNED"})
	})
	t.Run("with a piece that no process has seen whole", func(t *testing.T) {
		l.forgetInspections(t)
		files := l.unpack(t, author, author.confirm(t, l.disclosure(toCourt)))
		for i := range l.given.Documents {
			if !slices.Contains(values(files), string(l.content(t, i))) {
				t.Errorf("piece %d is not there, byte for byte", i+1)
			}
		}
		if n := e.count(t, medicalZone, "SELECT count(*) FROM medical.inspections WHERE dossier = $1", l.dossier); n < len(l.given.Documents) {
			t.Errorf("%d pieces were inspected before %d left", n, len(l.given.Documents))
		}
	})
	if events := l.kinds(t); !strings.HasSuffix(events, "EXPORT_REALISE LEVEE_SECRET EXPORT_REALISE EXPORT_REALISE EXPORT_REALISE") {
		t.Errorf("events: %s", events)
	}
}

// forgetInspections makes the pieces those of uploads that went on in another process: nothing says what they are.
func (l *line) forgetInspections(t *testing.T) {
	t.Helper()
	conn := l.env.database(t, medicalZone)
	defer conn.Close(t.Context())
	done, err := conn.Exec(t.Context(), "DELETE FROM medical.inspections WHERE dossier = $1", l.dossier)
	if err != nil || done.RowsAffected() == 0 {
		t.Fatalf("%d inspections forgotten: %v", done.RowsAffected(), err)
	}
}

// outsideKey is the public key of nobody: the test vector of age's own documentation.
const outsideKey = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa"

func (l *line) kinds(t *testing.T) string {
	t.Helper()
	var list []string
	events, _ := l.shown(t)["events"].([]any)
	for _, e := range events {
		list = append(list, e.(object)["type"].(string))
	}
	return strings.Join(list, " ")
}

func keys(files map[string]string) []string {
	var list []string
	for name := range files {
		list = append(list, name)
	}
	return list
}

func values(files map[string]string) []string {
	var list []string
	for _, content := range files {
		list = append(list, content)
	}
	return list
}

// A withdrawal and a change of liberty wait for a person of the medical service; a number that is corrected is answered, and shown.
func TestWhatAPrefectureSignalsWaitsForAPersonOfTheMedicalService(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "receiveCertificate")
	clerk, agent := e.as(t, l.secretary), e.as(t, l.agent)
	agent.do(t, l.about("correctReferral", object{"type": "AGDREF_CORRIGE", "agdref_old": "9975100017", "agdref_new": "9975100071"}))
	l.awaitEvent(t, "AGDREF_CORRIGE")
	shown := clerk.do(t, l.with("getDossier", nil, "open", "civil", "purpose", "SECRETARIAT"))
	if !strings.Contains(string(shown.Body), "9975100071") || strings.Contains(string(shown.Body), "9975100017") {
		t.Error("the corrected number is not the one shown")
	}
	agent.do(t, l.about("changeLiberty", object{"type": "CHANGEMENT_LIBERTE", "liberty": "RETENTION"}))
	agent.do(t, l.about("withdrawReferral", object{"type": "SAISINE_ANNULEE"}))
	var items []object
	eventually(t, "both signals cross", func() bool {
		items = clerk.do(t, l.call("listReferralEvents", nil)).items(t)
		return len(items) == 2
	})
	if state := l.shown(t)["state"]; state != "CERTIFICAT_RECU" {
		t.Errorf("a signal changed the state: %v", state)
	}
	confirm := func(i int) call {
		c := l.call("confirmReferralEvent", nil)
		c.path["event"] = strconv.Itoa(int(items[i]["seq"].(float64)))
		return c
	}
	l.refused(t, e.as(t, "med-05"), confirm(0), refusal{status: 404, code: "not_found", rule: "NOT_ASSIGNED", hidden: true})
	clerk.do(t, confirm(0))
	l.refused(t, clerk, confirm(0), refusal{status: 409, code: "conflict", rule: "EVENT_CONFIRMED"})
	clerk.do(t, confirm(1))
	if state := l.shown(t)["state"]; state != "SANS_SUITE" {
		t.Errorf("state %v", state)
	}
	eventually(t, "N7 says so", func() bool {
		return slices.ContainsFunc(l.releases(t), func(r object) bool { return r["code"] == "N7" })
	})
}

// A transferred referral is its new prefecture's: the opinion reaches that one, and the old one keeps what it had received.
func TestAnOpinionReachesThePrefectureInCharge(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "signOpinion med-02")
	agent, other := e.as(t, l.agent), e.as(t, "pref-93")
	agent.do(t, l.about("transferReferral", object{"type": "CHANGEMENT_PREFECTURE", "prefecture_new": "93"}))
	l.awaitEvent(t, "CHANGEMENT_PREFECTURE")
	before := len(l.releases(t))
	for l.next < len(l.steps()) && !strings.HasPrefix(l.steps()[l.next].name, "getOpinion") {
		l.one(t) // the two signatures that are missing: what the first signed did not change
	}
	eventually(t, "the opinion reaches the prefecture in charge", func() bool {
		return other.call(t, l.about("getOpinion", nil)).Status == http.StatusOK
	})
	e.wasRefused(t, agent.call(t, l.about("getOpinion", nil)), refusal{status: 404, code: "not_found", rule: "WRONG_PREFECTURE", hidden: true})
	if after := l.releases(t); len(after) != before {
		t.Errorf("the old prefecture received %d more", len(after)-before)
	}
}

// REQ-24: the person has the medical part at once, the rest once the prefect has decided; who asks for him shows who he is first.
func TestThePersonsAdministrativeFileWaitsForTheDecision(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "acknowledgeRelease")
	clerk, author, agent := e.as(t, l.secretary), e.as(t, l.who("saveReport")), e.as(t, l.agent)
	access := func(ref string) call { return l.disclosure(object{"bundle": "L4", "ref": ref}) }
	record := func(body object) { t.Helper(); clerk.do(t, l.call("recordEvent", body)) }

	for ref, requester := range map[string]string{"acc-1": "patient", "acc-2": "ext:mandataire"} {
		record(object{"type": "DEMANDE_ACCES", "ref": ref, "requester": requester, "scope": "DOSSIER_COMPLET"})
		l.refused(t, author, access(ref), refusal{status: 403, code: "forbidden", rule: "IDENTITY_NOT_VERIFIED"})
		record(object{"type": "IDENTITE_VERIFIEE", "person": requester, "identity_shown": true, "identity_document": "CARTE_IDENTITE"})
		files := l.unpack(t, author, author.confirm(t, access(ref)))
		if files["certificate/certificate.json"] == "" || files["procedure.json"] != "" || files["avis/01.json"] != "" || !strings.Contains(files["index.json"], "après la décision") {
			t.Errorf("%s, before the decision: %v", requester, keys(files))
		}
	}
	agent.do(t, l.about("recordDecision", object{"type": "DECISION_PREFET", "outcome": "REFUS"}))
	l.awaitEvent(t, "DECISION_PREFET")
	files := l.unpack(t, author, author.confirm(t, access("acc-1")))
	if files["procedure.json"] == "" || files["avis/01.json"] == "" || strings.Contains(files["index.json"], "après la décision") {
		t.Errorf("after it: %v", keys(files))
	}
}
