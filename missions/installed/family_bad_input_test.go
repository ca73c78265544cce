package installed_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestBadInputNamesWhatIsWrongAndTheCaseStaysAsItWas: an impossible household, titles that overlap, a commune without zone, a parameter that has no value
// on a date, a decision by who may not take it. Each is refused in a French sentence that names it, and nothing is written.
func TestBadInputNamesWhatIsWrongAndTheCaseStaysAsItWas(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	written := func() int {
		t.Helper()
		return o.world.value(t, `SELECT ((SELECT count(*) FROM family.cases) + (SELECT count(*) FROM family.events) + (SELECT count(*) FROM family.evaluations)
			+ (SELECT coalesce(sum(version), 0) FROM family.cases))::int`)
	}
	refused := func(name string, status int, got map[string]any, want int, says string) {
		t.Helper()
		if text := fmt.Sprint(got["detail"], got["fields"], got["rule"]); status != want || !strings.Contains(text, says) {
			t.Errorf("%s: %d, want %d; %q is not in %s", name, status, want, says, text)
		}
	}
	type object = map[string]any
	member := func(r object, i int) object { return r["family"].([]any)[i].(object) }
	for name, c := range map[string]struct {
		change func(object)
		says   string
	}{
		"a child older than its parent": {func(r object) { member(r, 1)["birth_date"] = "1987-01-01" }, "Un enfant est né après son parent"},
		"two spouses asked for": {func(r object) {
			r["family"] = append(r["family"].([]any), object{"relation": "CONJOINT", "birth_date": "1991-07-14", "nationality": "SEN", "asked": true})
		}, "un seul conjoint"},
		"nobody asked for":              {func(r object) { member(r, 0)["asked"], member(r, 1)["asked"] = false, false }, "ne porte sur personne"},
		"a person born after filing":    {func(r object) { member(r, 1)["birth_date"] = "2026-11-11" }, "n’était pas née au dépôt"},
		"a marriage before being born":  {func(r object) { r["applicant"].(object)["married_on"] = "1980-01-01" }, "date du mariage"},
		"a relation that is none":       {func(r object) { member(r, 0)["relation"] = "COUSIN" }, "conjoint ou enfant"},
		"two titles on one day":         {overlapping, "Ce titre en recouvre un autre"},
		"a title that ends first":       {func(r object) { titles(r)[0].(object)["to"] = "2023-01-01" }, "Un titre finit après avoir commencé"},
		"a département without a place": {func(r object) { r["commune"] = "98735" }, "département 98 "},
	} {
		before := written()
		body := requested("9975100345", "NDIAYE", "69123")
		c.change(body["request"].(object))
		status, got := o.ask("agent", http.MethodPost, cases, body)
		refused(name, status, got, http.StatusUnprocessableEntity, c.says)
		if written() != before {
			t.Errorf("%s: something was written", name)
		}
	}
	id := o.file("9975100346", "AUTRE")
	nowhere := o.created("69001") // no zone is known for it
	before := written()
	home := object{"surface": "62", "decent": []string{}, "not_decent": []string{}, "described": false}
	status, got := o.ask("agent", http.MethodPost, cases+"/"+nowhere+"/housing", home)
	refused("a commune without zone", status, got, http.StatusUnprocessableEntity, "69001")
	wages := object{"basis": "NET", "sources": []any{object{"kind": "SALAIRE", "whose": "DEMANDEUR", "from": "2025-11-03", "to": "2026-10-30", "amount": "1500", "stable": true}}}
	status, got = o.ask("agent", http.MethodPost, cases+"/"+id+"/resources", wages)
	refused("a parameter without a value that day", status, got, http.StatusUnprocessableEntity, "P-SMIC (NET) n’a pas de valeur au 2025-11-01")
	for who, want := range map[string]int{"agent": http.StatusForbidden, "dakar": http.StatusNotFound, "stranger": http.StatusNotFound, "bordeaux": http.StatusNotFound, "elsewhere": http.StatusNotFound} {
		for _, path := range []string{"/events", "/decisions"} {
			if who == "elsewhere" && path == "/events" {
				continue // a prefecture is no agent: FAMILY_PREFECT_DECIDES is asked of the other operation
			}
			status, got := o.ask(who, http.MethodPost, cases+"/"+id+path, object{"type": "DECISION", "granted": true, "notified_on": "2026-11-10"})
			says := ""
			if who == "agent" {
				says = map[string]string{"/events": "RF_WRONG_AUTHORITY", "/decisions": "FAMILY_PREFECT_DECIDES"}[path]
			}
			refused("a decision by "+who+" on "+path, status, got, want, says)
			if who == "agent" && !strings.Contains(fmt.Sprint(got["detail"]), "préfet seul décide") {
				t.Errorf("%s: %v", path, got["detail"])
			}
		}
	}
	if after := written(); after != before {
		t.Errorf("%d were written, %d are", before, after)
	}
}

func titles(r map[string]any) []any { return r["applicant"].(map[string]any)["titles"].([]any) }

func overlapping(r map[string]any) {
	r["applicant"].(map[string]any)["titles"] = append(titles(r), titles(r)[0])
}
