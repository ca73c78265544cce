package e2e_test

import (
	"testing"
	"time"
)

// What a prefecture has to tell of a referral, it tells by its pages: its decision, the appeal, how that ended, and a decision anew. The term of
// its silence stays in sight until it has decided, and ends there. A minute after the appeal the attestation for the court and the extract of events are
// in its inbox.
func TestAPrefectureTellsItsDecisionAndTheAppealByItsPages(t *testing.T) {
	t.Parallel()
	l := start(t, options{}).line(t, "case-01", true).to(t, "acknowledgeRelease")
	v := &visitor{t: t, env: l.env, who: l.who("createReferral")}
	v.open("/saisines/" + l.referral)
	v.sees("Enregistrer votre décision", "Décision avant le 16 mai 2026")
	v.follow("Enregistrer votre décision")
	v.send("Enregistrer la décision", nil)
	v.sees("Votre décision")
	v.done("Enregistrer la décision", map[string]string{"outcome": "REFUS"}, "Votre décision est enregistrée")
	v.sees("Refus", "Signaler un recours")
	v.seesNot("Enregistrer votre décision", "Décision avant le")
	v.follow("Signaler un recours")
	v.send("Signaler le recours", map[string]string{"court": "Tribunal administratif de Paris", "case_number": "2604321", "answer_due_on": "2026-01-05"})
	v.sees("Le terme donné par la juridiction ne peut pas être passé")
	declared := time.Now()
	v.done("Signaler le recours", map[string]string{"answer_due_on": "2026-12-15"}, "Le recours est signalé")
	v.sees("Recours devant le juge", "Tribunal administratif de Paris, n° 2604321, observations attendues le 15 décembre 2026", "Demander l’attestation de procédure")
	v.follow("Demander l’attestation de procédure")
	v.done("Demander l’attestation", nil, "L’attestation est demandée")
	eventually(t, "the attestation comes", func() bool { return l.codes(t)["L1"] == 1 })
	v.open("/messages")
	v.follow("Lire l’attestation de la saisine")
	v.sees("Attestation de procédure", "Tribunal administratif de Paris", "Affaire n° 2604321", "Médecin rapporteur", "Il n’a pas siégé", "Extrait des événements",
		"Certificat médical reçu", "Rapport transmis au collège", "Avis rendu")
	if waited := time.Since(declared); waited > time.Minute {
		t.Errorf("the attestation was in the inbox %v after the appeal", waited)
	}
	v.open("/saisines/" + l.referral)
	v.sees("Lire l’attestation")
	v.follow("Signaler la fin du recours")
	v.done("Enregistrer l’issue", map[string]string{"outcome": "ANNULATION"}, "L’issue du recours est enregistrée")
	v.sees("Enregistrer votre décision")
	v.open("/saisines")
	v.sees("Vous : votre décision")
}
