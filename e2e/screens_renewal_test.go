package e2e_test

import "testing"

// A renewal whose applicant does not come goes to its acknowledged opinion by its pages alone: summons, delivery, absence, default, report that
// states it, college, signatures. The four looks go side by side under one clock.
func TestARenewalWithANoShowGoesToItsAcknowledgementAtTheKeyboard(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a person at a keyboard takes minutes")
	}
	t.Parallel()
	e := start(t, options{clock: "2026-03-02T09:15:00+01:00"})
	var all []*screens
	for _, as := range looks {
		all = append(all, newScreens(t, e, "case-02", as))
	}
	for _, stage := range []struct {
		at   string
		acts []func(*screens)
	}{
		{"2026-03-02T09:15:00+01:00", []func(*screens){(*screens).refer}},
		{"2026-03-23T14:00:00+01:00", []func(*screens){(*screens).receive}},
		{"2026-03-24T10:00:00+01:00", []func(*screens){(*screens).summon}},
		{"2026-04-07T10:30:00+02:00", []func(*screens){(*screens).miss, (*screens).establish}},
		{"2026-04-17T16:20:00+02:00", []func(*screens){(*screens).mention, (*screens).report}},
		{"2026-04-21T10:00:00+02:00", []func(*screens){(*screens).compose, (*screens).answer, (*screens).sign, (*screens).acknowledge}},
	} {
		all[0].asOf(t, stage.at)
		for _, s := range all {
			for _, act := range stage.acts {
				act(s)
			}
		}
	}
}

// summon writes the letter, and reads it as the person will.
func (s *screens) summon() {
	s.t.Helper()
	s.browse(s.secretary, func(clerk *reader) {
		clerk.open(s.page(""))
		clerk.press("Convoquer")
		clerk.inspect("medical-summons")
		clerk.fill(map[string]string{"appointment_at": "2026-03-23T09:30"})
		clerk.enter()
		s.sees(clerk, "La date du rendez-vous est passée")
		clerk.fill(map[string]string{"appointment_at": "2026-04-07T09:30"})
		clerk.enter()
		s.sees(clerk, "La convocation est enregistrée", "On attend : La personne, au rendez-vous", "Convocation du 7 avril 2026 à 9 h 30")
		clerk.inspect("medical-requests")
		clerk.press("Lire la lettre")
		s.sees(clerk, s.name(), "mardi 7 avril 2026, à 09 h 30", "interprète", "médecin de votre choix")
		clerk.inspect("medical-letter")
		s.within(clerk, "summoning", 0)
	})
}

// miss says that nobody came.
func (s *screens) miss() {
	s.t.Helper()
	s.browse(s.who("saveReport"), func(author *reader) {
		author.open(s.page(""))
		s.sees(author, "On attend : Le service : dire si la personne est venue")
		author.press("Elle n’est pas venue")
		author.fill(map[string]string{"cause": "DEFAUT_DEMANDEUR"})
		author.enter()
		s.sees(author, "Le fait est enregistré", "établir l’acheminement de la lettre", "Absente : sans motif connu")
	})
}

// establish proves that the letter was presented, then states the default.
func (s *screens) establish() {
	s.t.Helper()
	s.browse(s.secretary, func(clerk *reader) {
		clerk.open(s.page("/demandes/conv-1/defaut"))
		s.sees(clerk, "Il ne peut pas l’être aujourd’hui")
		clerk.open(s.page(""))
		clerk.press("Acheminement")
		clerk.fill(map[string]string{"returned_on": "2026-04-02"})
		clerk.enter()
		s.sees(clerk, "Un retour a sa date et son motif")
		clerk.inspect("medical-delivery-refused")
		clerk.fill(map[string]string{"presented_on": "2026-03-26", "returned_on": "2026-04-02", "return_reason": "NON_RECLAME", "registered_number": "2C 145 778 0012 4"})
		clerk.enter()
		s.sees(clerk, "L’acheminement de la lettre est enregistré", "Présentée le 26 mars 2026. Revenue le 2 avril 2026")
		clerk.press("Constater le défaut")
		s.sees(clerk, "Le défaut peut être constaté aujourd’hui")
		clerk.inspect("medical-default")
		clerk.fill(map[string]string{"cause": "DEFAUT_DEMANDEUR"})
		clerk.enter()
		s.sees(clerk, "Le fait est enregistré", "Défaut constaté", "« Absence à la convocation du 7 avril 2026. »")
	})
}

// mention makes the report state the default, which its page recalls.
func (s *screens) mention() {
	s.given.Report["default_statements"] = []string{"DEMANDEUR_ABSENT"}
}
