package installed_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// grantedVisa brings a case to a visa, in February 2027: the post of Dakar was told, the prefect granted.
func (o *office) grantedVisa(id string) {
	o.t.Helper()
	o.proposed(id)
	o.event("agent", id, "INFORMATION_CONSULAT", map[string]any{"post": "DAKAR"}, 200)
	o.event("prefect", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 200)
	o.on("2027-02-10")
	o.event("agent", id, "VISA_DEMANDE", map[string]any{"on": "2027-02-01"}, 200)
	o.event("agent", id, "VISA_DELIVRE", map[string]any{"on": "2027-02-10"}, 200)
}

// TestTheVisitOfArrivalIsAClosedAnswer: the service that makes it sees who comes from the visa on, in its territory, and says one thing without a field; the
// agent reads that it was said, and cannot say it. What it found has no place to stand.
func TestTheVisitOfArrivalIsAClosedAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, waits := o.file("9975100345", "NDIAYE"), o.file("9975100346", "AUTRE")
	list := func(who string) string {
		t.Helper()
		status, got := o.ask(who, http.MethodGet, visits, nil)
		if status != 200 {
			t.Fatalf("%s: %d %v", who, status, got)
		}
		return fmt.Sprint(got["items"])
	}
	certify := func(who, id string, body map[string]any, want int) map[string]any {
		t.Helper()
		status, got := o.ask(who, http.MethodPost, visits+"/"+id+"/certificat", body)
		if status != want {
			t.Errorf("%s certifies: %d %v, want %d", who, status, got, want)
		}
		return got
	}
	certify("visit", id, map[string]any{}, 404) // nobody is on the way
	o.grantedVisa(id)
	if got := list("visit"); !strings.Contains(got, "NDIAYE") || strings.Contains(got, "AUTRE") || strings.Contains(list("visit-33"), "NDIAYE") {
		t.Errorf("the list of the visit: %s", got)
	}
	for who, want := range map[string]int{"visit-33": 404, "stranger": 404, "agent": 403, "prefect": 403, "dakar": 403, "rep-dakar": 403, "siege": 404} {
		certify(who, id, map[string]any{}, want)
	}
	if _, got := o.ask("visit", http.MethodGet, visits+"/"+id, nil); strings.Contains(fmt.Sprint(got), "REMPLIE") || strings.Contains(fmt.Sprint(got), "BRUT") || len(got) != 7 {
		t.Errorf("the service is shown more than who comes and when: %v", got)
	}
	for _, at := range []string{cases, cases + "/" + id, represented + "/" + id, "/api/v1/missions/family/statistics", "/api/v1/missions/family/national", "/api/v1/missions/family/costs"} {
		if status, _ := o.ask("visit", http.MethodGet, at, nil); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("the service reads %s: %d", at, status)
		}
	}
	certify("visit", waits, map[string]any{}, 404)
	if got := certify("visit", id, map[string]any{"aptitude": "INAPTE"}, 400); got["code"] != "unknown_field" {
		t.Errorf("a finding: %v", got)
	}
	o.event("agent", id, "CERTIFICAT_DELIVRE", nil, 403)
	certify("visit", id, map[string]any{}, 200)
	certify("visit", id, map[string]any{}, 409)
	if n := o.world.value(t, "SELECT count(*) FROM family.events WHERE type = 'CERTIFICAT_DELIVRE' AND actor = 'SERVICE_MEDICAL' AND data = '{}'"); n != 1 {
		t.Errorf("%d answers", n)
	}
	for actor, kind := range map[string]string{"OFII": "CERTIFICAT_DELIVRE", "SERVICE_MEDICAL": "ARRIVEE", "REPRESENTATION": "CLOTURE"} {
		_, err := o.world.as(t, "mission_family").Exec(t.Context(), `INSERT INTO family.events (case_id, seq, at, on_day, actor, type, data)
			VALUES ($1, 90, '2027-01-01', '2027-01-01', $2, $3, '{}')`, id, actor, kind)
		if err == nil || !strings.Contains(err.Error(), "23514") {
			t.Errorf("%s recorded %s: %v", actor, kind, err)
		}
	}
	for path, words := range map[string]string{"/visite": "remis", "/visite/" + id + "/certificat": "rien de ce qu’elle a trouvé"} {
		if status, got := o.ask("visit", http.MethodGet, path, nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), words) {
			t.Errorf("%s: %d, and does not say %q", path, status, words)
		}
	}
}

// TestARepresentationPreparesTheArrival: of the cases that its post was told of, where OFII has one; its two steps, and nothing else.
func TestARepresentationPreparesTheArrival(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	// Algiers has a consular post and no representation: whoever the directory calls one there meets no case.
	elsewhere := o.file("9975100346", "AUTRE")
	o.atMayor(elsewhere)
	o.event("agent", elsewhere, "INFORMATION_CONSULAT", map[string]any{"post": "ALGER"}, 200)
	o.clock.at = time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC)
	id := o.file("9975100345", "NDIAYE")
	prepare := func(who, step string, want int) {
		t.Helper()
		if status, got := o.ask(who, http.MethodPost, represented+"/"+id+"/preparation", map[string]any{"step": step}); status != want {
			t.Errorf("%s does %s: %d %v, want %d", who, step, status, got, want)
		}
	}
	prepare("rep-dakar", "GUIDE_REMIS", 404) // it was told of nothing
	o.proposed(id)
	o.event("agent", id, "INFORMATION_CONSULAT", map[string]any{"post": "DAKAR"}, 200)
	prepare("rep-dakar", "GUIDE_REMIS", 409) // not granted
	o.event("prefect", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 200)
	for who, want := range map[string]int{"rep-alger": 404, "agent": 403, "prefect": 403, "dakar": 403, "stranger": 404, "siege": 404} {
		prepare(who, "GUIDE_REMIS", want)
	}
	prepare("rep-dakar", "LOGEMENT_PRET", 403)
	prepare("rep-dakar", "GUIDE_REMIS", 200)
	prepare("rep-dakar", "GUIDE_REMIS", 422)
	prepare("rep-dakar", "CONTACT_PAYS_ORIGINE", 200)
	status, got := o.ask("rep-dakar", http.MethodGet, represented+"/"+id, nil)
	if status != 200 || len(got["steps"].([]any)) != 2 || len(got["left"].([]any)) != 0 || strings.Contains(fmt.Sprint(got), "REMPLIE") || strings.Contains(fmt.Sprint(got), "FAVORABLE") {
		t.Errorf("%d %v", status, got)
	}
	for _, at := range []string{cases, cases + "/" + id, visits, "/api/v1/missions/family/consulat/cases", "/api/v1/missions/family/national"} {
		if status, _ := o.ask("rep-dakar", http.MethodGet, at, nil); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("a representation reads %s: %d", at, status)
		}
	}
	for path, words := range map[string]string{"/representation": "NDIAYE", "/representation/" + id: "Guide d’arrivée remis", "/representation/" + id + "/preparation": "dans le pays d’origine"} {
		if status, got := o.ask("rep-dakar", http.MethodGet, path, nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), words) {
			t.Errorf("%s: %d, and does not say %q", path, status, words)
		}
	}
	if _, got := o.ask("rep-alger", http.MethodGet, represented, nil); len(got["items"].([]any)) != 0 {
		t.Errorf("a post without a representation lists: %v", got)
	}
	if status, got := o.ask("rep-alger", http.MethodGet, represented+"/"+elsewhere, nil); status != http.StatusNotFound {
		t.Errorf("a post without a representation reads: %d %v", status, got)
	}
}

// TestTheHeadquartersMeetsFiguresAndNoPerson: the country's counts without small ones, the law, the territories, and each cost with who funds it. No
// name, no number and no case is shown to it.
func TestTheHeadquartersMeetsFiguresAndNoPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var id string
	for i := range 6 {
		id = o.file(fmt.Sprintf("99751003%02d", i), fmt.Sprintf("NOM%d", i))
	}
	if status, got := o.ask("bordeaux", http.MethodPost, cases, requested("9975100399", "NOM9", "33063")); status != http.StatusCreated {
		t.Fatalf("%d %v", status, got)
	}
	o.on("2026-11-12")
	for _, cost := range []map[string]any{{"kind": "INTERPRETE", "amount": "38.50", "funding": "UE_FAMI", "on": "2026-11-11"}, {"kind": "TRADUCTION", "amount": "120", "funding": "ETAT", "on": "2026-11-12"}} {
		o.event("agent", id, "COUT", cost, 200)
	}
	o.event("agent", id, "COUT", map[string]any{"kind": "INTERPRETE", "amount": "38.50", "funding": "MECENE", "on": "2026-11-11"}, 422)
	status, got := o.ask("siege", http.MethodGet, "/api/v1/missions/family/national", nil)
	direction := got["tables"].([]any)[0].(map[string]any)
	if text := fmt.Sprint(direction); status != 200 || !strings.Contains(text, "DT-LYON") || strings.Contains(text, "count:1 ") || strings.Contains(text, "count:6") || !strings.Contains(text, "total:7") {
		t.Errorf("one case of Bordeaux is shown, or found by what is: %s", text)
	}
	status, got = o.ask("siege", http.MethodGet, "/api/v1/missions/family/costs", nil)
	table := fmt.Sprint(got["page"])
	if lines := strings.Split(strings.TrimSpace(table), "\n"); status != 200 || len(lines) != 3 || !strings.HasSuffix(lines[1], ";2026-11-11;INTERPRETE;38,50;UE_FAMI") || !strings.HasSuffix(lines[2], ";120,00;ETAT") {
		t.Errorf("%d\n%s", status, table)
	}
	if strings.Contains(table, "NOM") || strings.Contains(table, "99751003") {
		t.Errorf("a person stands in the export:\n%s", table)
	}
	if _, got := o.ask("siege", http.MethodGet, "/api/v1/missions/family/costs?from=2026-11-12&to=2026-11-12", nil); strings.Count(fmt.Sprint(got["page"]), "\n") != 2 {
		t.Errorf("one day: %v", got)
	}
	for path, words := range map[string]string{"/siege": "non montré", "/siege/ressort": "Dakar, Sénégal", "/regroupement/droit": "P-SMIC"} {
		if status, got := o.ask("siege", http.MethodGet, path, nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), words) || strings.Contains(fmt.Sprint(got["page"]), "NOM1") {
			t.Errorf("%s: %d, and does not say %q, or names somebody", path, status, words)
		}
	}
	for _, at := range []string{cases, cases + "/" + id, visits, represented, "/regroupement", "/regroupement/" + id, "/api/v1/missions/family/statistics"} {
		if status, _ := o.ask("siege", http.MethodGet, at, nil); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("the headquarters reads %s: %d", at, status)
		}
	}
	if status, _ := o.ask("siege", http.MethodPost, "/api/v1/missions/family/search", map[string]any{"text": "NOM1"}); status != http.StatusForbidden {
		t.Errorf("the headquarters searches: %d", status)
	}
	for _, who := range []string{"agent", "prefect", "dakar", "stranger"} {
		for _, at := range []string{"/api/v1/missions/family/national", "/api/v1/missions/family/costs"} {
			if status, _ := o.ask(who, http.MethodGet, at, nil); status != http.StatusForbidden {
				t.Errorf("%s reads %s: %d", who, at, status)
			}
		}
	}
}

// TestPiecesAreTickedAndNoneIsKept: a case says which papers came; its page shows which are awaited, and no operation takes a file.
func TestPiecesAreTickedAndNoneIsKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.file("9975100345", "NDIAYE")
	o.event("agent", id, "PIECE_RECUE", map[string]any{"piece": "ACTE_DE_MARIAGE", "translated": true}, 200)
	o.event("agent", id, "PIECE_RECUE", map[string]any{"piece": "ORDONNANCE"}, 422)
	o.event("agent", id, "PIECE_RECUE", map[string]any{"piece": "ACTE_DE_MARIAGE", "content": "JVBERi0="}, 400)
	_, got := o.ask("agent", http.MethodGet, cases+"/"+id, nil)
	if text := fmt.Sprint(got["pieces"]); !strings.Contains(text, "piece:ACTE_DE_MARIAGE received_on:2026-11-10 translated:true") || !strings.Contains(text, "piece:AVIS_D_IMPOSITION received_on:<nil>") {
		t.Errorf("%s", text)
	}
	_, got = o.ask("agent", http.MethodGet, "/regroupement/"+id, nil)
	for _, words := range []string{"Acte de mariage", "avec sa traduction", "attendue"} {
		if !strings.Contains(fmt.Sprint(got["page"]), words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}
