package e2e_test

import (
	"strings"
	"testing"
)

// The pages around a dossier that ended in a court, around one in progress, and those of nobody's dossier: each one, held to the accessibility
// rules, for whoever it is for. The family desks, the exits, the on-call night and the auditors of the medical zone have stories of their own.
func TestEveryPageOfADossierAndAroundItIsAccessible(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a browser that looks at every page needs the machine for itself")
	}
	t.Parallel()
	e := shared(t)
	over := e.line(t, "case-01", false).to(t, "acknowledgeRelease")
	under := e.line(t, "case-01", false).to(t, "assignRapporteur")
	e.as(t, over.agent).do(t, over.about("recordDecision", object{"type": "DECISION_PREFET", "outcome": "REFUS"}))
	e.as(t, over.agent).do(t, over.about("declareAppeal", object{"type": "RECOURS_DEPOSE", "court": "Tribunal administratif de Paris", "case_number": "2601234"}))
	over.awaitEvent(t, "RECOURS_DEPOSE")
	at := func(of string, tails ...string) (pages []string) {
		for _, tail := range tails {
			pages = append(pages, of+tail)
		}
		return pages
	}
	ended, begun, referred := "/dossiers/"+over.dossier, "/dossiers/"+under.dossier, "/saisines/"+over.referral
	author, member := over.who("saveReport"), over.who("settleOpinion")
	for _, one := range []struct {
		who   string
		zone  zone
		pages []string
	}{
		{over.agent, serverZone, append(at(referred, "", "/avis", "/decision", "/recours", "/jugement", "/attestation", "/correction", "/transfert", "/retrait"),
			"/messages", "/saisines", "/rapprochement", "/acces-a-justifier")},
		{author, medicalZone, append(at(begun, "", "/lies", "/lies/nouveau", "/sources?purpose=INSTRUCTION", "/sources/nouvelle", "/pieces/"+under.documents[0]+"/deplacement", "/pieces/"+under.documents[0]+"/scission"),
			"/dossiers", "/ouvertures", "/astreinte", "/acces-a-justifier")},
		{member, medicalZone, at(ended, "", "/avis", "/reponses", "/avis/rectification", "/avis/retrait")},
		{over.secretary, medicalZone, append(at(begun, "", "/lies"), "/recherche", "/equipe", "/astreinte/nouvelle")},
		{chief, medicalZone, []string{"/equipe", "/equipe/" + member + "/habilitation", "/equipe/" + member + "/fin", "/equipe/" + member + "/succession", "/ouvertures"}},
		{"aud-01", medicalZone, []string{"/journal-etat"}},
		{"aud-01", serverZone, []string{"/journal", "/journal-etat", "/journal/recherche?ground=CONTROLE", "/journal/alertes", "/journal/rejeu", "/journal/incident", "/journal/tirages"}},
	} {
		for len(one.pages) > 0 {
			n := min(7, len(one.pages)) // a browser's time is bounded
			r := e.browse(t, one.zone, one.who)
			for _, page := range one.pages[:n] {
				r.open(page)
				if text := r.text(); strings.Contains(text, "Erreur 4") || strings.Contains(text, "Accès refusé") {
					t.Errorf("%s does not open %s:\n%s", one.who, page, text)
				}
				r.inspect("page-" + nameOf(page, over, under) + "-" + one.who)
			}
			one.pages = one.pages[n:]
			r.leave()
		}
	}
	r := e.browse(t, medicalZone, author)
	for path, says := range map[string]string{"/nulle-part": "Cette page n’existe pas", begun + "/avis": "Accès refusé"} {
		r.open(path)
		if text := r.text(); !strings.Contains(text, says) || !strings.Contains(text, "Se déconnecter") {
			t.Errorf("%s does not say %q with the reader's name:\n%s", path, says, text)
		}
		r.inspect("error-" + nameOf(path, over, under))
	}
}

// nameOf is a page as a picture of it is called.
func nameOf(page string, over, under *line) string {
	page, _, _ = strings.Cut(page, "?")
	return strings.NewReplacer(over.dossier, "clos", under.dossier, "ouvert", over.referral, "une", under.documents[0], "piece", "/", "-").Replace(strings.TrimPrefix(page, "/"))
}
