package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A person is in retention. The secretariat wrote the rota by day; at two in the morning the physician on call finds the dossier in his queue, takes
// it, answers on the certificate and signs alone; the prefecture has his opinion that night. All of it at the keyboard, in a browser, without script.
func TestARetentionIsAnsweredAtTwoByThePhysicianOnCall(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: "2026-03-12T22:00:00+01:00"})
	l := e.line(t, "case-15", false)
	l.given.Referral["kind"], l.given.Liberty[0]["status"], l.given.Documents = "OQTF_L7313_RETENU", "RETENTION", nil
	l.to(t, "createReferral")
	night := &screens{line: l, t: t, look: plainLook}
	direction := fmt.Sprint(l.shown(t)["direction"])

	night.browse(l.secretary, func(clerk *reader) {
		clerk.open(night.page("/certificat"))
		night.sees(clerk, "Statut de la personne", "Retenue")
		clerk.fill(night.body(l.given.CertificateBody()))
		clerk.enter()
		night.sees(clerk, "ne correspond pas", "Garder ce certificat malgré tout")
		clerk.inspect("medical-removal-certificate-warned")
		clerk.fill(map[string]string{"author_mismatch_kept": "true"})
		clerk.enter()
		night.sees(clerk, "Le certificat est enregistré", "Désigner le médecin", "Un médecin désigné, seul, annexe D")
		clerk.inspect("medical-removal-dossier")
		clerk.press("Désigner le médecin")
		night.sees(clerk, "Cochez un médecin, et un seul")
		clerk.inspect("medical-removal-physician")
		clerk.open("/astreinte")
		night.sees(clerk, "Personne n’est d’astreinte")
		clerk.press("Enregistrer une astreinte")
		clerk.fill(map[string]string{"direction": direction, "physician": "med-06", "from": "2026-03-12T20:00", "to": "2026-03-13T08:00"})
		clerk.enter()
		night.sees(clerk, "L’astreinte est enregistrée", "Auteur de l’avis à désigner")
		clerk.inspect("medical-oncall-secretary")
	})
	l.refused(t, e.as(t, "med-08"), l.call("takeRemoval", nil), refusal{404, "not_found", "NOT_ON_CALL", true})

	e.moveClock(t, moment(t, "2026-03-13T02:00:00+01:00"))
	e.forget()
	night.browse("med-06", func(physician *reader) {
		physician.press("Astreinte")
		night.sees(physician, "Dossier "+l.dossier[:8], "avis à rendre sans délai")
		physician.inspect("medical-oncall-physician")
		physician.press("Prendre ce dossier")
		night.sees(physician, "Le dossier est à vous")
		physician.press("Répondre")
		physician.fill(map[string]string{"q1": "NECESSITE", "q2": "PEUT_ENTRAINER", "q3": "NE_PEUT_PAS_BENEFICIER", "q4_months": "12"})
		night.seal(physician, false)
		physician.press("Comparer et arrêter la synthèse")
		night.sees(physician, "Vous rendez seul cet avis")
		physician.inspect("medical-removal-settle")
		physician.fill(nil)
		physician.enter()
		night.sees(physician, "Votre signature émet l’avis")
		physician.press("Signer l’avis")
		night.confirm(physician, "med-06", "Signer l’avis")
		night.sees(physician, "Votre signature est enregistrée")
	})
	opinion := l.wantOpinion(t, l.referral)
	if form, _ := opinion["form"].(object); form["annexe"] != "D" || opinion["issued_on"] != "2026-03-13" || opinion["kind"] != "OQTF_L7313_RETENU" {
		t.Errorf("the opinion: %v", opinion)
	}
	if kinds := l.kinds(t); !strings.HasSuffix(kinds, "MED1_DESIGNE REPONSE_MEMBRE SYNTHESE SIGNATURE AVIS_EMIS AVIS_TRANSMIS") {
		t.Errorf("the trail: %s", kinds)
	}
	night.browse(l.agent, func(agent *reader) {
		agent.inspect("prefecture-inbox-night")
		agent.open("/saisines/" + l.referral + "/avis")
		night.sees(agent, "L. 731-3", "Tout concorde")
		agent.inspect("prefecture-opinion-removal")
		agent.press("Accuser réception")
		night.sees(agent, "L’accusé de réception est enregistré")
	})
	eventually(t, "the acknowledgement closes the dossier", func() bool { return l.shown(t)["state"] == "CLOS" })
}

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The hours of an opinion "sans délai" run out: the queue says so, and a task is there for the territory and for whoever is on call.
func TestTheHoursOfARemovalRunOutAndTheQueueSaysSo(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	direction := fmt.Sprint(l.shown(t)["direction"])
	queue := func(who string) []object {
		return e.persist(t, medicalZone, who, call{op: "listRemovals"}).items(t)
	}
	rota := func(physician, from, to string) call {
		return call{op: "setRota", json: object{"direction": direction, "physician": physician, "from": from, "to": to}}
	}
	clerk := e.as(t, l.secretary)
	clerk.do(t, rota("med-06", "2026-03-12T08:00:00+01:00", "2026-03-20T08:00:00+01:00"))
	clerk.do(t, rota("med-07", "2026-03-14T08:00:00+01:00", "2026-03-15T20:00:00+01:00")) // the line written last counts
	if got := queue("med-06"); len(got) != 1 || got[0]["escalated"] != false {
		t.Errorf("by day one: %v", got)
	}
	if got := queue("med-07"); len(got) != 0 {
		t.Errorf("who is not on call sees %v", got)
	}
	e.moveClock(t, moment(t, "2026-03-15T10:00:00+01:00"))
	e.forget()
	if got := queue("med-06"); len(got) != 0 {
		t.Errorf("who was relieved sees %v", got)
	}
	for _, who := range []string{"med-07", l.secretary} {
		if got := queue(who); len(got) != 1 || got[0]["escalated"] != true {
			t.Errorf("%s: %v", who, got)
		}
	}
	if open := l.openTasks(t); fmt.Sprint(open) != "[AVIS_URGENT_EN_RETARD]" {
		t.Errorf("tasks: %v", open)
	}
}
