package e2e_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Two persons say the same of two dossiers, each from his own end, in the same instant: one says it, the other is told that it is said.
func TestTwoLinksFromBothEndsAreOneAfterTheOther(t *testing.T) {
	t.Parallel()
	e := shared(t)
	one, other := e.line(t, "case-01", false).to(t, "createReferral"), e.line(t, "case-01", false).to(t, "createReferral")
	clerk := e.as(t, one.secretary)
	for _, reason := range []string{"MEME_PERSONNE", "SEPARATION", "SUITE", "SEPARATION", "MEME_PERSONNE", "SEPARATION"} {
		var both sync.WaitGroup
		statuses := make([]int, 2)
		for i, from := range []*line{one, other} {
			to := []*line{other, one}[i]
			both.Go(func() {
				statuses[i] = clerk.call(t, from.call("linkDossiers", object{"other": to.dossier, "reason_code": reason})).Status
			})
		}
		both.Wait()
		if min(statuses[0], statuses[1]) != http.StatusOK || max(statuses[0], statuses[1]) != http.StatusConflict {
			t.Errorf("%s: answered %v", reason, statuses)
		}
	}
}

// Two dossiers of one person are linked, and unlinked, by who sees both; to anybody else the other one is not there, and a link opens nothing.
func TestTwoDossiersAreLinkedByWhoSeesBoth(t *testing.T) {
	t.Parallel()
	e := shared(t)
	one, other := e.line(t, "case-01", false).to(t, "assignRapporteur"), e.line(t, "case-01", false).to(t, "createReferral")
	clerk, author := e.as(t, one.secretary), e.as(t, one.who("saveReport"))
	link := func(reason string) object { return object{"other": other.dossier, "reason_code": reason} }

	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"a physician of one of them", author, one.call("linkDossiers", link("MEME_PERSONNE")), refusal{404, "not_found", "", true}},
		{"a dossier that never was", author, one.call("linkDossiers", object{"other": invented, "reason_code": "MEME_PERSONNE"}), refusal{404, "not_found", "", true}},
		{"a physician of none", e.as(t, "med-05"), one.call("linkDossiers", link("MEME_PERSONNE")), refusal{404, "not_found", "NOT_ASSIGNED", true}},
		{"itself", clerk, one.call("linkDossiers", object{"other": one.dossier, "reason_code": "SUITE"}), refusal{422, "invalid", "", false}},
		{"what is not linked", clerk, one.call("linkDossiers", link("SEPARATION")), refusal{409, "conflict", "", false}},
	} {
		t.Run(x.name, func(t *testing.T) { one.refused(t, x.who, x.call, x.want) })
	}

	clerk.do(t, one.call("linkDossiers", link("MEME_PERSONNE")))
	one.refused(t, clerk, one.call("linkDossiers", link("SUITE")), refusal{409, "conflict", "", false})
	for _, l := range []*line{one, other} {
		if items := clerk.do(t, l.call("listLinks", nil)).items(t); len(items) != 1 || items[0]["reason_code"] != "MEME_PERSONNE" {
			t.Errorf("linked: %v", items)
		}
	}
	one.refused(t, author, other.call("getDossier", nil), refusal{404, "not_found", "NOT_ASSIGNED", true})
	page, _, err := clerk.get(t.Context(), "/dossiers/"+other.dossier+"/lies", "text/html")
	if err != nil || !strings.Contains(string(page.Body), one.dossier[:8]) {
		t.Errorf("the page of the links: %v", err)
	}
	clerk.do(t, other.call("linkDossiers", object{"other": one.dossier, "reason_code": "SEPARATION"}))
	if items := clerk.do(t, one.call("listLinks", nil)).items(t); len(items) != 0 {
		t.Errorf("still linked: %v", items)
	}
	if n := e.count(t, medicalZone, "SELECT count(*)::int FROM medical.dossier_links WHERE $1 IN (dossier::text, other::text)", one.dossier); n != 2 {
		t.Errorf("%d of what was said is kept, not both", n)
	}
}
