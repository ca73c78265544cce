package e2e_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// examined are the pages that the stories of this run have looked at.
var examined = &views{known: map[string]bool{}}

// The ways in which each story is played: any width meets both schemes and both scripts, and any scheme both scripts.
var looks = map[string]look{
	"wide, light, without script":  plainLook,
	"narrow, dark, without script": {width: narrow, scheme: "dark"},
	"wide, dark, with script":      {width: plainLook.width, scheme: "dark", scripted: true},
	"narrow, light, with script":   {width: narrow, scheme: "light", scripted: true},
}

// case-01 goes there and back by its pages alone: with the keyboard, each page held to the accessibility rules.
func TestCase01GoesThereAndBackByItsPages(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a person at a keyboard takes minutes")
	}
	t.Parallel()
	for name, as := range looks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScreens(t, shared(t), "case-01", as)
			s.refer()
			s.receive()
			s.report()
			s.compose()
			s.answer()
			s.sign()
			s.acknowledge()
		})
	}
}

// screens is a dossier that goes its way by its pages, each person at a browser of his own.
type screens struct {
	*line
	t       *testing.T
	look    look
	agdref  string
	members []string
}

// newScreens is a dossier of a number of its own, for stories that go side by side read the same lists.
func newScreens(t *testing.T, e *environment, id string, as look) *screens {
	t.Helper()
	l := e.line(t, id, false)
	s := &screens{line: l, t: t, look: as, agdref: drawNumber(t)}
	l.given.Referral["agdref"] = s.agdref
	l.given.Referral["administrative_files"].([]any)[0].(object)["agdref"] = s.agdref
	l.agent, l.secretary = l.who("createReferral"), l.who("receiveCertificate")
	for _, step := range l.steps() {
		if strings.HasPrefix(step.name, "giveAnswers ") {
			s.members = append(s.members, step.who)
		}
	}
	return s
}

// browse sits a person down at a browser, for one task.
func (s *screens) browse(who string, task func(*reader)) {
	s.t.Helper()
	r := s.env.browseAs(s.t, portalOf(s.env.person(s.t, who).Role), who, s.look, examined)
	task(r)
	r.leave()
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
	text := strings.Join(strings.Fields(r.text()), " ")
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

// name is the family name of the person concerned.
func (s *screens) name() string {
	return s.given.Applicant["patient"].(object)["family_name"].(string)
}

func (s *screens) refer() {
	s.t.Helper()
	s.browse(s.agent, func(agent *reader) {
		agent.inspect("prefecture-inbox")
		agent.press("Nouvelle saisine")
		agent.inspect("prefecture-new")
		agent.fill(map[string]string{"referral.agdref": "99"})
		agent.enter()
		s.sees(agent, "Des champs sont à corriger", "rien de ce que vous avez saisi n’est perdu")
		agent.inspect("prefecture-new-refused")
		agent.fill(s.body(s.given.ReferralBody(s.given.Events[0].At)))
		agent.enter()
		s.sees(agent, "La saisine est envoyée à l’OFII", s.name(), "Certificat attendu")
		agent.inspect("prefecture-referral")
		s.referral = strings.TrimPrefix(ask[string](agent, `location.pathname`), "/saisines/")
		s.awaitDossier(s.t)
		agent.press("Saisines")
		agent.inspect("prefecture-referrals")
		s.within(agent, "referring", 0)
	})
}

// turnTo turns a list to the page that has that link: other stories' dossiers may fill the pages before it. What is counted begins there.
func (s *screens) turnTo(r *reader, label string) {
	s.t.Helper()
	for !ask[bool](r, fmt.Sprintf(`[...document.links].some(a => a.innerText.replace(/\s+/g, ' ').includes(%s))`, quoted(label))) {
		r.press("Suite de la liste")
	}
	r.choices = 0
}

func (s *screens) page(tail string) string { return "/dossiers/" + s.dossier + tail }

func (s *screens) receive() {
	s.t.Helper()
	s.browse(s.secretary, func(secretary *reader) {
		secretary.inspect("medical-my-work-secretary")
		secretary.open(s.page(""))
		secretary.inspect("medical-dossier-new")
		secretary.press("Ouvrir l’identité")
		s.sees(secretary, s.name())
		secretary.choices = 0
		secretary.press("Enregistrer le certificat")
		secretary.inspect("medical-certificate")
		secretary.fill(s.body(s.given.CertificateBody()))
		secretary.enter()
		s.sees(secretary, "Le certificat est enregistré")
		s.within(secretary, "registering the certificate", 8)
		for _, document := range s.given.Documents {
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
		secretary.fill(map[string]string{"rapporteur": s.who("saveReport")})
		secretary.enter()
		s.sees(secretary, "Le médecin rapporteur est désigné")
	})
}

func (s *screens) report() {
	s.t.Helper()
	author := s.who("saveReport")
	s.browse(author, func(rapporteur *reader) {
		rapporteur.inspect("medical-my-work-physician")
		rapporteur.open(s.page("/rapport"))
		rapporteur.inspect("medical-report-empty")
		rapporteur.fill(s.body(s.given.ReportBody()))
		rapporteur.enter()
		s.sees(rapporteur, "Le rapport est enregistré", "Signer le rapport")
		rapporteur.inspect("medical-report-saved")
		rapporteur.press("Signer le rapport")
		s.confirm(rapporteur, author, "Signer le rapport")
		s.sees(rapporteur, "Le rapport est signé")
		rapporteur.press("Transmettre")
		s.sees(rapporteur, "Le rapport est transmis au collège", "Rapport transmis au collège le")
		rapporteur.press("Ouvrir le dossier")
		if !ask[bool](rapporteur, `document.body.textContent.includes('Diagnostic retenu : ')`) {
			s.t.Error("the report is not on the page of the dossier that its author opened")
		}
		rapporteur.inspect("medical-dossier-open")
	})
}

// confirm goes through the fresh authentication and finishes the act.
func (s *screens) confirm(r *reader, who, label string) {
	s.t.Helper()
	s.sees(r, "Confirmer votre identité", "Signature d", s.dossier[:8])
	r.inspect("medical-confirm")
	r.press("Confirmer mon identité")
	if person := s.env.person(s.t, who); strings.Contains(r.text(), person.Login) {
		r.press(ask[string](r, `document.querySelector('button[value="`+person.Login+`"]').innerText`))
	}
	s.sees(r, "Votre identité est confirmée")
	r.press(label)
}

func (s *screens) compose() {
	s.t.Helper()
	s.browse(s.secretary, func(secretary *reader) {
		secretary.open(s.page(""))
		secretary.press("Désigner le collège")
		s.sees(secretary, "L’auteur du rapport ne siège pas", "Cochez trois médecins")
		secretary.inspect("medical-college")
		secretary.fill(map[string]string{"members": strings.Join(s.members, ",")})
		secretary.enter()
		s.sees(secretary, "Le collège est désigné")
	})
}

func (s *screens) answer() {
	s.t.Helper()
	for i, member := range s.members {
		s.browse(member, func(r *reader) {
			r.open(s.page("/reponses"))
			if i == 0 {
				r.inspect("medical-answers")
				r.fill(map[string]string{"q1": "NECESSITE", "q2": "PEUT_ENTRAINER", "q3": "NE_PEUT_PAS_BENEFICIER"})
				r.enter()
				s.sees(r, "La durée des soins est obligatoire")
				r.inspect("medical-answers-refused")
			}
			r.fill(s.body(s.answersOf(member)))
			s.seal(r, i == 0)
			s.within(r, "answering, "+member, 0)
		})
	}
}

// seal reads once more what was typed, then seals it. A first reader goes back to mend before he does.
func (s *screens) seal(r *reader, mends bool) {
	s.t.Helper()
	r.enter()
	s.sees(r, "Vous allez sceller", "Rien n’est encore scellé")
	if mends {
		r.inspect("medical-answers-reread")
		r.press("Modifier ma réponse")
		s.sees(r, "1. L’état de santé")
		r.fill(nil)
		r.enter()
		s.sees(r, "Vous allez sceller")
	}
	r.press("Sceller ma réponse")
	s.sees(r, "Votre réponse est scellée")
}

func (s *screens) sign() {
	s.t.Helper()
	settles := s.who("settleOpinion")
	order := []string{settles}
	for _, member := range s.members {
		if member != settles {
			order = append(order, member)
		}
	}
	for i, member := range order {
		s.browse(member, func(r *reader) {
			row := "dossier " + s.dossier[:8]
			s.turnTo(r, row)
			r.press(row) // what is to be done there, not the dossier
			if member == settles {
				r.inspect("medical-settle")
				r.fill(s.body(s.settlement()))
				r.enter()
				s.sees(r, "La synthèse est arrêtée")
			}
			s.sees(r, "Ce que la préfecture lira", "réponse différente", s.name(), s.agdref)
			r.inspect("medical-opinion")
			r.press("Signer l’avis")
			s.confirm(r, member, "Signer l’avis")
			s.sees(r, "Votre signature est enregistrée")
			s.within(r, "settling and signing, "+member, 12)
			if i == 2 {
				r.inspect("medical-dossier-issued")
			}
		})
	}
}

func (s *screens) acknowledge() {
	s.t.Helper()
	eventually(s.t, "the opinion crosses", func() bool { return len(s.opinions(s.t, s.referral)) == 1 })
	s.browse(s.agent, func(agent *reader) {
		agent.inspect("prefecture-inbox-opinion")
		row := "Lire l’avis de la saisine " + s.agdref
		s.turnTo(agent, row)
		agent.press(row)
		s.sees(agent, "nécessite une prise en charge médicale", "Tout concorde", "Avis scellé, PDF")
		day := "Vu l’avis émis le " + frenchDay(s.env.now(s.t)) + " par le collège de médecins"
		visa := strings.ReplaceAll(ask[string](agent, `document.getElementById('visa').value`), "\u00a0", " ")
		if !strings.HasPrefix(visa, day) || !strings.Contains(visa, "composé des docteurs ") {
			s.t.Errorf("the sentence to quote is %q", visa)
		}
		agent.unfold("Preuves, pour un expert")
		s.sees(agent, "Empreinte du document", "ni « avancé » ni « qualifié »")
		agent.inspect("prefecture-opinion")
		agent.press("Accuser réception")
		s.sees(agent, "L’accusé de réception est enregistré", "Réception accusée le "+frenchDay(s.env.now(s.t)))
		agent.inspect("prefecture-opinion-acknowledged")
		s.within(agent, "acknowledging, from the inbox", 5)
	})
}

// frenchDay is a day of the spring of 2026 in words.
func frenchDay(at time.Time) string {
	months := map[time.Month]string{time.March: "mars", time.April: "avril"}
	return at.Format("2 ") + months[at.Month()] + at.Format(" 2006")
}
