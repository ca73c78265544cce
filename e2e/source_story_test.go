package e2e_test

import (
	"net/url"
	"strings"
	"testing"
)

// What a member consulted on the country is sealed, read by the physicians in charge alone, and is cited before the
// opinion or not at all.
func TestWhatWasConsultedIsSealedAndCitedBeforeTheOpinion(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "composeCollege")
	source := object{"source": "OMS", "title": "Trithérapies, liste nationale", "version": "2025", "url": "https://example.org/liste", "sha256": strings.Repeat("0a", 32), "consulted_on": "2026-03-11"}
	member, author, clerk := e.as(t, "med-03"), e.as(t, l.who("saveReport")), e.as(t, l.secretary)
	member.do(t, l.call("citeLibrary", source))
	author.do(t, l.call("citeLibrary", with(source, "title", "Rapport annuel")))
	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"by the secretariat", clerk, l.call("citeLibrary", source), refusal{403, "forbidden", "ROLE_NO_MEDICAL", false}},
		{"by a physician who is not in charge", e.as(t, "med-09"), l.call("citeLibrary", source), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"read tomorrow", member, l.call("citeLibrary", with(source, "consulted_on", "2026-03-13")), refusal{422, "invalid", "", false}},
		{"with a digest that is none", member, l.call("citeLibrary", with(source, "sha256", "abcd")), refusal{422, "invalid", "", false}},
		{"at an address that is none", member, l.call("citeLibrary", with(source, "url", "http://example.org")), refusal{422, "invalid", "", false}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}

	list := l.call("listSources", nil)
	list.query = url.Values{"purpose": {"COLLEGE"}}
	items := member.do(t, list).items(t)
	if len(items) != 2 || items[1]["consulted_by"] != "med-03" || items[1]["stage"] != "AVIS" || items[0]["stage"] != "RAPPORT" || items[1]["title"] != source["title"] || items[1]["sha256"] != source["sha256"] {
		t.Errorf("cited: %v", items)
	}
	l.refused(t, clerk, list, refusal{403, "forbidden", "ROLE_NO_MEDICAL", false})
	page, _, err := member.get(t.Context(), "/dossiers/"+l.dossier+"/sources?purpose=COLLEGE", "text/html")
	if err != nil || !strings.Contains(string(page.Body), "Trithérapies, liste nationale") || !strings.Contains(string(page.Body), "pour le rapport") {
		t.Errorf("the page of the sources: %v", err)
	}

	l.to(t, "acknowledgeRelease")
	l.refused(t, member, l.call("citeLibrary", source), refusal{409, "conflict", "CASE_CLOSED", false})
}
