package e2e_test

import (
	"strings"
	"testing"
)

// What may happen to a college and to a dossier, each by the page that offers it: a refusal to sign, a further round, a supplement to the
// report, a replacement, a hold, and what a prefecture signals.
func TestTheLifeOfACollegeByItsPages(t *testing.T) {
	t.Parallel()
	l := start(t, options{}).line(t, "case-02", true).to(t, "settleOpinion")
	lifeOfACollege{l}.play(t)
}

type lifeOfACollege struct{ *line }

func (s lifeOfACollege) play(t *testing.T) {
	t.Helper()
	s.refuse(t)
	s.supplement(t)
	s.replace(t)
	s.hold(t)
	s.end(t)
}

func (s lifeOfACollege) refuse(t *testing.T) {
	t.Helper()
	juror := s.visit(t, "med-04", "")
	juror.sees("Relire et signer l’avis")
	juror.seesNot("Ouvrir un nouveau tour") // the answers are settled and nobody refused
	juror.follow("Refuser de signer")
	juror.send("Refuser de signer", nil)
	juror.sees("Obligatoire")
	juror.done("Refuser de signer", map[string]string{"reason_code": "DUREE_NON_ACCEPTEE"}, "Votre refus est enregistré")
	juror.sees("Vous Refuse de signer")
	juror.seesNot("Relire et signer l’avis")
	other := s.visit(t, "med-01", "/avis")
	other.seesNot("Pro Santé Connect vous demandera") // the button that signs
	other.open("/dossiers/" + s.dossier)
	other.follow("Ouvrir un nouveau tour")
	other.done("Ouvrir le tour suivant", nil, "Un nouveau tour est ouvert")
	other.sees("Nouveau tour de réponses", "Réponse attendue")
}

func (s lifeOfACollege) supplement(t *testing.T) {
	t.Helper()
	const question, text = "QUESTIONDUCOLLEGE", "TEXTEDUCOMPLEMENT"
	author := s.visit(t, rapporteur, "")
	author.seesNot("Répondre au collège")
	today := s.env.now(t).Format("2006-01-02")
	juror := s.visit(t, "med-01", "/complement")
	juror.done("Enregistrer la demande", map[string]string{"to": "RAPPORTEUR", "question": question, "applicant_informed_on": today}, "La demande est enregistrée")
	juror.sees("On attend : Le médecin rapporteur")
	author.open("/dossiers/" + s.dossier)
	author.follow("Répondre au collège")
	author.done("Ajouter ce complément", map[string]string{"text": text}, "Le complément est scellé")
	author.seesNot("Répondre au collège")
	juror.open("/dossiers/" + s.dossier + "?open=medical&purpose=COLLEGE")
	juror.sees(question, text)
}

func (s lifeOfACollege) replace(t *testing.T) {
	t.Helper()
	clerk := s.visit(t, secretary, "")
	clerk.follow("Remplacer un membre")
	clerk.send("Clore cette composition", map[string]string{"reason_code": "MEMBRE_INDISPONIBLE", "member_out": "med-04"})
	clerk.sees("Des champs sont à corriger")
	clerk.done("Clore cette composition", map[string]string{"member_in": "med-06"}, "La composition est close")
	clerk.sees("Composition du collège close")
	s.visit(t, "med-06", "").sees("Vous Réponse attendue")
	a, _, err := s.env.as(t, "med-04").get(t.Context(), "/dossiers/"+s.dossier, "text/html")
	if err != nil || a.Status != 404 {
		t.Errorf("who was replaced still sees the dossier: %s %v", a, err)
	}
}

func (s lifeOfACollege) hold(t *testing.T) {
	t.Helper()
	officer := s.visit(t, "dpo-01", "/conservation")
	officer.seesNot(s.given.Applicant["patient"].(object)["family_name"].(string))
	officer.done("Suspendre la destruction", nil, "La conservation du dossier est à jour")
	officer.sees("Destruction suspendue")
	officer.done("Lever la suspension", nil, "La conservation du dossier est à jour")
	officer.sees("Aucune suspension")
}

// end: the prefecture withdraws the referral, which ends it only once somebody of the medical service confirms it.
func (s lifeOfACollege) end(t *testing.T) {
	t.Helper()
	s.env.as(t, "pref-69").do(t, call{op: "withdrawReferral", path: map[string]string{"referral": s.referral}, json: object{"type": "SAISINE_ANNULEE"}})
	s.env.calm(t)
	clerk := s.visit(t, secretary, "")
	clerk.sees("La préfecture signale", "Fin de la saisine : saisine annulée")
	clerk.follow("Vérifier et confirmer")
	clerk.done("Confirmer", nil, "Le signalement est confirmé")
	clerk.sees("Clos sans avis")
	for _, act := range []string{"Convoquer", "Remplacer un membre", "Clore sans avis Description", "Un pli est arrivé"} {
		if strings.Contains(clerk.text(), act) {
			t.Errorf("once closed the page still offers %q", act)
		}
	}
	clerk.follow("Demande d’accès au dossier") // what may still happen
	clerk.done("Enregistrer la demande", map[string]string{"requester": "patient"}, "Le fait est enregistré")
}
