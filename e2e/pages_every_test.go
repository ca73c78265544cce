package e2e_test

import (
	"regexp"
	"strings"
	"testing"
)

// actPages are the pages of the acts upon a dossier in which a summons, a complement and examinations were asked and a college sits.
var actPages = map[string][]string{
	secretary: {"", "/convocation", "/demandes/conv-1/acheminement", "/demandes/conv-1/annulation", "/demandes/conv-1/lettre?purpose=SECRETARIAT", "/demandes/conv-1/defaut", "/demandes/cmp-1/defaut",
		"/identite", "/defaut-identite", "/adresse", "/information", "/pieces-recues", "/certificat-absent", "/retrait", "/accord-retire", "/deces", "/acces", "/juridiction", "/jugement",
		"/courrier", "/certificat/ecarter", "/certificat/completude", "/cloture", "/signalements", "/compositions/1/remplacement"},
	rapporteur: {"", "/complement", "/examens", "/demandes/conv-1/presence", "/demandes/conv-1/absence", "/demandes/cmp-1/issue", "/demandes/exa-1/issue", "/rapport/complement"},
	"med-01":   {"", "/avis/refus", "/compositions/1/tour"},
	"dpo-01":   {"/conservation"},
}

// askedOf is that dossier.
func askedOf(t *testing.T) *line {
	t.Helper()
	l := start(t, options{}).line(t, "case-02", true).to(t, "composeCollege")
	told := l.env.now(t).Format("2006-01-02")
	l.did(t, "med-01", "openRequest", object{"type": "COMPLEMENT_DEMANDE", "to": "HOPITAL", "question": "question", "applicant_informed_on": told}, "")
	l.did(t, "med-01", "openRequest", object{"type": "EXAMENS_DEMANDES", "exam_nature": "bilan", "applicant_informed_on": told}, "")
	l.did(t, secretary, "openRequest", convocation("2026-05-07T09:30:00+02:00"), "")
	return l
}

var title = regexp.MustCompile(`<h1[ >]`)

// Each page opens for the person it is for, and is not there for whoever may not know of the dossier.
func TestEveryPageOfADossierOpensForItsReader(t *testing.T) {
	t.Parallel()
	l := askedOf(t)
	for who, tails := range actPages {
		for _, tail := range tails {
			page := l.visit(t, who, tail)
			if body := string(page.last.Body); len(title.FindAllString(body, -1)) != 1 || strings.Contains(body, "<script") {
				t.Errorf("%s: not one title, or a script", tail)
			}
		}
	}
	for _, stranger := range []string{"med-05", "sec-01"} {
		for _, tails := range actPages {
			for _, tail := range tails {
				a, _, err := l.env.as(t, stranger).get(t.Context(), "/dossiers/"+l.dossier+tail, "text/html")
				if err != nil || a.Status == 200 {
					t.Errorf("%s at %s: %s %v", stranger, tail, a, err)
				}
			}
		}
	}
}

// The same pages in a browser, with the keyboard only and each held to the accessibility rules.
func TestEveryPageOfADossierIsAccessible(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a browser that looks at every page needs the machine for itself")
	}
	t.Parallel()
	l := askedOf(t)
	for who, tails := range actPages {
		for len(tails) > 0 {
			n := min(8, len(tails)) // a browser's time is bounded
			r := l.env.browse(t, medicalZone, who)
			for _, tail := range tails[:n] {
				r.open("/dossiers/" + l.dossier + tail)
				r.inspect("act" + strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(tail) + "-" + who)
			}
			tails = tails[n:]
		}
	}
}
