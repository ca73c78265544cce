package installed_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	family "cloison/missions/family/module"
	"cloison/policy"
)

// requested is a request of another person of the same shape.
func requested(agdref, name, commune string) map[string]any {
	body := request(commune)
	body["agdref"], body["family_name"] = agdref, name
	return body
}

func (o *office) file(agdref, name string) string {
	o.t.Helper()
	status, got := o.ask("agent", http.MethodPost, cases, requested(agdref, name, "69123"))
	if status != http.StatusCreated {
		o.t.Fatalf("%d %v", status, got)
	}
	return got["id"].(string)
}

// atMayor brings a case to the town hall, on 12 and 20 November 2026.
func (o *office) atMayor(id string) {
	o.t.Helper()
	o.on("2026-11-12")
	o.event("agent", id, "ATTESTATION_DE_DEPOT", map[string]any{"attestation": "69-1"}, 200)
	o.event("agent", id, "TRANSMISSION_MAIRE", map[string]any{"commune": "69123"}, 200)
}

// proposed brings it to the prefect: the mayor is silent, OFII visits, computes and finds, in January 2027.
func (o *office) proposed(id string) {
	o.t.Helper()
	o.atMayor(id)
	o.on("2026-11-20")
	o.event("agent", id, "RECEPTION_MAIRE", map[string]any{"on": "2026-11-20"}, 200)
	o.on("2027-01-21")
	o.event("agent", id, "ENQUETE", map[string]any{"why": "MAIRE_SANS_VERIFICATION"}, 200)
	o.event("agent", id, "VISITE", map[string]any{"outcome": "FAITE", "consent": "2027-01-21"}, 200)
	for what, body := range map[string]map[string]any{
		"housing":   {"surface": "62.5", "decent": []string{"CHAUFFAGE"}, "not_decent": []string{}, "described": false},
		"resources": {"basis": "BRUT", "sources": []any{map[string]any{"kind": "SALAIRE", "whose": "DEMANDEUR", "from": "2025-11-03", "to": "2026-10-30", "amount": "1819.50", "stable": true}}},
	} {
		if status, got := o.ask("agent", http.MethodPost, cases+"/"+id+"/"+what, body); status != 200 {
			o.t.Fatalf("%s: %d %v", what, status, got)
		}
	}
	o.event("agent", id, "CONSTAT", map[string]any{"resources": "REMPLIE", "housing": "REMPLIE"}, 200)
	o.event("agent", id, "PROPOSITION", map[string]any{"favourable": true}, 200)
}

// said is the text of a PDF, on one line.
func said(t *testing.T, file string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v %s", err, text)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(strings.Fields(string(text)), " "))
}

// TestEachPaperSaysWhatTheCaseHolds: every document that goes out, as a reader of PDF reads it, none before what it states has happened, and none with a word
// of anybody's health.
func TestEachPaperSaysWhatTheCaseHolds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.file("9975100345", "NDIAYE")
	o.event("agent", id, "INCOMPLET", map[string]any{"missing": []string{"Acte de mariage traduit"}}, 200)
	o.event("agent", id, "DEPOT", nil, 200)
	if status, _ := o.ask("agent", http.MethodGet, cases+"/"+id+"/papers/ATTESTATION_DE_DEPOT", nil); status != http.StatusNotFound {
		t.Errorf("an attestation before the file is complete: %d", status)
	}
	o.proposed(id)
	o.event("agent", id, "INFORMATION_CONSULAT", map[string]any{"post": "DAKAR"}, 200)
	o.event("prefect", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 200)
	if status, got := o.ask("agent", http.MethodPost, cases+"/"+id+"/address", map[string]any{"address": "1 rue des Essais\n69003 Lyon"}); status != 200 {
		t.Fatalf("%d %v", status, got)
	}
	for paper, words := range map[string][]string{
		"RETOUR_INCOMPLET":      {"Retour d’un dossier incomplet", "1 rue des Essais 69003 Lyon", "Acte de mariage traduit", "Aucun délai ne court"},
		"ATTESTATION_DE_DEPOT":  {"Attestation de dépôt", "NDIAYE Awa", "69-1", "jusqu’au 12 mai 2027", "né(e) le 14 juillet 1990"},
		"INFORMATION_PREFET":    {"préfet du département 69", "R. 434-7"},
		"INFORMATION_CONSULAT":  {"Dakar, Sénégal", "R. 434-14", "né(e) le 2 mars 2016"},
		"BORDEREAU_MAIRE":       {"Commune 69123", "avant le 20 janvier 2027", "réputé favorable"},
		"COMPTE_RENDU_LOGEMENT": {"Visite faite, autorisation écrite du 21 janvier 2027", "62,50 m²", "32 m² pour 3 personnes", "R. 434-5", "Condition de logement : remplie"},
		"RAPPORT_RESSOURCES":    {"du 1er novembre 2025 au 31 octobre 2026", "1 819,50 €", "1 819,49 €", "P-SMIC BRUT", "à confirmer"},
		"PROPOSITION_PREFET":    {"Maire, par son silence Avis réputé favorable", "Constat de l’Office", "Favorable.", "12 mai 2027", "Vous seul décidez"},
		"DECISION":              {"Préfecture", "est accordée (R. 434-28)", "25 juillet 2027"},
		"GUIDE_ARRIVEE":         {"du pays d’origine à l’installation", "Dans les trois mois du visa"},
	} {
		status, got := o.ask("agent", http.MethodGet, cases+"/"+id+"/papers/"+paper, nil)
		if status != 200 {
			t.Errorf("%s: %d %v", paper, status, got)
			continue
		}
		text := said(t, got["page"].(string))
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q:\n%s", paper, w, text)
			}
		}
		for _, w := range []string{"santé", "médic", "maladie", "handicap", "diagnos"} {
			if strings.Contains(strings.ToLower(text), w) {
				t.Errorf("%s says %q", paper, w)
			}
		}
		if status, _ := o.ask("bordeaux", http.MethodGet, cases+"/"+id+"/papers/"+paper, nil); status != http.StatusNotFound {
			t.Errorf("another direction reads %s: %d", paper, status)
		}
	}
	_, page := o.ask("agent", http.MethodGet, "/regroupement/"+id, nil)
	if n := strings.Count(page["page"].(string), "/papers/"); n != 10 {
		t.Errorf("the page offers %d papers of 10", n)
	}
	if status, _ := o.ask("agent", http.MethodGet, cases+"/"+id+"/papers/AUTRE", nil); status != http.StatusNotFound {
		t.Errorf("a paper that is none: %d", status)
	}
}

// TestTheLinkOfATownHallReachesOneCaseAndEnds: what it opens, all that it does not, and each way in which it ends.
func TestTheLinkOfATownHallReachesOneCaseAndEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.file("9975100345", "NDIAYE")
	other := o.file("9975100346", "AUTRE")
	links := cases + "/" + id + "/links"
	if status, got := o.ask("agent", http.MethodPost, links, map[string]any{}); status != http.StatusConflict {
		t.Errorf("a link before the mayor is asked: %d %v", status, got)
	}
	o.atMayor(id)
	made := func() (path string) {
		t.Helper()
		status, got := o.ask("agent", http.MethodPost, links, map[string]any{})
		if path, _ = got["path"].(string); status != 200 || !strings.HasPrefix(path, "/mairie/") || len(path) < 50 {
			t.Fatalf("%d %v", status, got)
		}
		return path
	}
	path := made()
	const json = "/api/v1/missions/family"
	for who, status := range map[string]int{"bordeaux": 404, "prefect": 403, "stranger": 404} {
		if got, _ := o.ask(who, http.MethodPost, links, map[string]any{}); got != status {
			t.Errorf("%s makes a link: %d, want %d", who, got, status)
		}
	}
	// It shows its case, and answers for the mayor.
	status, page := o.ask("nobody", http.MethodGet, path, nil)
	if text := fmt.Sprint(page["page"]); status != 200 || !strings.Contains(text, "NDIAYE Awa") || !strings.Contains(text, "Accuser réception") || strings.Contains(text, "AUTRE") || strings.Contains(text, "/regroupement") {
		t.Errorf("the town hall's page: %d", status)
	}
	event := func(path, kind string, fields map[string]any, want int) map[string]any {
		t.Helper()
		body := map[string]any{"type": kind}
		for name, value := range fields {
			body[name] = value
		}
		status, got := o.ask("nobody", http.MethodPost, json+path+"/events", body)
		if status != want {
			t.Errorf("%s by the link: %d %v, want %d", kind, status, got, want)
		}
		return got
	}
	event(path, "RECEPTION_MAIRE", map[string]any{"on": "2026-11-12"}, 200)
	event(path, "DECISION", nil, 403)
	for _, kind := range []string{"ATTESTATION_DE_DEPOT", "PROPOSITION", "CONSTAT", "CLOTURE", "AVIS_TACITE"} {
		if got := event(path, kind, nil, 403); got["rule"] != "RF_WRONG_AUTHORITY" {
			t.Errorf("%s: %v", kind, got)
		}
	}
	event(path, "AVIS_MAIRE", map[string]any{"resources": "REMPLIE", "housing": "NON_VERIFIEE", "opinion": "FAVORABLE", "asks_ofii": true}, 200)
	o.state(id, "AVIS_MAIRE")
	if n := o.world.value(t, "SELECT count(*) FROM audit.entries WHERE role = 'LIEN_MAIRIE' AND action = 'family.link.record' AND outcome = 'DONE'"); n != 2 {
		t.Errorf("%d entries of the town hall's acts", n)
	}
	// Nothing else is reachable with it, and its secret is nowhere.
	for _, at := range []string{"/regroupement", "/regroupement/" + id, "/regroupement/recherche", "/consulat", json + "/cases", json + "/cases/" + id, json + "/cases/" + other, json + "/parameters", "/mairie", "/mairie/"} {
		if status, _ := o.ask("nobody", http.MethodGet, at, nil); status != http.StatusUnauthorized && status != http.StatusSeeOther && status != http.StatusNotFound {
			t.Errorf("%s without a session: %d", at, status)
		}
	}
	secret := strings.TrimPrefix(path, "/mairie/")
	for name, bad := range map[string]string{"cut": secret[:40], "longer": secret + "A", "another": strings.Repeat("A", 43), "empty": "%00"} {
		if status, _ := o.ask("nobody", http.MethodGet, "/mairie/"+bad, nil); status != http.StatusNotFound {
			t.Errorf("a link that is %s: %d", name, status)
		}
	}
	if n := o.world.value(t, "SELECT count(*) FROM family.links WHERE encode(digest, 'escape') LIKE '%' || $1 || '%'", secret); n != 0 {
		t.Error("the secret stands in the database")
	}
	ended := func(path, how string) {
		t.Helper()
		status, got := o.ask("nobody", http.MethodGet, json+path, nil)
		if status != http.StatusForbidden || got["rule"] != "FAMILY_LINK_ENDED" {
			t.Errorf("after %s: %d %v", how, status, got)
		}
		event(path, "RECEPTION_MAIRE", map[string]any{"on": "2026-11-12"}, 403)
	}
	second := made()
	ended(path, "another link was made")
	if status, _ := o.ask("agent", http.MethodPost, links+"/closure", map[string]any{}); status != 200 {
		t.Fatal(status)
	}
	ended(second, "it was closed")
	third := made()
	o.clock.at = time.Date(2027, 2, 13, 9, 0, 0, 0, time.UTC)
	ended(third, "its term")
	o.clock.at = time.Date(2026, 11, 14, 9, 0, 0, 0, time.UTC)
	fourth := made()
	o.event("agent", id, "DEMENAGEMENT", map[string]any{"commune": "69266"}, 200)
	o.event("agent", id, "TRANSMISSION_MAIRE", map[string]any{"commune": "69266"}, 200)
	ended(fourth, "the family moved")
	fifth := made()
	o.event("agent", id, "NATURALISATION", nil, 200)
	ended(fifth, "the request has no object any more")
}

// TestALinkIsItsOwnHoldersOnly: policy alone, whatever a program loads: another's link, an agent's session, the program itself.
func TestALinkIsItsOwnHoldersOnly(t *testing.T) {
	t.Parallel()
	rules, err := policy.With(family.Module().Policy)
	if err != nil {
		t.Fatal(err)
	}
	link := map[string]any{"kind": "family_link", "link": "l-1", "open": true}
	for name, c := range map[string]struct {
		who  policy.Subject
		want bool
	}{
		"its holder":        {policy.Subject{ID: "l-1", Role: "LIEN_MAIRIE"}, true},
		"another's":         {policy.Subject{ID: "l-2", Role: "LIEN_MAIRIE"}, false},
		"an agent":          {policy.Subject{ID: "l-1", Role: "AGENT_MISSION", Mission: "REGROUPEMENT_FAMILIAL"}, false},
		"the program":       {policy.Subject{ID: "l-1", Role: "LIEN_MAIRIE", System: "sweep"}, false},
		"a consular post's": {policy.Subject{ID: "l-1", Role: "AGENT_MISSION", Mission: "POSTE_CONSULAIRE"}, false},
	} {
		for _, action := range []string{"family.link.read", "family.link.record"} {
			decision, err := rules.Decide(t.Context(), policy.Query{Subject: c.who, Action: action, Resource: link, Context: policy.Context{Zone: "server", On: "2026-11-10"}})
			if err != nil || decision.Allow != c.want {
				t.Errorf("%s, %s: %+v %v", name, action, decision, err)
			}
		}
	}
}

// TestAConsularPostSeesWhatItWasToldOf: who comes and the terms of the visa, and nothing of resources, housing or opinions; it records the visa and no
// more.
func TestAConsularPostSeesWhatItWasToldOf(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.file("9975100345", "NDIAYE")
	const post = "/api/v1/missions/family/consulat/cases"
	o.proposed(id)
	if status, got := o.ask("dakar", http.MethodGet, post, nil); status != 200 || len(got["items"].([]any)) != 0 {
		t.Errorf("before it was told: %d %v", status, got)
	}
	o.event("agent", id, "INFORMATION_CONSULAT", map[string]any{"post": "ATLANTIDE"}, 422)
	o.event("agent", id, "INFORMATION_CONSULAT", map[string]any{"post": "DAKAR"}, 200)
	status, got := o.ask("dakar", http.MethodGet, post+"/"+id, nil)
	text := fmt.Sprint(got)
	if status != 200 || got["state"] != "EN_COURS" || len(got["beneficiaries"].([]any)) != 2 || strings.Contains(text, "REMPLIE") || strings.Contains(text, "FAVORABLE") {
		t.Errorf("%d %v", status, got)
	}
	for who, want := range map[string]int{"tunis": 404, "agent": 404, "prefect": 404, "stranger": 404} {
		if status, _ := o.ask(who, http.MethodGet, post+"/"+id, nil); status != want && status != http.StatusForbidden {
			t.Errorf("%s reads it as a post: %d", who, status)
		}
	}
	for _, at := range []string{cases, cases + "/" + id, "/api/v1/missions/family/statistics"} {
		if status, _ := o.ask("dakar", http.MethodGet, at, nil); status != http.StatusForbidden && status != http.StatusNotFound {
			t.Errorf("a post reads %s: %d", at, status)
		}
	}
	visa := func(kind string, fields map[string]any, want int) {
		t.Helper()
		body := map[string]any{"type": kind}
		for name, value := range fields {
			body[name] = value
		}
		if status, got := o.ask("dakar", http.MethodPost, post+"/"+id+"/events", body); status != want {
			t.Errorf("%s by the post: %d %v, want %d", kind, status, got, want)
		}
	}
	visa("CLOTURE", nil, 403)
	visa("VISA_DELIVRE", map[string]any{"on": "2027-01-21"}, 409)
	o.event("prefect", id, "DECISION", map[string]any{"granted": true, "notified_on": "2027-01-25"}, 200)
	o.on("2027-02-10")
	visa("VISA_DEMANDE", map[string]any{"on": "2027-02-01"}, 200)
	visa("VISA_DELIVRE", map[string]any{"on": "2027-02-10"}, 200)
	o.state(id, "VISA_DELIVRE")
	if n := o.world.value(t, "SELECT count(*) FROM family.events WHERE actor = 'CONSULAT'"); n != 2 {
		t.Errorf("%d events of the consulate", n)
	}
	for path, words := range map[string]string{"/consulat": "NDIAYE Awa", "/consulat/" + id: "10 mai 2027"} {
		if status, got := o.ask("dakar", http.MethodGet, path, nil); status != 200 || !strings.Contains(strings.ReplaceAll(fmt.Sprint(got["page"]), "\u00a0", " "), words) {
			t.Errorf("%s: %d, and does not say %q", path, status, words)
		}
	}
}

// TestFamiliesAreSummonedInOneActAndTheirLettersPrintedInOneFile: one hour each, and who cannot be summoned says why and takes none.
func TestFamiliesAreSummonedInOneActAndTheirLettersPrintedInOneFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, second, third := o.file("9975100345", "NDIAYE"), o.file("9975100346", "AUTRE"), o.file("9975100347", "ATTENTE")
	for _, id := range []string{first, third} {
		o.atMayor(id)
		o.on("2026-11-20")
		o.event("agent", id, "AVIS_MAIRE", map[string]any{"resources": "NON_VERIFIEE", "housing": "NON_VERIFIEE", "opinion": "RESULTATS_SEULS", "asks_ofii": true}, 200)
		o.event("agent", id, "ENQUETE", map[string]any{"why": "DEMANDE_DU_MAIRE"}, 200)
		o.clock.at = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	}
	const path = "/api/v1/missions/family/convocations"
	body := map[string]any{"kind": "VISITE_LOGEMENT", "on": "2026-12-01", "from": "09:00", "minutes": 40, "place": "Au domicile", "cases": []string{first, second, third}}
	status, got := o.ask("agent", http.MethodPost, path, body)
	items, _ := got["items"].([]any)
	if status != 200 || len(items) != 3 {
		t.Fatalf("%d %v", status, got)
	}
	for i, want := range []string{"2026-12-01T09:00:00+01:00", "", "2026-12-01T09:40:00+01:00"} {
		one := items[i].(map[string]any)
		at, _ := one["at"].(string)
		if when, err := time.Parse(time.RFC3339, at); want != "" && (err != nil || when.Format(time.RFC3339) != want) || want == "" && (at != "" || one["sentence"] == "") {
			t.Errorf("family %d: %v, want %q", i, one, want)
		}
	}
	status, got = o.ask("agent", http.MethodGet, path+"/VISITE_LOGEMENT/2026-12-01", nil)
	if status != 200 {
		t.Fatalf("%d %v", status, got)
	}
	text := said(t, got["page"].(string))
	for _, w := range []string{"Avis de passage", "NDIAYE Awa", "1er décembre 2026 à 9 h 00", "ATTENTE Awa", "9 h 40", "autorisation écrite et préalable"} {
		if !strings.Contains(text, w) {
			t.Errorf("the letters do not say %q:\n%s", w, text)
		}
	}
	if strings.Contains(text, "AUTRE Awa") || strings.Count(text, "page 1 / 1") != 2 {
		t.Errorf("the letters:\n%s", text)
	}
	if status, _ := o.ask("bordeaux", http.MethodGet, path+"/VISITE_LOGEMENT/2026-12-01", nil); status != http.StatusNotFound {
		t.Errorf("another direction prints: %d", status)
	}
	body["cases"] = []string{first}
	if _, got := o.ask("bordeaux", http.MethodPost, path, body); got["items"].([]any)[0].(map[string]any)["at"] != nil {
		t.Error("another direction summons")
	}
	_, got = o.ask("agent", http.MethodGet, cases+"/"+first, nil)
	appointment := got["appointments"].([]any)[0].(map[string]any)["id"].(string)
	if status, got := o.ask("agent", http.MethodPost, cases+"/"+first+"/appointments/"+appointment+"/cancellation", map[string]any{}); status != 200 {
		t.Errorf("%d %v", status, got)
	}
	if _, got := o.ask("agent", http.MethodGet, path+"/VISITE_LOGEMENT/2026-12-01", nil); strings.Contains(said(t, got["page"].(string)), "NDIAYE") {
		t.Error("the letter of an appointment that was cancelled is printed")
	}
	for _, wrong := range []map[string]any{{"on": "2026-11-19"}, {"from": "25:00"}, {"kind": "AUTRE"}} {
		bad := map[string]any{"kind": "VISITE_LOGEMENT", "on": "2026-12-01", "from": "09:00", "minutes": 40, "place": "x", "cases": []string{first}}
		for name, value := range wrong {
			bad[name] = value
		}
		if status, got := o.ask("agent", http.MethodPost, path, bad); status != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d %v", wrong, status, got)
		}
	}
}

// TestTwoNumbersOfOnePersonAreJoinedAndParted: the warning, both numbers kept, one request at a time under either, and the way back.
func TestTwoNumbersOfOnePersonAreJoinedAndParted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.file("9975100345", "NDIAYE")
	if _, got := o.ask("agent", http.MethodGet, "/regroupement/"+first, nil); strings.Contains(got["page"].(string), "Peut-être la même personne") {
		t.Error("a warning about nobody")
	}
	second := o.file("9975100399", "Ndiaye")
	o.event("agent", second, "NATURALISATION", nil, 200) // over: another request may come
	if _, got := o.ask("agent", http.MethodGet, "/regroupement/"+first, nil); !strings.Contains(got["page"].(string), "Peut-être la même personne") || !strings.Contains(got["page"].(string), "9975100399") {
		t.Error("no warning of the same name born the same day")
	}
	join := func(who, path string, want int) map[string]any {
		t.Helper()
		status, got := o.ask(who, http.MethodPost, cases+"/"+first+path, map[string]any{"other": second})
		if status != want {
			t.Errorf("%s %s: %d %v, want %d", who, path, status, got, want)
		}
		return got
	}
	join("bordeaux", "/same-person", 404)
	join("prefect", "/same-person", 403)
	join("agent", "/another-person", 409)
	if got := join("agent", "/same-person", 200); fmt.Sprint(got["numbers"]) != "[9975100345 9975100399]" {
		t.Errorf("%v", got["numbers"])
	}
	join("agent", "/same-person", 409)
	body := requested("9975100377", "NDIAYE", "33063")
	_, far := o.ask("bordeaux", http.MethodPost, cases, body)
	if status, _ := o.ask("agent", http.MethodPost, cases+"/"+first+"/same-person", map[string]any{"other": far["id"]}); status != http.StatusNotFound {
		t.Errorf("joined to a case of another direction: %d", status)
	}
	found := func(text string) (n int) {
		t.Helper()
		status, got := o.ask("agent", http.MethodPost, "/api/v1/missions/family/search", map[string]any{"text": text})
		if status != 200 {
			t.Fatalf("%d %v", status, got)
		}
		return len(got["items"].([]any))
	}
	for text, want := range map[string]int{"9975100399": 2, "9975100345": 2, "ndi": 2, "N%": 0, "_diaye": 0, "zz": 0} {
		if n := found(text); n != want {
			t.Errorf("%q finds %d, want %d", text, n, want)
		}
	}
	if status, got := o.ask("agent", http.MethodPost, cases, requested("9975100399", "NDIAYE", "69123")); status != http.StatusConflict || got["rule"] != "RF_CASE_OPEN" {
		t.Errorf("a second request under the other number: %d %v", status, got)
	}
	if got := join("agent", "/another-person", 200); fmt.Sprint(got["numbers"]) != "[9975100345]" {
		t.Errorf("%v", got["numbers"])
	}
	if n := found("9975100399"); n != 1 {
		t.Errorf("%d found under a number that was parted", n)
	}
	if n := o.world.value(t, "SELECT count(*) FROM family.same_persons"); n != 2 {
		t.Errorf("%d sayings are kept", n)
	}
	if _, got := o.ask("bordeaux", http.MethodPost, "/api/v1/missions/family/search", map[string]any{"text": "9975100345"}); len(got["items"].([]any)) != 0 {
		t.Error("another direction finds the case")
	}
}

// TestStatisticsShowNoSmallFigure: those of the reader's territory.
func TestStatisticsShowNoSmallFigure(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 6 {
		o.file(fmt.Sprintf("99751003%02d", i), fmt.Sprintf("NOM%d", i))
	}
	status, got := o.ask("agent", http.MethodGet, "/api/v1/missions/family/statistics", nil)
	if status != 200 || !strings.Contains(fmt.Sprint(got["tables"]), "count:6 word:DEPOSE") {
		t.Errorf("%d %v", status, got)
	}
	id := o.file("9975100399", "NOM9")
	o.event("agent", id, "INCOMPLET", map[string]any{"missing": []string{"x"}}, 200)
	_, got = o.ask("agent", http.MethodGet, "/api/v1/missions/family/statistics", nil)
	if text := fmt.Sprint(got["tables"].([]any)[0]); strings.Contains(text, "count:1") || strings.Contains(text, "count:6") || !strings.Contains(text, "total:7") {
		t.Errorf("%s", text)
	}
	if _, got := o.ask("bordeaux", http.MethodGet, "/api/v1/missions/family/statistics", nil); len(got["tables"].([]any)[0].(map[string]any)["rows"].([]any)) != 0 {
		t.Errorf("another direction counts them: %v", got)
	}
	if status, got := o.ask("prefect", http.MethodGet, "/regroupement/statistiques", nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), "non montré") {
		t.Errorf("the page: %d", status)
	}
}

// TestTheLogOfAPartnerIsOverAllCases: of the reader's directions, the last first, page after page, each exchange once.
func TestTheLogOfAPartnerIsOverAllCases(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 3 {
		id := o.file(fmt.Sprintf("99751003%02d", i), fmt.Sprintf("NOM%d", i))
		o.atMayor(id)
		o.clock.at = time.Date(2026, 11, 10, 9, i, 0, 0, time.UTC)
	}
	const path = "/api/v1/missions/family/exchanges"
	seen := map[string]int{}
	for at := path + "?partner=MAIRIE&limit=2"; at != ""; {
		status, got := o.ask("agent", http.MethodGet, at, nil)
		if status != 200 {
			t.Fatalf("%d %v", status, got)
		}
		for _, item := range got["items"].([]any) {
			e := item.(map[string]any)
			seen[e["family_name"].(string)]++
			if e["type"] != "TRANSMISSION_MAIRE" || e["sent"] != true || e["on"] != "2026-11-12" {
				t.Errorf("%v", e)
			}
		}
		at = ""
		if next := got["next"].(string); next != "" {
			at = path + "?partner=MAIRIE&limit=2&after=" + next
		}
	}
	if fmt.Sprint(seen) != "map[NOM0:1 NOM1:1 NOM2:1]" {
		t.Errorf("%v", seen)
	}
	if _, got := o.ask("agent", http.MethodGet, path+"?partner=PREFECTURE", nil); len(got["items"].([]any)) != 3 {
		t.Errorf("the prefecture was told of three deposits: %v", got)
	}
	if _, got := o.ask("bordeaux", http.MethodGet, path, nil); len(got["items"].([]any)) != 0 {
		t.Errorf("another direction reads: %v", got)
	}
	for who, want := range map[string]int{"prefect": 403, "dakar": 403, "siege": 403, "stranger": 403} {
		if status, _ := o.ask(who, http.MethodGet, path, nil); status != want {
			t.Errorf("%s: %d", who, status)
		}
	}
	for _, bad := range []string{"?partner=NOTAIRE", "?after=x", "?after=1_2_3"} {
		if status, _ := o.ask("agent", http.MethodGet, path+bad, nil); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, status)
		}
	}
	if status, got := o.ask("agent", http.MethodGet, "/regroupement/echanges", nil); status != 200 || !strings.Contains(fmt.Sprint(got["page"]), "Copie envoyée au maire") {
		t.Errorf("the page: %d", status)
	}
}
