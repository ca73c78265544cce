package play

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/medical"
)

// fake answers as the two programs and the clock do for one dossier without incident: strict bodies, a session for each act, a step-up where
// one is due, and everything that follows derived by package medical. It is here to test the player, not the programs.
type fake struct {
	t        *testing.T
	mu       sync.Mutex
	now      time.Time
	people   *People
	c        medical.Case
	files    map[string][]byte
	answers  []medical.Answers
	settled  *medical.Settlement
	signed   []string
	members  []string
	decision string
	releases []object
	entries  map[string]object
	stepped  map[string]bool
	requests int
	silent   bool        // refusals leave no entry
	late     func(*fake) // what a program does wrong, after each act
}

const dossierID, referralID = "dossier-1", "referral-1"

// start serves the three addresses.
func start(t *testing.T, people *People) (environment, *fake) {
	f := &fake{t: t, people: people, files: map[string][]byte{}, entries: map[string]object{}, stepped: map[string]bool{}}
	serve := func(h http.Handler) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	return environment{
		medical: serve(f.portal("medical", f.medicalOperations(), "MEDECIN", "SECRETARIAT_MEDICAL", "AUDITEUR_CONFORMITE")),
		server:  serve(f.portal("server", f.serverOperations(), "PREFECTURE", "AUDITEUR_CONFORMITE")),
		clock:   serve(http.HandlerFunc(f.setClock)),
	}, f
}

// op is one operation of the fake: what it answers to the person who calls.
type op struct {
	id, method, path string
	do               func(who Person, r *http.Request, body []byte) (int, any)
}

type refusal struct {
	status     int
	code, rule string
	shown      bool
}

func (f *fake) portal(zone string, ops []op, roles ...string) http.Handler {
	mux := http.NewServeMux()
	paths := map[string]map[string]object{}
	for _, o := range ops {
		if paths[o.path] == nil {
			paths[o.path] = map[string]object{}
		}
		paths[o.path][strings.ToLower(o.method)] = object{"operationId": o.id}
		mux.HandleFunc(o.method+" "+o.path, func(w http.ResponseWriter, r *http.Request) { f.serve(w, r, o) })
	}
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(object{"openapi": "3.1.0", "paths": paths})
	})
	mux.HandleFunc("GET /{$}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /step-up", func(_ http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		cookie, _ := r.Cookie("s")
		if cookie != nil && r.URL.Query().Get("id") == "1" && r.URL.Query().Get("login_hint") == cookie.Value {
			f.stepped[cookie.Value] = true
		}
	})
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { f.login(w, r, zone, roles) })
	return mux
}

func (f *fake) login(w http.ResponseWriter, r *http.Request, zone string, roles []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	hint := r.URL.Query().Get("login_hint")
	i := slices.IndexFunc(f.people.list, func(p Person) bool { return p.Login == hint })
	if i < 0 || !slices.Contains(roles, f.people.list[i].Role) {
		rule := map[string]string{"INFIRMIER": "PROFESSION_NOT_PHYSICIAN", "PREFECTURE": "PREFECTURE_NO_MEDICAL"}[f.people.list[i].Role]
		f.problem(w, refusal{403, "forbidden", rule, false})
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "s", Value: hint})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request, o op) {
	f.mu.Lock()
	defer f.mu.Unlock()
	cookie, err := r.Cookie("s")
	if err != nil {
		f.problem(w, refusal{401, "unauthenticated", "", true})
		return
	}
	if o.method != http.MethodGet && r.Header.Get("Idempotency-Key") == "" {
		f.t.Errorf("%s without Idempotency-Key", o.id)
	}
	i := slices.IndexFunc(f.people.list, func(p Person) bool { return p.Login == cookie.Value })
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Error(err)
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") && !bytes.HasPrefix(body, []byte("{")) {
		f.problem(w, refusal{400, "malformed", "", true})
		return
	}
	status, out := o.do(f.people.list[i], r, body)
	if refused, ok := out.(refusal); ok {
		f.problem(w, refused)
		return
	}
	if f.late != nil {
		f.late(f)
	}
	w.WriteHeader(status)
	if raw, ok := out.([]byte); ok {
		_, _ = w.Write(raw)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (f *fake) problem(w http.ResponseWriter, r refusal) {
	f.requests++
	id := fmt.Sprintf("request-%d", f.requests)
	if !f.silent {
		f.entries[id] = object{"rule": r.rule, "decision": "DENY", "outcome": "REFUSED"}
	}
	w.Header().Set("X-Request-Id", id)
	w.Header().Set("Content-Type", "application/problem+json")
	body := object{"code": r.code, "detail": "Faites autrement.", "request_id": id}
	if r.shown {
		body["rule"] = r.rule
	}
	if r.code == "step_up_required" {
		body["step_up"] = "/step-up?id=1"
	}
	w.WriteHeader(r.status)
	_ = json.NewEncoder(w).Encode(body)
}

func (f *fake) setClock(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var in struct {
		Now time.Time `json:"now"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.Now.Before(f.now) {
		w.WriteHeader(http.StatusConflict)
		return
	}
	f.now = in.Now
	if f.acknowledged() && f.last().Type == medical.EvAcknowledged {
		f.event("system", "", medical.Cloture{ReasonCode: "AVIS_TRANSMIS"})
	}
	_ = json.NewEncoder(w).Encode(object{"now": f.now, "swept": object{}})
}

func (f *fake) acknowledged() bool { return len(f.c.Events) > 0 }

func (f *fake) last() medical.Event { return f.c.Events[len(f.c.Events)-1] }

func (f *fake) event(actor string, stage medical.Stage, d medical.EventData) {
	e := medical.Event{Seq: len(f.c.Events) + 1, At: f.now, Type: d.EventType(), Actor: actor, Stage: stage, Data: d}
	f.c.Events = append(f.c.Events, e)
	for _, n := range medical.Notices(f.c, e) {
		f.releases = append(f.releases, object{"seq": len(f.releases) + 1, "id": fmt.Sprint(len(f.releases) + 1), "kind": kindOf(n.Code),
			"referral": referralID, "prefecture": n.Prefecture, "code": n.Code, "on": n.On, "fields": n.Fields})
	}
}

func kindOf(code string) string {
	if code == "N6" {
		return "opinion"
	}
	return "notice"
}

// strict reads a body as the programs do: an unknown field is a refusal.
func strict[T any](f *fake, body []byte) T {
	v, err := medical.Decode[T](body)
	if err != nil {
		f.t.Errorf("a body that no program takes: %v", err)
	}
	return v
}

type referralBody struct {
	Referral struct {
		Kind                   string        `json:"kind"`
		Channel                string        `json:"channel"`
		RequestRegisteredOn    *medical.Date `json:"request_registered_on"`
		CertificateAvailableOn *medical.Date `json:"certificate_available_on"`
		Asylum                 *struct{}     `json:"asylum"`
		RemovalDecision        *struct{}     `json:"removal_decision"`
		Prefecture             string        `json:"prefecture"`
		AGDREF                 string        `json:"agdref"`
		Country                struct {
			Role    string `json:"role"`
			Country string `json:"country"`
		} `json:"reference_country"`
		Files []struct {
			AGDREF     string `json:"agdref"`
			Requester  string `json:"requester"`
			Prefecture string `json:"prefecture"`
		} `json:"administrative_files"`
		Previous *struct {
			ID        string       `json:"id"`
			OpinionOn medical.Date `json:"opinion_on"`
			Sens      string       `json:"sens"`
		} `json:"previous_case"`
	} `json:"referral"`
	Applicant struct {
		Patient              medical.Patient               `json:"patient"`
		LegalRepresentatives []medical.LegalRepresentative `json:"legal_representatives"`
	} `json:"applicant"`
	Liberty []struct {
		Status     string     `json:"status"`
		From       *time.Time `json:"from"`
		Place      *string    `json:"place"`
		ReportedBy *string    `json:"reported_by"`
	} `json:"liberty_history"`
}

func (f *fake) serverOperations() []op {
	return []op{
		{"createReferral", "POST", "/api/v1/referrals", func(who Person, _ *http.Request, body []byte) (int, any) {
			in := strict[referralBody](f, body)
			f.c = medical.Case{Kind: in.Referral.Kind, Renewal: in.Referral.Previous != nil, Direction: "DT-PARIS", Prefecture: who.Prefecture,
				RequestRegisteredOn: in.Referral.RequestRegisteredOn, CertificateAvailableOn: in.Referral.CertificateAvailableOn,
				Referrals: []medical.ReferralRef{{ID: referralID, Prefecture: in.Referral.Prefecture}},
				Country:   medical.Country{Role: in.Referral.Country.Role, Country: in.Referral.Country.Country}}
			f.event(who.ID, "", medical.SaisineRecue{})
			return 201, object{"id": "group-1", "referrals": []object{{"id": referralID}}}
		}},
		{"listReleases", "GET", "/api/v1/releases", func(Person, *http.Request, []byte) (int, any) {
			return 200, object{"items": f.releases, "next": ""}
		}},
		{"getOpinion", "GET", "/api/v1/referrals/{referral}/opinion", func(Person, *http.Request, []byte) (int, any) {
			if f.last().Type != medical.EvOpinionSent && f.last().Type != medical.EvClosed {
				return 0, refusal{404, "not_found", "OPINION_NOT_ISSUED", false}
			}
			return 200, f.opinion()
		}},
		{"acknowledgeRelease", "POST", "/api/v1/releases/{release}/acknowledgement", func(who Person, _ *http.Request, _ []byte) (int, any) {
			f.event(who.ID, "", medical.AccusePrefecture{Referral: referralID, Version: 1})
			return 201, object{}
		}},
		f.auditOperation(),
	}
}

func (f *fake) auditOperation() op {
	return op{"listAuditEntries", "GET", "/api/v1/audit/entries", func(_ Person, r *http.Request, _ []byte) (int, any) {
		items := []object{}
		if e, ok := f.entries[r.URL.Query().Get("request_id")]; ok {
			items = append(items, e)
		}
		return 200, object{"items": items}
	}}
}

func (f *fake) opinion() object {
	at := f.now
	for _, e := range f.c.Events {
		if e.Type == medical.EvOpinionIssued {
			at = e.At
		}
	}
	author, _ := f.c.AuthorAt(at)
	var lines []int
	for _, m := range f.members {
		for n := 1; n < 20; n++ {
			if f.people.line(f.decision, n) == m {
				lines = append(lines, n)
			}
		}
	}
	a := f.settled.Answers()
	return object{"version": 1, "kind": f.c.KindAt(at), "form": object{"annexe": author.Annexe, "version": author.Form}, "country": f.c.Country,
		"stage_report": medical.BoxesOf(f.c.Events, medical.StageReport), "stage_opinion": medical.BoxesOf(f.c.Events, medical.StageOpinion),
		"care_needed": a.Q1, "exceptional_gravity": a.Q2, "treatment_available": a.Q3, "duration_months": a.Q4Months, "can_travel": a.Q5,
		"outcome": medical.Outcome(a), "decision": object{"ref": f.decision}, "authors": lines, "issued_on": medical.LocalDate(at, f.c.Direction)}
}

func (f *fake) medicalOperations() []op {
	const base = "/api/v1/dossiers/{dossier}"
	simple := func(d func(who Person, body []byte) medical.EventData, stage medical.Stage) func(Person, *http.Request, []byte) (int, any) {
		return func(who Person, _ *http.Request, body []byte) (int, any) {
			f.event(who.ID, stage, d(who, body))
			return 200, f.view()
		}
	}
	return []op{
		{"listDossiers", "GET", "/api/v1/dossiers", func(_ Person, r *http.Request, _ []byte) (int, any) {
			items := []object{}
			if r.URL.Query().Get("referral") == referralID {
				items = append(items, object{"id": dossierID})
			}
			return 200, object{"items": items}
		}},
		{"getDossier", "GET", base, func(Person, *http.Request, []byte) (int, any) { return 200, f.view() }},
		{"receiveCertificate", "POST", base + "/certificate", simple(func(_ Person, body []byte) medical.EventData {
			return strict[medical.Certificate](f, body).Event()
		}, "")},
		{"createDocument", "POST", base + "/documents", func(_ Person, _ *http.Request, body []byte) (int, any) {
			strict[medical.DocumentInput](f, body)
			id := fmt.Sprintf("document-%d", len(f.files)+1)
			f.files[id] = nil
			return 201, object{"id": id}
		}},
		{"uploadDocument", "PUT", base + "/documents/{document}/content", func(_ Person, r *http.Request, body []byte) (int, any) {
			sum := sha256.Sum256(body)
			if r.Header.Get("Content-Digest") != "sha-256=:"+base64.StdEncoding.EncodeToString(sum[:])+":" || r.URL.Query().Get("complete") != "true" {
				f.t.Error("an upload without its digest or its end")
			}
			f.files[r.PathValue("document")] = body
			return 200, object{}
		}},
		{"getDocumentContent", "GET", base + "/documents/{document}/content", func(_ Person, r *http.Request, _ []byte) (int, any) {
			return 200, f.files[r.PathValue("document")]
		}},
		{"assignRapporteur", "POST", base + "/rapporteur", simple(func(_ Person, body []byte) medical.EventData {
			return strict[medical.RapporteurDesigne](f, body)
		}, medical.StageReport)},
		{"saveReport", "PUT", base + "/report", func(_ Person, _ *http.Request, body []byte) (int, any) {
			if err := medical.CheckReport(f.c, strict[medical.Report](f, body), medical.LocalDate(f.now, f.c.Direction)); err != nil {
				f.t.Error(err)
			}
			return 200, f.view()
		}},
		{"signReport", "POST", base + "/report/signature", f.stepUp(simple(func(Person, []byte) medical.EventData { return medical.RapportSigne{} }, medical.StageReport))},
		{"transmitReport", "POST", base + "/report/transmission", simple(func(Person, []byte) medical.EventData { return medical.RapportTransmis{} }, medical.StageReport)},
		{"composeCollege", "POST", base + "/compositions", f.compose},
		{"citeLibrary", "POST", base + "/sources", func(_ Person, _ *http.Request, body []byte) (int, any) {
			strict[medical.CountrySource](f, body)
			return 201, f.view()
		}},
		{"giveAnswers", "POST", base + "/answers", f.give},
		{"getAnswers", "GET", base + "/answers", func(who Person, _ *http.Request, _ []byte) (int, any) {
			if !slices.Contains(f.members, who.ID) {
				return 0, refusal{403, "forbidden", "NOT_ASSIGNED", true}
			}
			return 200, object{}
		}},
		{"settleOpinion", "POST", base + "/opinion/settlement", f.settle},
		{"previewOpinion", "GET", base + "/opinion", func(Person, *http.Request, []byte) (int, any) { return 200, f.opinion() }},
		{"signOpinion", "POST", base + "/opinion/signatures", f.stepUp(f.sign)},
		f.auditOperation(),
	}
}

// stepUp asks once for a fresh authentication.
func (f *fake) stepUp(do func(Person, *http.Request, []byte) (int, any)) func(Person, *http.Request, []byte) (int, any) {
	return func(who Person, r *http.Request, body []byte) (int, any) {
		if !f.stepped[who.Login] {
			return 0, refusal{403, "step_up_required", "", true}
		}
		delete(f.stepped, who.Login)
		return do(who, r, body)
	}
}

func (f *fake) compose(who Person, _ *http.Request, body []byte) (int, any) {
	in := strict[struct {
		DecisionRef string   `json:"decision_ref"`
		Members     []string `json:"members"`
	}](f, body)
	f.decision, f.members = in.DecisionRef, in.Members
	f.event(who.ID, medical.StageOpinion, medical.CollegeDesigne{Composition: 1, DecisionRef: in.DecisionRef, Members: in.Members})
	return 201, f.view()
}

func (f *fake) give(who Person, _ *http.Request, body []byte) (int, any) {
	set := strict[medical.AnswerSet](f, body)
	if len(f.members) == 0 {
		return 0, refusal{404, "not_found", "VOTE_BEFORE_TRANSMISSION", false}
	}
	f.answers = append(f.answers, set.Answers())
	f.event(who.ID, medical.StageOpinion, medical.ReponseMembre{Composition: set.Composition, Round: set.Round})
	return 201, f.view()
}

func (f *fake) settle(who Person, _ *http.Request, body []byte) (int, any) {
	s := strict[medical.Settlement](f, body)
	if err := medical.CheckSettlement(s, f.answers); err != nil {
		return 0, refusal{422, "invalid", err.Error(), true}
	}
	f.settled = &s
	f.event(who.ID, medical.StageOpinion, medical.Synthese{Composition: s.Composition, Round: s.Round})
	return 200, f.view()
}

func (f *fake) sign(who Person, _ *http.Request, body []byte) (int, any) {
	n := strict[medical.Signature](f, body).Composition
	f.event(who.ID, medical.StageOpinion, medical.Signature{Composition: n})
	if f.signed = append(f.signed, who.ID); len(f.signed) == 3 {
		f.event("system", medical.StageOpinion, medical.AvisEmis{Composition: n, Version: 1})
		f.event("system", medical.StageOpinion, medical.AvisTransmis{Version: 1})
	}
	return 200, f.view()
}

func (f *fake) view() object {
	return object{"id": dossierID, "state": medical.State(f.c), "version": len(f.c.Events),
		"deadlines": medical.Deadlines(f.c, f.now), "flags": medical.Flags(f.c, f.now)}
}
