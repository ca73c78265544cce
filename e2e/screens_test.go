package e2e_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// case-01 goes there and back by its pages alone: with the keyboard, without script, each page held to the accessibility rules.
func TestCase01GoesThereAndBackByItsPages(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a browser that looks at every state of every page needs the machine for itself")
	}
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false)
	s := &screens{t: t, env: e, line: l}
	s.refer()
	s.receive()
	s.report()
	s.compose()
	s.answer()
	s.sign()
	s.acknowledge()
}

type screens struct {
	t       *testing.T
	env     *environment
	line    *line
	agdref  string
	dossier string
}

// body is a JSON body as its form's fields.
func (s *screens) body(v any) map[string]string {
	s.t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		s.t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		s.t.Fatal(err)
	}
	return flat(all)
}

func (s *screens) sees(r *reader, want ...string) {
	s.t.Helper()
	text := strings.Join(strings.Fields(strings.ReplaceAll(r.text(), "\u00a0", " ")), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			s.t.Fatalf("%s does not say %q:\n%s", r.title(), w, text)
		}
	}
}

// within says how many choices a task took, and bounds it.
func (s *screens) within(r *reader, task string, limit int) {
	s.t.Helper()
	s.t.Logf("%s: %d choices; slowest page %v (%s)", task, r.choices, r.slow.Round(1e6), r.slowest)
	if limit > 0 && r.choices > limit {
		s.t.Errorf("%s takes %d choices, at most %d", task, r.choices, limit)
	}
}

func (s *screens) refer() {
	agent := s.env.browse(s.t, serverZone, "pref-75")
	agent.inspect("prefecture-inbox")
	agent.press("Nouvelle saisine")
	agent.inspect("prefecture-new")
	agent.fill(map[string]string{"referral.agdref": "99"})
	agent.enter()
	s.sees(agent, "Des champs sont à corriger", "rien de ce que vous avez saisi n’est perdu")
	agent.inspect("prefecture-new-refused")
	values := s.body(s.line.given.ReferralBody(s.line.given.Events[0].At))
	agent.fill(values)
	agent.enter()
	s.sees(agent, "La saisine est envoyée à l’OFII", "KOFFIGAN-N'DRI", "Certificat attendu")
	agent.inspect("prefecture-referral")
	s.line.referral = strings.TrimPrefix(ask[string](agent, `location.pathname`), "/saisines/")
	s.line.agent, s.line.secretary = "pref-75", "sec-01"
	s.line.awaitDossier(s.t)
	agent.press("Saisines")
	agent.inspect("prefecture-referrals")
	s.within(agent, "referring", 0)
}

func (s *screens) page(tail string) string { return "/dossiers/" + s.line.dossier + tail }

func (s *screens) receive() {
	secretary := s.env.browse(s.t, medicalZone, "sec-01")
	secretary.inspect("medical-my-work-secretary")
	secretary.open(s.page(""))
	secretary.inspect("medical-dossier-new")
	secretary.press("Ouvrir l’identité")
	s.sees(secretary, "KOFFIGAN-N'DRI")
	secretary.choices = 0
	secretary.press("Enregistrer le certificat")
	secretary.inspect("medical-certificate")
	secretary.fill(s.body(s.line.given.CertificateBody()))
	secretary.enter()
	s.sees(secretary, "Le certificat est enregistré")
	s.within(secretary, "registering the certificate", 8)
	for _, document := range s.line.given.Documents {
		secretary.press("Ajouter une pièce")
		secretary.inspect("medical-piece")
		values := s.body(document.Body())
		values["_file"] = filepath.Join(theWorld.sample(), document.File)
		secretary.fill(values)
		secretary.enter()
		s.sees(secretary, "La pièce est scellée dans le dossier")
	}
	secretary.press("Désigner le rapporteur")
	secretary.inspect("medical-rapporteur")
	secretary.fill(map[string]string{"rapporteur": "med-12"})
	secretary.enter()
	s.sees(secretary, "Le médecin rapporteur est désigné")
}

func (s *screens) report() {
	rapporteur := s.env.browse(s.t, medicalZone, "med-12")
	rapporteur.inspect("medical-my-work-physician")
	rapporteur.open(s.page("/rapport"))
	rapporteur.inspect("medical-report-empty")
	rapporteur.fill(s.body(s.line.given.ReportBody()))
	rapporteur.enter()
	s.sees(rapporteur, "Le rapport est enregistré", "Signer le rapport")
	rapporteur.inspect("medical-report-saved")
	rapporteur.press("Signer le rapport")
	s.confirm(rapporteur, "med-12", "Signer le rapport")
	s.sees(rapporteur, "Le rapport est signé")
	rapporteur.press("Transmettre")
	s.sees(rapporteur, "Le rapport est transmis au collège", "Rapport transmis au collège le")
	rapporteur.press("Ouvrir le dossier")
	if !ask[bool](rapporteur, `document.body.textContent.includes('Diagnostic retenu : Neuropathie')`) {
		s.t.Error("the report is not on the page of the dossier that its author opened")
	}
	s.sees(rapporteur, "Certificat médical, annexe A")
	rapporteur.inspect("medical-dossier-open")
}

// confirm goes through the fresh authentication and finishes the act.
func (s *screens) confirm(r *reader, who, label string) {
	s.t.Helper()
	s.sees(r, "Confirmer votre identité")
	r.inspect("medical-confirm")
	r.press("Confirmer avec Pro Santé Connect")
	if person := s.env.person(s.t, who); strings.Contains(r.text(), person.Login) {
		r.press(ask[string](r, `document.querySelector('button[value="`+person.Login+`"]').innerText`))
	}
	s.sees(r, "Votre identité est confirmée")
	r.press(label)
}

func (s *screens) compose() {
	secretary := s.env.browse(s.t, medicalZone, "sec-01")
	secretary.open(s.page(""))
	secretary.press("Désigner le collège")
	s.sees(secretary, "Écarté : auteur du rapport")
	secretary.inspect("medical-college")
	secretary.fill(map[string]string{"members": "med-02,med-03,med-06"})
	secretary.enter()
	s.sees(secretary, "Le collège est désigné")
}

func (s *screens) answer() {
	for _, member := range []string{"med-02", "med-03", "med-06"} {
		r := s.env.browse(s.t, medicalZone, member)
		r.open(s.page("/reponses"))
		if member == "med-02" {
			r.inspect("medical-answers")
			r.fill(map[string]string{"q1": "NECESSITE", "q2": "PEUT_ENTRAINER", "q3": "NE_PEUT_PAS_BENEFICIER"})
			r.enter()
			s.sees(r, "La durée des soins est obligatoire")
			r.inspect("medical-answers-refused")
		}
		r.fill(s.body(s.line.answersOf(member)))
		r.enter()
		s.sees(r, "Votre réponse est scellée")
		s.within(r, "answering, "+member, 0)
	}
}

func (s *screens) sign() {
	for i, member := range []string{"med-03", "med-02", "med-06"} {
		r := s.env.browse(s.t, medicalZone, member)
		r.open(s.page(""))
		if i == 0 {
			r.press("Comparer et arrêter la synthèse")
			r.inspect("medical-settle")
			r.fill(s.body(s.line.settlement()))
			r.enter()
			s.sees(r, "La synthèse est arrêtée")
		} else {
			r.press("Relire et signer")
		}
		s.sees(r, "Ce que la préfecture lira, exactement", "Les soins doivent être poursuivis pendant 12 mois", "réponse différente")
		r.inspect("medical-opinion")
		r.press("Signer l’avis")
		s.confirm(r, member, "Signer l’avis")
		s.sees(r, "Votre signature est enregistrée")
		s.within(r, "settling and signing, "+member, 12)
		if i == 2 {
			r.inspect("medical-dossier-issued")
		}
	}
}

func (s *screens) acknowledge() {
	eventually(s.t, "the opinion crosses", func() bool {
		for _, r := range s.line.releases(s.t) {
			if r["kind"] == "opinion" {
				return true
			}
		}
		return false
	})
	agent := s.env.browse(s.t, serverZone, "pref-75")
	agent.inspect("prefecture-inbox-opinion")
	agent.press("Lire l’avis de la saisine " + "9975100017")
	s.sees(agent, "KERLOC'HAN", "nécessite une prise en charge médicale")
	visa := strings.ReplaceAll(ask[string](agent, `document.getElementById('visa').value`), "\u00a0", " ")
	if !strings.HasPrefix(visa, "Vu l’avis émis le 12 mars 2026 par le collège de médecins") || !strings.Contains(visa, "KERLOC'HAN") {
		s.t.Errorf("the sentence to quote is %q", visa)
	}
	s.sees(agent, "Tout concorde", "Avis scellé, PDF")
	agent.inspect("prefecture-opinion")
	agent.press("Accuser réception")
	s.sees(agent, "L’accusé de réception est enregistré", "Réception accusée : l’OFII sait")
	agent.inspect("prefecture-opinion-acknowledged")
	s.within(agent, "acknowledging, from the sign-in", 5)
}
