package e2e_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// What listDossiers shows to a person is what getDossier shows him one by one, whoever he is: the list is narrowed in SQL, single dossiers by
// policy, and the two say the same.
func TestTheListIsTheFilterOfSingleDecisions(t *testing.T) {
	t.Parallel()
	e := shared(t)
	var dossiers []string
	lines := map[string]*line{}
	for _, c := range [][2]string{
		{"case-02", "createReferral"}, {"case-24", "receiveCertificate"}, {"case-03", "assignRapporteur"}, {"case-12", "assignRapporteur"},
		{"case-16", "composeCollege"}, {"case-01", "acknowledgeRelease"},
	} {
		l := e.line(t, c[0], false).to(t, c[1])
		lines[c[0]] = l
		dossiers = append(dossiers, l.dossier)
	}
	everybody := everyone(t)
	if len(everybody) < 30 {
		t.Fatalf("only %d persons", len(everybody))
	}
	listed, hidden, strangers := 0, 0, 0
	for _, who := range everybody {
		p, a, err := e.trySignIn(t.Context(), medicalZone, e.person(t, who.ID))
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != http.StatusOK {
			strangers++ // a session is what a list needs
			continue
		}
		inList, one := p.list(t, dossiers, ""), p.single(t, dossiers)
		if !slices.Equal(inList, one) {
			t.Errorf("%s: the list has %v, single decisions give %v", who.ID, inList, one)
		}
		listed, hidden = listed+len(one), hidden+len(dossiers)-len(one)
		for _, l := range lines {
			want := slices.Contains(one, l.dossier)
			if got := slices.Contains(p.list(t, dossiers, l.referral), l.dossier); got != want {
				t.Errorf("%s: the list of one referral shows it: %v, want %v", who.ID, got, want)
			}
		}
	}
	t.Logf("%d persons, %d of them without a session; %d pairs seen, %d not", len(everybody), strangers, listed, hidden)
	// Secretaries see their territory, physicians what they are in charge of; both kinds of answers were met.
	if listed < len(dossiers) || hidden < len(dossiers) || strangers == 0 {
		t.Error("the story did not meet both kinds of answers")
	}
	if got := e.as(t, "sec-01").list(t, dossiers, ""); !slices.Contains(got, lines["case-01"].dossier) || slices.Contains(got, lines["case-03"].dossier) {
		t.Error("sec-01 does not see Paris and not Marseille")
	}
}

// list is which of some dossiers a person's list has, page by page. Another answer than a list is an empty one.
func (p *person) list(t *testing.T, among []string, referral string) []string {
	t.Helper()
	found := map[string]bool{}
	query := url.Values{"limit": {"5"}}
	if referral != "" {
		query.Set("referral", referral)
	}
	for {
		a := p.call(t, call{op: "listDossiers", query: query})
		if a.Status != http.StatusOK {
			break
		}
		for _, o := range a.items(t) {
			id, _ := o["id"].(string)
			found[id] = slices.Contains(among, id)
		}
		next, _ := a.object(t)["next"].(string)
		if next == "" {
			break
		}
		query.Set("after", next)
	}
	maps.DeleteFunc(found, func(_ string, mine bool) bool { return !mine })
	return slices.Sorted(maps.Keys(found))
}

// single is which of some dossiers a person is shown one by one.
func (p *person) single(t *testing.T, among []string) []string {
	t.Helper()
	var found []string
	for _, id := range among {
		a := p.call(t, call{op: "getDossier", path: map[string]string{"dossier": id}})
		switch {
		case a.Status == http.StatusOK:
			found = append(found, id)
		case a.Status != http.StatusNotFound && a.Status != http.StatusForbidden:
			t.Errorf("%s: %s", p.ID, a)
		}
		if a.Status != http.StatusOK && strings.Contains(string(a.Body), id) {
			t.Errorf("%s: the refusal repeats the dossier's id", p.ID)
		}
	}
	slices.Sort(found)
	return found
}
