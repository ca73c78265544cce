package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// What differs between two answers that say the same: ids, instants, and the name and number of who asks.
var (
	anyID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyKey     = regexp.MustCompile(`name="_key" value="[^"]*"`)
	anyRequest = regexp.MustCompile(`"request_id":"[^"]*"`)
)

// twin is one of two persons who differ by a name and a number, and by one thing more: whether a prefecture has referred him.
type twin struct{ name, number string }

// same is an answer without what tells the twins apart.
func (w twin) same(a answer) string {
	text := strings.NewReplacer(w.name, "NAME", strings.ToLower(w.name), "name", w.number, "NUMBER").Replace(string(a.Body))
	return anyRequest.ReplaceAllString(anyKey.ReplaceAllString(anyID.ReplaceAllString(text, "ID"), "KEY"), "REQUEST")
}

// A mission's agent cannot tell whom a prefecture has referred to the medical service. Two persons alike ask for their family; the first has a referral
// under the same number, the same name, the same day of birth. Every answer about the one is, byte for byte, that about the other: search before and
// after filing, the refusal of a second request, the case and its page, the warning of another number, each form and the
// papers. (That no code and no right leads there: arch_test, TestAMissionCannotTellWhoHasAMedicalReferral.)
func TestAMissionAgentCannotTellWhoHasAMedicalReferral(t *testing.T) {
	t.Parallel()
	e := shared(t)
	referred, other := twin{"ALPHAFICTIVE", drawNumber(t)}, twin{"OMEGAFICTIVE", drawNumber(t)}
	l := e.line(t, "case-01", false)
	l.given.Referral["agdref"] = referred.number
	l.given.Referral["administrative_files"].([]any)[0].(object)["agdref"] = referred.number
	patient := l.given.Applicant["patient"].(object)
	patient["family_name"], patient["birth_date"] = referred.name, "1988-02-03"
	l.agent, l.secretary = l.who("createReferral"), l.who("receiveCertificate")
	l.to(t, "createReferral")
	l.awaitDossier(t)

	agent := e.at(t, serverZone, "mis-01")
	one, two := agent.twinAnswers(t, referred), agent.twinAnswers(t, other)
	for i, a := range one {
		b := two[i]
		if a.op != b.op || a.Status != b.Status || a.Header.Get("Content-Length") != b.Header.Get("Content-Length") && !strings.Contains(a.op, "createCase") {
			t.Errorf("%s: %d and %d", a.op, a.Status, b.Status)
		}
		if referred.same(a) != other.same(b) {
			t.Errorf("%s tells the two persons apart:\n%s\n%s", a.op, referred.same(a), other.same(b))
		}
	}
	if len(one) < 25 {
		t.Errorf("only %d answers were compared", len(one))
	}
	// The comparison can fail: a person with a case is told from one without.
	if stranger := (twin{"NEMOFICTIVE", drawNumber(t)}); stranger.same(agent.search(t, stranger.number)) == referred.same(agent.search(t, referred.number)) {
		t.Error("who has a case cannot be told from who has none: the comparison sees nothing")
	}
}

func (p *person) search(t *testing.T, text string) answer {
	t.Helper()
	return p.call(t, call{op: "missions.family.searchCases", json: object{"text": text}})
}

// twinAnswers files a request of a person and asks all that an agent can about him, in one order.
func (p *person) twinAnswers(t *testing.T, w twin) (all []answer) {
	t.Helper()
	ask := func(c call) answer {
		t.Helper()
		a := p.call(t, c)
		all = append(all, a)
		return a
	}
	page := func(path string) {
		t.Helper()
		a, _, err := p.get(t.Context(), path, "text/html")
		if err != nil || a.Status != http.StatusOK {
			t.Fatalf("%s: %s %v", path, a, err)
		}
		a.op = anyID.ReplaceAllString(path, "ID")
		all = append(all, a)
	}
	all = append(all, p.search(t, w.number), p.search(t, w.name))
	body := object{"agdref": w.number, "family_name": w.name, "given_names": "Awa", "address": "1 rue des Essais", "request": object{
		"type": "RF_INTRO", "filed_on": "2026-03-12", "commune": "69123",
		"applicant": object{"birth_date": "1988-02-03", "nationality": "SEN", "status": "ETRANGER_TITULAIRE", "exempted": false,
			"titles": []any{object{"code": "CSP", "from": "2023-01-10", "to": "2028-01-09"}}},
		"family": []any{object{"relation": "CONJOINT", "birth_date": "1990-07-14", "nationality": "SEN", "asked": true}}}}
	id := ask(call{op: "missions.family.createCase", json: body}).object(t)["id"].(string)
	ask(call{op: "missions.family.createCase", json: body}) // refused: one request at a time
	all = append(all, p.search(t, w.number), p.search(t, w.name))
	at := map[string]string{"case": id}
	for _, event := range []object{{"type": "ATTESTATION_DE_DEPOT", "attestation": "69-1"}, {"type": "INFORMATION_CONSULAT", "post": "DAKAR"}, {"type": "TRANSMISSION_MAIRE", "commune": "69123"},
		{"type": "RECEPTION_MAIRE", "on": "2026-03-12"}, {"type": "AVIS_MAIRE", "resources": "NON_VERIFIEE", "housing": "NON_VERIFIEE", "opinion": "RESULTATS_SEULS", "asks_ofii": true},
		{"type": "ENQUETE", "why": "DEMANDE_DU_MAIRE"}, {"type": "VISITE", "outcome": "REFUS_OCCUPANT"}, {"type": "DECISION", "granted": true, "notified_on": "2026-03-12"}} {
		ask(call{op: "missions.family.recordEvent", path: at, json: event})
	}
	ask(call{op: "missions.family.computeHousing", path: at, json: object{"surface": "62.5", "decent": []string{}, "not_decent": []string{}, "described": false}})
	ask(call{op: "missions.family.computeResources", path: at, json: object{"basis": "BRUT", "sources": []any{object{"kind": "SALAIRE", "whose": "DEMANDEUR", "from": "2025-03-01", "to": "2026-02-28", "amount": "1900", "stable": true}}}})
	ask(call{op: "missions.family.recordEvent", path: at, json: object{"type": "CONSTAT", "resources": "REMPLIE", "housing": "NON_REMPLIE"}})
	ask(call{op: "missions.family.getCase", path: at})
	ask(call{op: "missions.family.joinPersons", path: at, json: object{"other": id}})
	for _, paper := range []string{"ATTESTATION_DE_DEPOT", "RAPPORT_RESSOURCES"} {
		a := p.call(t, call{op: "missions.family.getPaper", path: map[string]string{"case": id, "paper": paper}})
		a.Body = []byte(textOfPDF(t, string(a.Body)))
		a.Header = http.Header{} // a name is drawn in glyphs of its own
		all = append(all, a)
	}
	for _, tail := range []string{"", "/ressources", "/logement", "/proposition", "/adresse", "/reunir", "/separer", "/demenagement", "/naissance"} {
		page("/regroupement/" + id + tail)
	}
	return all
}
