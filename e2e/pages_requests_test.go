package e2e_test

import (
	"strings"
	"testing"
)

// A renewal whose applicant does not come goes to its signed opinion through the forms of the pages alone: every act is a link that the page
// offers its reader, then a form of that page.
func TestARenewalWithANoShowGoesToItsOpinionByItsPages(t *testing.T) {
	t.Parallel()
	l := requesting(t)
	l.asOf(t, "2026-03-24T10:00:00+01:00")
	s := pageStory{line: l}
	s.ask(t)
	s.summon(t)
	s.miss(t)
	s.report(t)
	s.opine(t)
}

type pageStory struct {
	*line
	question, answer string
}

// ask: the rapporteur asks a complement and examinations; the complement comes, the examinations do not.
func (s *pageStory) ask(t *testing.T) {
	t.Helper()
	s.question, s.answer = "QUESTIONMEDICALE", "REPONSEMEDICALE"
	clerk := s.visit(t, secretary, "")
	clerk.seesNot("Demander un complément", "Prescrire des examens") // R. 425-12 names the physician
	clerk.sees("Rien n’a été demandé", "Convoquer")

	author := s.visit(t, rapporteur, "")
	author.seesNot("Clore sans avis", "Un pli est arrivé") // the secretariat's
	author.follow("Demander un complément")
	author.sees("La personne est d’accord")
	author.send("Enregistrer la demande", map[string]string{"to": "HOPITAL", "question": s.question, "applicant_informed_on": "2026-03-23"})
	if author.last.Status != 409 {
		t.Fatalf("a complement the person was not told of that day: %s", author.last)
	}
	author.sees("Rien n’a été enregistré, et rien de ce que vous avez saisi n’est perdu", s.question)
	author.done("Enregistrer la demande", map[string]string{"applicant_informed_on": "2026-03-24"}, "La demande est enregistrée et scellée")
	author.sees("Complément demandé : hôpital", "On attend : Le professionnel interrogé", "Réponse avant le 8 avril 2026")
	author.seesNot(s.question)
	author.follow("Prescrire des examens")
	author.done("Enregistrer la demande", map[string]string{"exam_nature": "Bilan"}, "La demande d’examens est enregistrée")
	author.follow("Enregistrer la réponse")
	author.done("Enregistrer la réponse", map[string]string{"type": "COMPLEMENT_RECU", "answer_summary": s.answer}, "La réponse est enregistrée")
	author.open("/dossiers/" + s.dossier + "?open=medical&purpose=INSTRUCTION")
	author.sees(s.question, s.answer)
}

// summon: the secretariat summons, reads the letter with its face, and follows it.
func (s *pageStory) summon(t *testing.T) {
	t.Helper()
	clerk := s.visit(t, secretary, "")
	clerk.follow("Adresse vérifiée")
	clerk.done("Enregistrer l’adresse", map[string]string{"address": "7 quai des Vérifiés\r\n69002 Lyon"}, "Le fait est enregistré")
	clerk.follow("Convoquer")
	clerk.sees("Le droit à un interprète", "Les conséquences d’une absence")
	clerk.send("Enregistrer la convocation", map[string]string{"appointment_at": "2026-03-23T09:30"})
	clerk.sees("La date du rendez-vous est passée")
	if clerk.last.Status != 422 || fieldsOf(clerk.formOf("Enregistrer la convocation")).Get("appointment_at") != "2026-03-23T09:30" {
		t.Errorf("the hour that was typed is lost: %s", clerk.last)
	}
	clerk.done("Enregistrer la convocation", map[string]string{"appointment_at": "2026-04-07T09:30"}, "La convocation est enregistrée")
	clerk.sees("On attend : La personne, au rendez-vous", "Convocation du 7 avril 2026 à 9 h 30, Direction territoriale de Lyon")
	clerk.seesNot("Elle n’est pas venue")
	patient := s.given.Applicant["patient"].(object)["family_name"].(string)
	clerk.seesNot(patient)
	clerk.follow("Lire la lettre")
	clerk.sees(patient, "7 quai des Vérifiés", "69002 Lyon", "mardi 7 avril 2026, à 09 h 30", "interprète", "médecin de votre choix", "écrite en français")
	clerk.seesNot(s.question, s.answer)

	clerk.open("/dossiers/" + s.dossier)
	clerk.follow("Acheminement")
}

// miss: nobody comes. The absence is a default only once the letter is proven; the pages offer each act when it is open.
func (s *pageStory) miss(t *testing.T) {
	t.Helper()
	s.asOf(t, "2026-04-07T10:30:00+02:00")
	author := s.visit(t, rapporteur, "")
	author.sees("On attend : Le service : dire si la personne est venue")
	author.follow("Elle n’est pas venue")
	author.send("Enregistrer l’absence", nil)
	author.sees("Obligatoire")
	author.done("Enregistrer l’absence", map[string]string{"cause": "DEFAUT_DEMANDEUR"}, "Le fait est enregistré")
	author.sees("établir l’acheminement de la lettre", "Absente : sans motif connu")

	clerk := s.visit(t, secretary, "")
	clerk.seesNot("Constater le défaut")
	clerk.open("/dossiers/" + s.dossier + "/demandes/conv-1/defaut")
	clerk.sees("Il ne peut pas l’être aujourd’hui")
	clerk.send("Constater le défaut", map[string]string{"cause": "DEFAUT_DEMANDEUR"})
	if clerk.last.Status != 409 {
		t.Fatalf("a default of which nothing is proven: %s", clerk.last)
	}
	clerk.open("/dossiers/" + s.dossier + "/demandes/conv-1/acheminement")
	clerk.send("Enregistrer", map[string]string{"returned_on": "2026-04-02"})
	clerk.sees("Un retour a sa date et son motif")
	clerk.done("Enregistrer", map[string]string{"presented_on": "2026-03-26", "return_reason": "NON_RECLAME", "registered_number": "2C 145 778 0012 4"}, "L’acheminement de la lettre est enregistré")
	clerk.sees("On attend : Le service : constater le défaut", "Présentée le 26 mars 2026. Revenue le 2 avril 2026")
	clerk.follow("Constater le défaut")
	clerk.sees("Le défaut peut être constaté aujourd’hui")
	clerk.done("Constater le défaut", map[string]string{"cause": "DEFAUT_DEMANDEUR"}, "Le fait est enregistré")
	clerk.sees("Défaut constaté", "« Absence à la convocation du 7 avril 2026. »")
	clerk.follow("Lire la lettre")
	clerk.sees("n° 2C 145 778 0012 4")
}

func (s *pageStory) report(t *testing.T) {
	t.Helper()
	s.asOf(t, "2026-04-17T16:20:00+02:00")
	s.given.Report["default_statements"] = []string{"DEMANDEUR_ABSENT"}
	author := s.visit(t, rapporteur, "/rapport")
	author.sees("Le rapport mentionnera les défauts")
	author.done("Enregistrer", s.typed(author, s.given.ReportBody()), "Le rapport est enregistré")
	author.confirmed("Signer le rapport")
	author.sees("Le rapport est signé")
	author.done("Transmettre", nil, "Le rapport est transmis au collège")
}

// typed keeps of a body what the form shows; the rest is what the page fills by itself.
func (s *pageStory) typed(v *visitor, body any) map[string]string {
	shown := fieldsOf(v.formOf("Enregistrer"))
	values := (&screens{t: v.t}).body(body)
	for name := range values {
		if _, ok := shown[name]; !ok || name == "default_statements" {
			delete(values, name)
		}
	}
	return values
}

func (s *pageStory) opine(t *testing.T) {
	t.Helper()
	s.asOf(t, "2026-04-21T10:00:00+02:00")
	s.next = s.index(t, "composeCollege")
	s.to(t, "previewOpinion med-01") // the answers and the settlement have a page story of their own, in a browser
	for _, member := range []string{"med-01", "med-04", "med-08"} {
		juror := s.visit(t, member, "")
		juror.follow("Relire et signer l’avis")
		juror.confirmed("Signer l’avis")
		juror.sees("Votre signature est enregistrée")
	}
	s.visit(t, secretary, "").sees("Avis rendu", "L’avis, tel qu’il est signé")
	s.next = s.index(t, "getOpinion")
	s.to(t, "getOpinion")
	box := s.last.object(t)["stage_report"].(object)
	if convocation := box["convocation"].(object); convocation["requested"] != true || convocation["done"] != false {
		t.Errorf("the box of the summons: %v", convocation)
	}
	if rows := s.env.rows(t, serverZone, "referral", s.referral); strings.Contains(rows, s.question) || strings.Contains(rows, s.answer) {
		t.Error("what was asked stands in the other zone")
	}
}

// index is the rank of a step, to go on from it after the steps before were done by pages.
func (l *line) index(t *testing.T, name string) int {
	t.Helper()
	for i, s := range l.steps() {
		if s.name == name {
			return i
		}
	}
	t.Fatalf("no step is named %q", name)
	return 0
}
