package installed_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	family "cloison/missions/family/module"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// people who ask, by the name that a test's header says.
var people = map[string]act.Subject{
	"agent":     {ID: "mis-01", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c01", Role: "AGENT_MISSION", Mission: "REGROUPEMENT_FAMILIAL", Directions: []string{"DT-LYON"}},
	"bordeaux":  {ID: "mis-09", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c02", Role: "AGENT_MISSION", Mission: "REGROUPEMENT_FAMILIAL", Directions: []string{"DT-BORDEAUX"}},
	"stranger":  {ID: "mis-02", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c03", Role: "AGENT_MISSION", Mission: "INTEGRATION_CIR", Directions: []string{"DT-LYON"}},
	"prefect":   {ID: "pref-69", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c04", Role: "PREFECTURE", Prefecture: "69"},
	"dakar":     {ID: "post-1", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c06", Role: "AGENT_MISSION", Mission: "POSTE_CONSULAIRE", Directions: []string{"DAKAR"}},
	"tunis":     {ID: "post-2", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c07", Role: "AGENT_MISSION", Mission: "POSTE_CONSULAIRE", Directions: []string{"TUNIS"}},
	"siege":     {ID: "siege-1", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c08", Role: "AGENT_MISSION", Mission: "SIEGE_REGROUPEMENT"},
	"rep-dakar": {ID: "rep-1", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c09", Role: "AGENT_MISSION", Mission: "REPRESENTATION_OFII", Directions: []string{"DAKAR"}},
	"rep-alger": {ID: "rep-2", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c0a", Role: "AGENT_MISSION", Mission: "REPRESENTATION_OFII", Directions: []string{"ALGER"}},
	"visit":     {ID: "vis-1", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c0b", Role: "AGENT_MISSION", Mission: "VISITE_ARRIVEE", Directions: []string{"DT-LYON"}},
	"visit-33":  {ID: "vis-2", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c0c", Role: "AGENT_MISSION", Mission: "VISITE_ARRIVEE", Directions: []string{"DT-BORDEAUX"}},
	"elsewhere": {ID: "pref-75", Reference: "1d6c0a52-8b0e-4c55-9a5c-0f5b3f6a1c05", Role: "PREFECTURE", Prefecture: "75"},
}

// office is the family desk on a real database, asked over HTTP.
type office struct {
	t     *testing.T
	world world
	clock *still
	app   *fiber.App
	sweep func()
}

func newOffice(t *testing.T) *office { return newOfficeThatKeeps(t, nil) }

// newOfficeThatKeeps hands each decision to keep.
func newOfficeThatKeeps(t *testing.T, keep func(policy.Recorded)) *office {
	t.Helper()
	o := &office{t: t, world: newWorld(t, family.Module()), clock: &still{time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)}}
	o.world.keep = keep
	desk, gate, _ := o.world.open(t, family.Module(), o.clock)
	app, err := web.New(web.Options{Name: "server", Ops: desk.Operations, Gate: gate, Render: layout.Render, PublicURL: "http://127.0.0.1:9",
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if who, ok, err := desk.Guest(c); ok || err != nil {
				return who, err
			}
			who, known := people[c.Get("X-Who")]
			if !known {
				return act.Subject{}, act.NewError(act.Unauthenticated, "Identifiez-vous.")
			}
			return who, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	o.app = app
	o.sweep = func() {
		for _, s := range desk.Sweeps {
			if _, err := s.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return o
}

func (o *office) ask(who, method, path string, body any) (int, map[string]any) {
	o.t.Helper()
	var raw io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			o.t.Fatal(err)
		}
		raw = bytes.NewReader(text)
	}
	r := httptest.NewRequest(method, path, raw)
	r.Header.Set("X-Who", who)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := o.app.Test(r, 60_000)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	var object map[string]any
	if json.Unmarshal(text, &object) != nil {
		object = map[string]any{"page": string(text)}
	}
	return answer.StatusCode, object
}

const (
	cases       = "/api/v1/missions/family/cases"
	visits      = "/api/v1/missions/family/visites"
	represented = "/api/v1/missions/family/representation/cases"
)

func request(commune string) map[string]any {
	return map[string]any{"agdref": "9975100345", "family_name": "NDIAYE", "given_names": "Awa", "request": map[string]any{
		"type": "RF_INTRO", "filed_on": "2026-11-10", "commune": commune,
		"applicant": map[string]any{"birth_date": "1988-02-03", "nationality": "SEN", "status": "ETRANGER_TITULAIRE", "exempted": false,
			"titles": []any{map[string]any{"code": "CSP", "from": "2024-01-10", "to": "2028-01-09"}}},
		"family": []any{map[string]any{"relation": "CONJOINT", "birth_date": "1990-07-14", "nationality": "SEN", "asked": true},
			map[string]any{"relation": "ENFANT", "birth_date": "2016-03-02", "nationality": "SEN", "asked": true, "filiation": "COUPLE"}}}}
}

func (o *office) created(commune string) string {
	o.t.Helper()
	status, got := o.ask("agent", http.MethodPost, cases, request(commune))
	if status != http.StatusCreated {
		o.t.Fatalf("%d %v", status, got)
	}
	return got["id"].(string)
}

// on moves the clock to nine in the morning of a day and lets what time causes be recorded.
func (o *office) on(day string) {
	o.t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		o.t.Fatal(err)
	}
	o.clock.at = at.Add(9 * time.Hour)
	o.sweep()
}

// event records one, and says where the case then stands.
func (o *office) event(who, id, kind string, fields map[string]any, want int) map[string]any {
	o.t.Helper()
	body := map[string]any{"type": kind}
	for name, value := range fields {
		body[name] = value
	}
	path := cases + "/" + id + "/events"
	if who == "prefect" || who == "elsewhere" {
		path = cases + "/" + id + "/decisions"
	}
	status, got := o.ask(who, http.MethodPost, path, body)
	if status != want {
		o.t.Errorf("%s by %s: %d %v, want %d", kind, who, status, got, want)
	}
	return got
}

func (o *office) state(id, want string) {
	o.t.Helper()
	if _, got := o.ask("agent", http.MethodGet, cases+"/"+id, nil); got["state"] != want {
		o.t.Errorf("the case is %v, want %s", got["state"], want)
	}
}

// TestOneCaseFromFilingToHandOver: the mayor is silent, OFII visits, the prefect grants, the family comes and is handed over, on the mission's own role.
func TestOneCaseFromFilingToHandOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.created("69123")
	o.on("2026-11-12")
	o.event("agent", id, "ATTESTATION_DE_DEPOT", map[string]any{"attestation": "69-1"}, 200)
	o.event("agent", id, "TRANSMISSION_MAIRE", map[string]any{"commune": "69123"}, 200)
	o.on("2026-11-20")
	o.event("agent", id, "RECEPTION_MAIRE", map[string]any{"on": "2026-11-20"}, 200)
	o.on("2027-01-20")
	o.state(id, "TRANSMIS_MAIRE")
	o.on("2027-01-21")
	o.state(id, "AVIS_TACITE")
	if got := o.event("agent", id, "PROPOSITION", map[string]any{"favourable": true}, 409); got["rule"] != "RF_MAYOR_NOT_CHECKED" {
		t.Errorf("sent without a check: %v", got)
	}
	o.event("agent", id, "ENQUETE", map[string]any{"why": "MAIRE_SANS_VERIFICATION"}, 200)
	o.event("agent", id, "VISITE", map[string]any{"outcome": "FAITE"}, 409)
	o.event("agent", id, "VISITE", map[string]any{"outcome": "FAITE", "consent": "2027-01-21"}, 200)
	status, got := o.ask("agent", http.MethodPost, cases+"/"+id+"/housing", map[string]any{"surface": "62.5", "decent": []string{"CHAUFFAGE"}, "not_decent": []string{}, "described": false})
	if status != 200 {
		t.Fatalf("%d %v", status, got)
	}
	incomes := []any{}
	for m := range 12 {
		at := time.Date(2025, time.November+time.Month(m), 1, 0, 0, 0, 0, time.UTC)
		incomes = append(incomes, map[string]any{"month": at.Format(time.DateOnly), "kind": "SALAIRE", "whose": "DEMANDEUR", "basis": "BRUT", "amount": "1819.50", "stable": true})
	}
	status, got = o.ask("agent", http.MethodPost, cases+"/"+id+"/resources", map[string]any{"basis": "BRUT", "incomes": incomes})
	if status != 200 || !strings.Contains(fmt.Sprint(got["evaluations"]), "REMPLIE") {
		t.Fatalf("%d %v", status, got)
	}
	o.event("agent", id, "CONSTAT", map[string]any{"resources": "REMPLIE", "housing": "REMPLIE"}, 200)
	o.event("agent", id, "PROPOSITION", map[string]any{"favourable": true}, 200)
	grant := map[string]any{"granted": true, "notified_on": "2027-01-25"}
	o.event("agent", id, "DECISION", grant, 403)
	o.event("elsewhere", id, "DECISION", grant, 404)
	o.event("prefect", id, "DECISION", map[string]any{"granted": false, "notified_on": "2027-01-25"}, 409)
	o.event("prefect", id, "DECISION", grant, 200)
	o.on("2027-02-10")
	o.event("agent", id, "VISA_DEMANDE", map[string]any{"on": "2027-02-01"}, 200)
	o.event("agent", id, "VISA_DELIVRE", map[string]any{"on": "2027-02-10"}, 200)
	for _, step := range []string{"CONTACT_PAYS_ORIGINE", "GUIDE_REMIS", "LOGEMENT_PRET", "CONVOCATION_VISITE", "CONVOCATION_ACCUEIL"} {
		o.event("agent", id, "PREPARATION", map[string]any{"step": step}, 200)
	}
	o.on("2027-03-01")
	o.event("agent", id, "ARRIVEE", map[string]any{"entry_on": "2027-02-28"}, 200)
	o.event("agent", id, "REMISE_INTEGRATION", nil, 409)
	o.event("agent", id, "CERTIFICAT_DELIVRE", nil, 403)
	if status, got := o.ask("visit", http.MethodPost, visits+"/"+id+"/certificat", map[string]any{}); status != 200 || got["certified"] != true {
		t.Fatalf("%d %v", status, got)
	}
	o.event("agent", id, "REMISE_INTEGRATION", nil, 200)
	o.state(id, "CIR_ORIENTE")
	if n := o.world.value(t, "SELECT count(*) FROM family.hand_overs WHERE message->>'legal_basis' <> '' AND jsonb_array_length(message->'persons') = 2"); n != 1 {
		t.Errorf("%d messages handed over", n)
	}
	for path, words := range map[string]string{"/regroupement": "NDIAYE", "/regroupement/" + id: "Pourquoi ?", "/regroupement/droit": "à confirmer", "/regroupement/nouvelle": "Nouvelle demande"} {
		if status, got := o.ask("agent", http.MethodGet, path, nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), words) {
			t.Errorf("%s: %d, and does not say %q", path, status, words)
		}
	}
	if status, got := o.ask("agent", http.MethodGet, "/regroupement/"+id+"/cloture", nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), "Clore le dossier") {
		t.Errorf("the form of an act: %d", status)
	}
}

// TestThePrefectsSilenceRejectsOnce: by the clock, the day after, and a second round adds nothing.
func TestThePrefectsSilenceRejectsOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.created("69123")
	o.on("2026-11-12")
	o.event("agent", id, "ATTESTATION_DE_DEPOT", map[string]any{"attestation": "69-1"}, 200)
	o.on("2027-05-12")
	o.state(id, "COMPLET")
	o.on("2027-05-13")
	o.sweep()
	o.state(id, "REJET_IMPLICITE")
	if n := o.world.value(t, "SELECT count(*) FROM family.events WHERE type = 'REJET_IMPLICITE'"); n != 1 {
		t.Errorf("%d rejections", n)
	}
	// No page and no statement writes another's word: the database refuses it too.
	for actor, kind := range map[string]string{"OFII": "DECISION", "PREFECTURE": "REJET_IMPLICITE"} {
		_, err := o.world.as(t, "mission_family").Exec(t.Context(), `INSERT INTO family.events (case_id, seq, at, on_day, actor, type, data)
			VALUES ($1, 90, '2027-01-01', '2027-01-01', $2, $3, '{}')`, id, actor, kind)
		if err == nil || !strings.Contains(err.Error(), "23514") {
			t.Errorf("%s recorded %s: %v", actor, kind, err)
		}
	}
}

// TestTheQueueIsThatOfTheReader: a direction sees its cases, a prefecture those of its département, and each is refused the others.
func TestTheQueueIsThatOfTheReader(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.created("69123")
	for who, want := range map[string]int{"agent": 1, "prefect": 1, "bordeaux": 0, "elsewhere": 0} {
		status, got := o.ask(who, http.MethodGet, cases, nil)
		if items, _ := got["items"].([]any); status != 200 || len(items) != want {
			t.Errorf("%s: %d, %v", who, status, got)
		}
		expected := http.StatusOK
		if want == 0 {
			expected = http.StatusNotFound
		}
		if status, got := o.ask(who, http.MethodGet, cases+"/"+id, nil); status != expected {
			t.Errorf("%s on the case: %d %v", who, status, got)
		}
	}
	if status, _ := o.ask("stranger", http.MethodGet, cases, nil); status != http.StatusForbidden {
		t.Errorf("another mission's agent: %d", status)
	}
	if status, got := o.ask("bordeaux", http.MethodPost, cases, request("69123")); status == http.StatusCreated {
		t.Errorf("another direction's agent files here: %v", got)
	}
	if status, got := o.ask("agent", http.MethodPost, cases, request("69123")); status != http.StatusConflict || got["rule"] != "RF_CASE_OPEN" {
		t.Errorf("a second request of one person: %d %v", status, got)
	}
}

// TestWhatCannotBeIsRefusedAndChangesNothing, and says which field or which row of the law.
func TestWhatCannotBeIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, change := range map[string]func(map[string]any){
		"no family":       func(r map[string]any) { r["family"] = []any{} },
		"a seasonal card": func(r map[string]any) { r["applicant"].(map[string]any)["status"] = "SAISONNIER" },
		"unknown commune": func(r map[string]any) { r["commune"] = "00001" },
		"overlapping": func(r map[string]any) {
			a := r["applicant"].(map[string]any)
			a["titles"] = append(a["titles"].([]any), a["titles"].([]any)[0])
		},
	} {
		body := request("69123")
		change(body["request"].(map[string]any))
		status, got := o.ask("agent", http.MethodPost, cases, body)
		if status != http.StatusUnprocessableEntity || got["detail"] == "" {
			t.Errorf("%s: %d %v", name, status, got)
		}
	}
	if n := o.world.value(t, "SELECT count(*) FROM family.cases"); n != 0 {
		t.Errorf("%d cases", n)
	}
	id := o.created("69001") // no zone is known for it
	status, got := o.ask("agent", http.MethodPost, cases+"/"+id+"/housing", map[string]any{"surface": "62", "decent": []string{}, "not_decent": []string{}, "described": false})
	if status != http.StatusUnprocessableEntity || !strings.Contains(fmt.Sprint(got["detail"]), "69001") {
		t.Errorf("a commune without zone: %d %v", status, got)
	}
	if got := o.event("agent", id, "DEPOT", map[string]any{"diagnosis": "x"}, 400); got["code"] != "unknown_field" {
		t.Errorf("%v", got)
	}
	o.event("agent", id, "ATTESTATION_DE_DEPOT", map[string]any{"attestation": "1", "granted": true}, 422)
	o.state(id, "DEPOSE")
}
