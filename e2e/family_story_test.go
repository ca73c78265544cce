package e2e_test

import (
	"strings"
	"testing"
)

// reunion is a request for family reunification that goes its way by its pages: the agent of OFII in Lyon, the prefecture of the Rhône, the town hall
// by the link that it was given, the consular post of Dakar and OFII's representation there, the service that makes the visit of arrival.
type reunion struct {
	*screens
	path string // of the case
}

const (
	reunionAgent   = "mis-01"
	reunionPrefect = "pref-69"
	reunionPost    = "cons-01"
	reunionAbroad  = "rep-01"
	reunionVisit   = "vis-01"
	reunionHead    = "siege-01"
)

// A family is reunited by its pages alone, at the keyboard, each page held to the accessibility rules: filing, the mayor's silence, OFII's own visit,
// the prefect's decision, visa, arrival, hand-over. One look in make test, where each page is held to all rules once; the others with -pages.
func TestAFamilyIsReunitedByItsPages(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: "2026-11-10T09:00:00+01:00"})
	all := []*reunion{newReunion(t, e, plainLook)}
	if *everyPage {
		all = nil
		for _, as := range looks {
			all = append(all, newReunion(t, e, as))
		}
	}
	for _, stage := range []struct {
		at   string
		acts []func(*reunion)
	}{
		{"2026-11-10T09:00:00+01:00", []func(*reunion){(*reunion).fileAndAttest}},
		{"2027-01-11T09:00:00+01:00", []func(*reunion){(*reunion).verifyAndPropose}},
		{"2027-01-20T09:00:00+01:00", []func(*reunion){(*reunion).decide}},
		{"2027-03-01T09:00:00+01:00", []func(*reunion){(*reunion).visa, (*reunion).prepareAbroad, (*reunion).certify, (*reunion).arrive, (*reunion).count}},
	} {
		all[0].asOf(t, stage.at)
		for _, r := range all {
			for _, act := range stage.acts {
				act(r)
			}
		}
	}
}

func newReunion(t *testing.T, e *environment, as look) *reunion {
	t.Helper()
	return &reunion{screens: &screens{line: &line{env: e}, t: t, look: as, agdref: drawNumber(t)}}
}

// desk sits a person down at the administrative portal, for all that he does that day: signing in is the dearest page of all.
func (s *reunion) desk(who string, task func(*reader)) {
	s.t.Helper()
	r := s.env.browseAs(s.t, serverZone, who, s.look, examined)
	r.once = true
	task(r)
	r.leave()
}

// record presses an act of the case, fills its form and sends it.
func (s *reunion) record(r *reader, act string, fields map[string]string, want ...string) {
	s.t.Helper()
	if ask[string](r, `location.pathname`) != s.path {
		r.open(s.path)
	}
	r.press(act)
	if len(fields) > 0 {
		r.fill(fields)
	} else {
		r.fill(map[string]string{"none": ""})
	}
	r.enter()
	s.sees(r, append([]string{"Le fait est enregistré"}, want...)...)
}

// filing is a request of a person of this story, by the names of the form's fields.
func (s *reunion) filing() map[string]string {
	return map[string]string{
		"agdref": s.agdref, "family_name": "NDIAYE-FICTIVE", "given_names": "Awa",
		"request.type": "RF_INTRO", "request.filed_on": "2026-11-10", "request.commune": "69123",
		"request.applicant.birth_date": "1988-02-03", "request.applicant.nationality": "SEN", "request.applicant.status": "ETRANGER_TITULAIRE", "request.applicant.exempted": "false",
		"request.applicant.titles.0.code": "CSP", "request.applicant.titles.0.from": "2024-01-10", "request.applicant.titles.0.to": "2028-01-09",
		"request.family.0.relation": "CONJOINT", "request.family.0.birth_date": "1990-07-14", "request.family.0.nationality": "SEN", "request.family.0.asked": "true",
		"request.family.1.relation": "ENFANT", "request.family.1.birth_date": "2016-03-02", "request.family.1.nationality": "SEN", "request.family.1.asked": "true",
		"request.family.1.filiation": "COUPLE",
	}
}

func (s *reunion) fileAndAttest() {
	s.t.Helper()
	s.desk(reunionAgent, func(agent *reader) {
		agent.inspect("family-queue-empty")
		agent.press("Nouvelle demande")
		agent.fill(map[string]string{"agdref": "99"})
		agent.enter()
		s.sees(agent, "Des champs sont à corriger", "rien de ce que vous avez saisi n’est perdu")
		agent.inspect("family-new-refused")
		agent.fill(s.filing()) // asks for the second person's block, which stands before the button that made it
		agent.fill(s.filing())
		agent.enter()
		s.sees(agent, "La demande est enregistrée", "NDIAYE-FICTIVE Awa", "Durée du séjour", "Personnes au foyer 3")
		s.path = strings.Fields(ask[string](agent, `location.pathname`))[0]
		agent.inspect("family-case-new")
		s.within(agent, "filing", 0)
		s.record(agent, "Enregistrer une pièce reçue", map[string]string{"piece": "CERFA_11436"}, "Formulaire Cerfa 11436", "attendue")
		s.record(agent, "Délivrer l’attestation de dépôt", map[string]string{"attestation": "69-2026-1"}, "Les six mois du préfet commencent")
		s.record(agent, "Envoyer la copie au maire", map[string]string{"commune": "69123"}, "Copie envoyée au maire")
		s.record(agent, "Informer le consulat", map[string]string{"post": "DAKAR"}, "Consulat informé")
		agent.press("Donner un lien à la mairie")
		agent.fill(map[string]string{"none": ""})
		agent.enter()
		s.sees(agent, "il ne sera plus montré")
		agent.inspect("family-link")
		s.acknowledge(agent, ask[string](agent, `document.body.innerText.match(/\/mairie\/[A-Za-z0-9_-]{43}/)[0]`))
		agent.open(s.path)
		s.sees(agent, "Les deux mois du maire commencent", "10 janvier 2027")
		agent.inspect("family-case-mayor")
		agent.press("Le droit derrière chaque montant")
		s.sees(agent, "P-SMIC", "R. 434-4")
		agent.inspect("family-law")
	})
}

// acknowledge is the town hall, at its own page: whose browser it is makes no difference, for the link alone is asked.
func (s *reunion) acknowledge(r *reader, link string) {
	s.t.Helper()
	r.open(link)
	s.sees(r, "NDIAYE-FICTIVE Awa", "Ce lien ne montre que ce dossier")
	if strings.Contains(r.text(), "Nouvelle demande") {
		s.t.Error("the page of a link shows a menu")
	}
	r.inspect("family-town-hall")
	r.press("Accuser réception du dossier")
	r.inspect("family-town-hall-receipt")
	r.fill(map[string]string{"on": "2026-11-10"})
	r.enter()
	s.sees(r, "10 janvier 2027", "Donner l’avis du maire")
	r.inspect("family-town-hall-received")
	r.press("Donner l’avis du maire")
	r.inspect("family-town-hall-opinion")
}

// verify: the mayor said nothing in two months, so OFII visits and computes.
func (s *reunion) verifyAndPropose() {
	s.t.Helper()
	s.desk(reunionAgent, func(agent *reader) {
		s.sees(agent, "Silence du maire : avis favorable")
		agent.inspect("family-queue")
		s.record(agent, "Ouvrir l’enquête de l’Office", map[string]string{"why": "MAIRE_SANS_VERIFICATION"}, "Avis réputé favorable (R. 434-23)")
		s.summon(agent)
		agent.press("Enregistrer la visite du logement")
		agent.inspect("family-visit")
		agent.fill(map[string]string{"outcome": "FAITE"})
		agent.enter()
		s.sees(agent, "Indiquez-en la date")
		agent.inspect("family-visit-refused")
		agent.fill(map[string]string{"outcome": "FAITE", "consent": "2027-01-11"})
		agent.enter()
		s.sees(agent, "Le fait est enregistré")
		agent.press("Calculer le logement")
		agent.fill(map[string]string{"surface": "62.5", "decent": strings.Join(decencyItems, ","), "described": "false"})
		agent.enter()
		s.sees(agent, "Le résultat est calculé et gardé")
		agent.press("Calculer les ressources")
		agent.inspect("family-resources")
		agent.fill(map[string]string{"sources.0.amount": "1819.50", "sources.0.kind": "SALAIRE"})
		agent.enter()
		s.sees(agent, "Le résultat est calculé et gardé")
		s.record(agent, "Établir le constat de l’Office", map[string]string{"resources": "REMPLIE", "housing": "REMPLIE"}, "Constat de l’Office", "aucun ne remplace l’autre")
		s.within(agent, "verifying", 0)
		s.propose(agent)
	})
}

// summon gives the family an hour, among the others that wait for one, and goes back to the case. The letters are one file.
func (s *reunion) summon(agent *reader) {
	s.t.Helper()
	agent.press("Convoquer des familles")
	agent.inspect("family-summons")
	agent.fill(map[string]string{"kind": "VISITE_LOGEMENT", "on": "2027-01-18", "from": "09:00", "minutes": "30", "place": "Au domicile", "cases": s.id()})
	agent.enter()
	s.sees(agent, "Les rendez-vous sont enregistrés", "18 janvier 2027 à 9 h 00")
	agent.inspect("family-summoned")
	agent.open("/regroupement/statistiques")
	s.sees(agent, "non montré")
	agent.inspect("family-statistics")
	agent.open("/regroupement/recherche")
	agent.fill(map[string]string{"text": s.agdref})
	agent.enter()
	s.sees(agent, "Demandes trouvées", "NDIAYE-FICTIVE Awa")
	agent.inspect("family-found")
	agent.open(s.path)
	s.sees(agent, "Rendez-vous", "18 janvier 2027")
}

var decencyItems = []string{"CLOS_ET_COUVERT", "GARDE_CORPS", "RESEAUX_SURS", "AERATION", "ECLAIREMENT_NATUREL", "CHAUFFAGE", "EAU_POTABLE", "EVACUATION", "CUISINE", "SANITAIRES", "ELECTRICITE"}

func (s *reunion) propose(agent *reader) {
	s.t.Helper()
	s.record(agent, "Transmettre au préfet", map[string]string{"favourable": "true"}, "Transmis au préfet avec la proposition", "10 mai 2027")
	agent.inspect("family-case-sent")
	if strings.Contains(agent.text(), "Décider") {
		s.t.Error("OFII's agent is offered the prefect's decision")
	}
}

func (s *reunion) decide() {
	s.t.Helper()
	s.desk(reunionPrefect, func(prefect *reader) {
		prefect.press("Regroupement familial")
		s.sees(prefect, "NDIAYE-FICTIVE Awa", "Chez le préfet")
		prefect.inspect("family-queue-prefecture")
		prefect.open(s.path)
		s.sees(prefect, "Maire, par son silence", "Constat de l’Office")
		prefect.inspect("family-case-prefecture")
		prefect.press("Décider")
		prefect.fill(map[string]string{"granted": "false", "notified_on": "2027-01-20"})
		prefect.enter()
		s.sees(prefect, "Un refus est motivé")
		prefect.inspect("family-decision-refused")
		prefect.fill(map[string]string{"granted": "true", "notified_on": "2027-01-20"})
		prefect.enter()
		s.sees(prefect, "Décision du préfet (Préfecture)")
	})
}

// visa is the consular post, at its own desk: it sees who comes, and nobody's opinion.
func (s *reunion) visa() {
	s.t.Helper()
	s.desk(reunionPost, func(post *reader) {
		s.sees(post, "NDIAYE-FICTIVE Awa", "Accordée")
		post.inspect("family-post-queue")
		post.open("/consulat/" + s.id())
		if text := post.text(); strings.Contains(text, "Ressources") || strings.Contains(text, "Maire") {
			s.t.Error("a consular post is shown more than who comes")
		}
		post.inspect("family-post-case")
		for _, visa := range [][2]string{{"Enregistrer la demande de visa", "2027-02-01"}, {"Enregistrer le visa délivré", "2027-02-10"}} {
			post.press(visa[0])
			post.fill(map[string]string{"on": visa[1]})
			post.enter()
			s.sees(post, "Le fait est enregistré")
		}
	})
}

// prepareAbroad is OFII's representation in Dakar: it sees who comes and what it has to do there.
func (s *reunion) prepareAbroad() {
	s.t.Helper()
	s.desk(reunionAbroad, func(office *reader) {
		s.sees(office, "NDIAYE-FICTIVE Awa", "Visa délivré")
		office.inspect("family-representation-queue")
		office.open("/representation/" + s.id())
		s.sees(office, "Premier contact dans le pays d’origine", "10 mai 2027")
		office.inspect("family-representation-case")
		for _, step := range []string{"CONTACT_PAYS_ORIGINE", "GUIDE_REMIS"} {
			office.press("Préparer l’arrivée")
			office.fill(map[string]string{"step": step})
			office.enter()
			s.sees(office, "Le fait est enregistré")
		}
		if text := office.text(); strings.Contains(text, "Ressources") || strings.Contains(text, "Maire") {
			s.t.Error("a representation is shown more than who comes")
		}
	})
}

// certify is the service that makes the visit of arrival: its answer is closed.
func (s *reunion) certify() {
	s.t.Helper()
	s.desk(reunionVisit, func(service *reader) {
		s.sees(service, "NDIAYE-FICTIVE Awa", "attendu")
		service.inspect("family-visits")
		service.press("Visite faite, certificat remis")
		s.sees(service, "rien de ce qu’elle a trouvé")
		service.inspect("family-visit-certificate")
		service.fill(map[string]string{"none": ""})
		service.enter()
		s.sees(service, "Le fait est enregistré", "remis")
	})
}

func (s *reunion) id() string { return strings.TrimPrefix(s.path, "/regroupement/") }

// count is the headquarters: figures, costs and territories, and nobody's name.
func (s *reunion) count() {
	s.t.Helper()
	s.desk(reunionHead, func(head *reader) {
		s.sees(head, "toute la France", "non montré")
		head.inspect("family-national")
		head.press("Ressort des directions et des postes")
		s.sees(head, "Dakar", "à confirmer")
		head.inspect("family-competence")
		if strings.Contains(head.text(), "NDIAYE") {
			s.t.Error("the headquarters is shown a name")
		}
	})
}

func (s *reunion) arrive() {
	s.t.Helper()
	s.desk(reunionAgent, func(agent *reader) {
		agent.open(s.path)
		s.sees(agent, "Visa délivré (Consulat)", "L’entrée doit suivre dans les trois mois", "10 mai 2027", "(Service de la visite)")
		for _, step := range []string{"LOGEMENT_PRET", "CONVOCATION_VISITE", "CONVOCATION_ACCUEIL"} {
			s.record(agent, "Préparer l’arrivée", map[string]string{"step": step})
		}
		agent.inspect("family-case-prepared")
		s.record(agent, "Enregistrer l’arrivée", map[string]string{"entry_on": "2027-02-28"}, "Arrivée (Office)")
		s.record(agent, "Remettre à l’intégration", nil, "Remise à l’intégration")
		agent.inspect("family-case-handed-over")
		s.within(agent, "handing over, from arrival", 0)
	})
	rows := s.env.database(s.t, serverZone)
	var message string
	err := rows.QueryRow(s.t.Context(), `SELECT h.message->>'legal_basis' FROM family.hand_overs h WHERE h.case_id::text = $1`, s.id()).Scan(&message)
	if err != nil || message == "" {
		s.t.Errorf("no message was handed over: %v", err)
	}
}
