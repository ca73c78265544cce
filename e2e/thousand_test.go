package e2e_test

import (
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var thousand = flag.Int("dossiers", 0, "measure the pages with so many dossiers")

// Pages with many dossiers, every one referred and taken in through the interface: figures, never a verdict (performance, P9).
func TestPagesWithManyDossiers(t *testing.T) {
	if *thousand == 0 {
		t.Skip("make bench gives the number of dossiers: it takes minutes, and gives figures only")
	}
	e := start(t, options{clock: sharedClock})
	var l *line
	now, err := time.Parse(time.RFC3339, sharedClock)
	if err != nil {
		t.Fatal(err)
	}
	for n := range *thousand {
		if n%200 == 199 { // keyholder counts the search tags of an hour, and this clock stands
			now = now.Add(61 * time.Minute)
			e.moveClock(t, now)
			e.forget()
		}
		l = e.line(t, "case-01", false).to(t, "createReferral")
	}
	for end := time.Now().Add(10 * time.Minute); e.count(t, medicalZone, `SELECT count(*)::int FROM medical.dossiers`) < *thousand; {
		if time.Now().After(end) {
			t.Fatal("the referrals do not come")
		}
		time.Sleep(200 * time.Millisecond)
	}
	l.awaitDossier(t)
	l.to(t, "assignRapporteur")
	of := "/dossiers/" + l.dossier
	pages := map[string][]string{
		l.secretary: {"/dossiers", of, of + "/certificat", of + "/rapporteur", of + "/pieces", of + "/convocation", of + "/courrier", of + "/identite", of + "/cloture",
			"/api/v1/dossiers", "/api/v1" + of},
		l.who("saveReport"): {"/dossiers", of, of + "?open=medical&purpose=INSTRUCTION", of + "/rapport", of + "/complement", of + "/examens", of + "/lecture?purpose=INSTRUCTION",
			"/api/v1/dossiers", "/api/v1" + of},
	}
	for who, paths := range pages {
		p := e.as(t, who)
		for _, path := range paths {
			took := p.thirty(t, path)
			t.Logf("%d dossiers, %s, %s: median %s, 29 of 30 under %s", *thousand, who, strings.Replace(path, l.dossier, "…", 1), took[15].Round(time.Millisecond), took[28].Round(time.Millisecond))
		}
	}
}

// thirty asks for a page thirty times, and answers how long each took, the quickest first.
func (p *person) thirty(t *testing.T, path string) []time.Duration {
	t.Helper()
	kind := "text/html"
	if strings.HasPrefix(path, "/api/") {
		kind = "application/json"
	}
	var took []time.Duration
	for range 30 {
		begun := time.Now()
		if a, _, err := p.get(t.Context(), path, kind); err != nil || a.Status != http.StatusOK {
			t.Fatalf("%s: %s: %v", path, a, err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took
}
