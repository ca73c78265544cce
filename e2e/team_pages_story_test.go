package e2e_test

import (
	"net/http"
	"testing"
)

// A head of service keeps his team in a browser, by the keyboard: a habilitation and a decision that others entered, an absence, an end of duty and who goes
// on; a physician says his own absence; whoever has no business there is told why. Each page is held to the accessibility rules, wide and narrow.
func TestTheTeamIsKeptByItsPages(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	gone, clerk := l.who("saveReport"), e.as(t, l.secretary)
	clerk.do(t, about("grantHabilitation", "med-05", object{"decision_ref": "HAB-2026-03", "valid_from": "2026-03-12"}))
	clerk.do(t, call{op: "recordCompositionDecision", json: object{"ref": "DEC-2026-09", "kind": "COLLEGE", "signed_on": "2026-03-02", "published_on": "2026-03-05",
		"valid_from": "2026-03-06", "persons": l.members()}})

	r := e.browse(t, medicalZone, chief)
	sees := func(texts ...string) {
		t.Helper()
		(&screens{t: t}).sees(r, texts...)
	}
	r.press("Mes ouvertures")
	r.press("Ouvrir")
	sees("HAB-2026-03", "Décisions de composition")
	r.inspect("team")
	r.press("Confirmer")
	sees("L’habilitation est confirmée")
	r.open("/equipe/decisions")
	r.inspect("team-decisions")
	r.press("Confirmer")
	sees("La décision est confirmée", "à publier par l’exploitation")
	r.open("/equipe/decisions/nouvelle")
	r.inspect("team-decision-new")
	r.open("/equipe/med-02/absence")
	r.inspect("team-absence-new")
	r.fill(map[string]string{"first_on": "2026-03-12", "last_on": "2026-03-20"})
	r.enter()
	sees("L’absence est enregistrée", "Du 12 mars 2026 au 20 mars 2026")
	r.inspect("team-absences")
	r.open("/equipe")
	sees("Absent jusqu’au 20 mars 2026")
	r.open("/equipe/" + gone + "/fin")
	r.inspect("team-duty-end")
	r.fill(map[string]string{"reason_code": "MUTATION"})
	r.enter()
	sees("Successeurs proposés", "rapport à établir")
	r.inspect("team-successions")
	r.leave()

	r = e.browse(t, medicalZone, "med-03")
	r.open("/equipe")
	sees("Accès refusé", "chef de service désigné par les dépositaires")
	r.inspect("team-refused")
	r.open("/equipe/med-03/absences")
	sees("Absences")
	other := e.signIn(t, medicalZone, "med-03")
	r.press("Mes sessions")
	sees("Sessions ouvertes à votre nom", "Celle-ci")
	r.inspect("own-sessions")
	r.press("Mettre fin à cette session")
	sees("La session est terminée")
	if a := other.call(t, call{op: "me"}); a.Status != http.StatusUnauthorized {
		t.Errorf("the session that was ended: %s", a)
	}
	r.leave()
}
