package desk

import (
	"slices"

	"cloison/medical"
	"cloison/web/layout"
)

// asked are the requests of a dossier, those that await something first: what was asked, its letters, its clock, who is expected to do
// what, and what the reader may do about it now.
func (p dossierReader) asked() []layout.Asked {
	var open, done []layout.Asked
	for _, r := range p.d.Case.Requests() {
		one := layout.Asked{ID: "demande-" + r.Ref, Title: p.askedTitle(r), State: askedState(r), Clock: p.askedClock(r), Awaited: p.expected(r), Said: p.said(r), Trail: trail(r)}
		one.Links = p.askedLinks(r)
		one.Open = one.Awaited != ""
		if !one.Open && !summoned(r) {
			one.Trail = nil // its answer says that it arrived
		}
		if one.Open {
			open = append(open, one)
		} else {
			done = append(done, one)
		}
	}
	return slices.Concat(open, done)
}

func summoned(r medical.Request) bool { _, ok := r.Summons(); return ok }

func (p dossierReader) askedTitle(r medical.Request) string {
	switch d := r.Asked.Data.(type) {
	case medical.ConvocationEnvoyee:
		return "Convocation du " + layout.FrenchDateTime(d.AppointmentAt.In(p.now.Location())) + ", " + place(d.Place)
	case medical.ComplementDemande:
		return "Complément demandé : " + lower(wordsOf(recipientChoices, d.To))
	case medical.CompletudeDemandee:
		return "Certificat à compléter : " + lower(wordsOf(completionChoices, d.ReasonCode))
	}
	return "Examens demandés à la personne"
}

func askedState(r medical.Request) layout.Badge {
	switch {
	case r.Cancelled:
		return layout.Badge{Text: "Annulée"}
	case r.Default != nil:
		return layout.Badge{Text: "Défaut constaté", Tone: "error"}
	case r.Outcome == nil:
		return layout.Badge{Text: "En attente", Tone: "new"}
	}
	switch d := r.Outcome.Data.(type) {
	case medical.Presence:
		return layout.Badge{Text: "Venue", Tone: "success"}
	case medical.Absence:
		return layout.Badge{Text: "Absente : " + lower(wordsOf(absenceChoices, d.Cause)), Tone: "warning"}
	case medical.ComplementRefuse:
		return layout.Badge{Text: "Refusé : " + lower(wordsOf(refusedAnswerChoices, d.ReasonCode)), Tone: "warning"}
	}
	return layout.Badge{Text: "Reçu", Tone: "success"}
}

// askedClock: fifteen days to answer (R. 425-12), or the day of the appointment. What has its outcome has no clock.
func (p dossierReader) askedClock(r medical.Request) *layout.Clock {
	if !r.Open() {
		return nil
	}
	start := medical.LocalDate(r.Asked.At, p.d.Case.Direction).Time()
	if due, ok := p.d.Case.Due(r); ok {
		law := "15 jours, R. 425-12"
		if r.Asked.Stage == medical.StageReport { // DL4: from the request, or from its receipt
			law = "15 jours, R. 425-12 (départ à confirmer)"
		}
		return layout.DayClock("Réponse", law, start, due.Time(), p.now)
	}
	if summons, ok := r.Summons(); ok {
		return layout.AppointmentClock("Rendez-vous", "date que dit la lettre", start, summons.AppointmentAt.In(p.now.Location()), p.now)
	}
	return nil
}

// expected is of whom something is awaited; "" when the request is over.
func (p dossierReader) expected(r medical.Request) string {
	summons, summoned := r.Summons()
	findable := p.d.Case.DefaultRule(r, p.k.today(p.d)) == ""
	switch {
	case r.Cancelled || r.Default != nil:
		return ""
	case findable:
		return "Le service : constater le défaut"
	case p.absentUnproven(r):
		return "Le service : établir l’acheminement de la lettre, sans quoi l’absence n’est pas opposable"
	case r.Outcome != nil:
		return ""
	case !summoned:
		return awaitedAnswer(r)
	case p.now.Before(summons.AppointmentAt):
		return "La personne, au rendez-vous"
	}
	return "Le service : dire si la personne est venue"
}

func awaitedAnswer(r medical.Request) string {
	if d, ok := r.Asked.Data.(medical.ComplementDemande); ok {
		if d.To == medical.ToRapporteur {
			return "Le médecin rapporteur"
		}
		return "Le professionnel interrogé"
	}
	return "La personne"
}

// absentUnproven: the person is held to have stayed away, at a stage that goes on, and nothing proves yet that the letter came.
func (p dossierReader) absentUnproven(r medical.Request) bool {
	if r.Outcome == nil || r.Asked.Stage != p.d.Case.Stage() {
		return false
	}
	absent, ok := r.Outcome.Data.(medical.Absence)
	return ok && absent.Cause == medical.CauseApplicant
}

// said is what was asked and answered, once the reader has opened it.
func (p dossierReader) said(r medical.Request) []layout.Fact {
	var facts []layout.Fact
	for _, one := range p.open.Requests {
		if one.Ref != r.Ref {
			continue
		}
		for _, text := range []struct {
			name  string
			value *string
		}{{"Question", one.Question}, {"Examens", one.ExamNature}, {"Réponse", one.AnswerSummary}} {
			if text.value != nil {
				facts = append(facts, layout.Fact{Name: text.name, Value: *text.value})
			}
		}
	}
	return facts
}

func (p dossierReader) askedLinks(r medical.Request) []layout.Action {
	tail := "/demandes/" + r.Ref
	summons, summoned := r.Summons()
	may := func(action string, outcome medical.EventType) bool {
		_, err := p.d.Case.CheckOutcome(r.Ref, outcome)
		return p.may[action] && err == nil
	}
	came := !medical.LocalDate(p.now, p.d.Case.Direction).Before(medical.LocalDate(summons.AppointmentAt, p.d.Case.Direction))
	return p.links(
		link{summons.Letter != "", "Lire la lettre", tail + "/lettre?purpose=" + p.letterPurpose()},
		link{p.may["delivery.record"] && !r.Cancelled && (summoned || r.Open()), "Acheminement", tail + "/acheminement"},
		link{p.may["request.close"] && !summoned && r.Open(), "Enregistrer la réponse", tail + "/issue"},
		link{may("event.record", medical.EvPresent) && came, "Elle est venue", tail + "/presence"},
		link{may("event.record", medical.EvAbsent) && !p.now.Before(summons.AppointmentAt), "Elle n’est pas venue", tail + "/absence"},
		link{p.may["event.record"] && p.d.Case.DefaultRule(r, p.k.today(p.d)) == "", "Constater le défaut", tail + "/defaut"},
		link{may("request.close", medical.EvSummonsCancelled), "Annuler", tail + "/annulation"},
	)
}

// letterPurpose is why the reader opens the name on a letter.
func (p dossierReader) letterPurpose() string {
	switch {
	case p.c.Who.Role != "MEDECIN":
		return "SECRETARIAT"
	case p.sits():
		return "COLLEGE"
	}
	return "INSTRUCTION"
}
