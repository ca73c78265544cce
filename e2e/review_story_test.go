package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// A habilitation of two hands holds for a quarter. In its last month whoever holds it is told on his first page, and a head of service is asked, there
// and on the page of the team; nobody confirms his own. Looked at again, it holds three months more; left, its person comes in no more, and is told
// why, until it is. By the keyboard, each page held to the accessibility rules.
func TestTheQuarterIsConfirmedOrEnds(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock}) // 12 March 2026
	clerk, head := e.as(t, "sec-01"), e.as(t, chief)
	const kept, left = "med-05", "med-08"
	for _, who := range []string{kept, left} {
		head.do(t, about("endHabilitation", who, object{"reason_code": "SUSPENSION"})) // what the file said of them counts no more
		given := clerk.do(t, about("grantHabilitation", who, object{"decision_ref": "HAB-2026-03", "valid_from": "2026-03-12"})).object(t)
		id, _ := given["id"].(string)
		e.moveClock(t, e.now(t).Add(time.Second)) // what is confirmed comes after what ended
		head.do(t, call{op: "confirmHabilitation", path: map[string]string{"person": who, "habilitation": id}})
	}
	sees := func(r *reader, texts ...string) { t.Helper(); (&screens{t: t}).sees(r, texts...) }
	lacks := func(r *reader, text string) {
		t.Helper()
		if in := r.text(); strings.Contains(in, text) {
			t.Errorf("at %s: %q\n%s", r.title(), text, in)
		}
	}
	to := func(day string) {
		t.Helper()
		at, err := time.ParseInLocation("2006-01-02 15:04", day+" 10:00", time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		e.moveClock(t, at)
		e.forget()
	}

	t.Run("two months later nobody is asked", func(t *testing.T) {
		to("2026-05-12")
		r := e.browse(t, medicalZone, chief)
		lacks(r, "attend votre décision")
		r.open("/equipe")
		lacks(r, "revue du trimestre")
		r.leave()
	})
	t.Run("in the last month", func(t *testing.T) {
		to("2026-05-13")
		r := e.browse(t, medicalZone, kept)
		sees(r, "Votre habilitation vaut jusqu’au 12 juin 2026")
		r.inspect("review-told")
		r.open("/equipe")
		sees(r, "Accès refusé")
		r.leave()
		if a := e.as(t, kept).call(t, about("reviewHabilitation", kept, nil)); a.Problem.Rule != "NOT_COORDINATOR" {
			t.Errorf("his own: %s", a)
		}
		if a := e.as(t, chief).call(t, about("reviewHabilitation", chief, nil)); a.Problem.Rule != "HABILITATION_OWN" {
			t.Errorf("a head's own: %s", a)
		}
		if a := e.as(t, "sec-01").call(t, about("reviewHabilitation", kept, nil)); a.Problem.Rule != "NOT_COORDINATOR" {
			t.Errorf("by the secretariat: %s", a)
		}
		r = e.browse(t, medicalZone, chief)
		sees(r, "L’équipe attend votre décision", "2 habilitations à revoir pour le trimestre")
		r.inspect("review-asked")
		r.press("Équipe")
		sees(r, "revue du trimestre", "L’habilitation vaut jusqu’au 12 juin 2026")
		r.inspect("review-team")
		r.press("Confirmer pour le trimestre")
		sees(r, "à revoir au plus tard le 13 août 2026")
		r.inspect("review-done")
		r.open("/dossiers")
		sees(r, "1 habilitation à revoir pour le trimestre")
		r.leave()
	})
	t.Run("the day after its term", func(t *testing.T) {
		to("2026-06-12")
		e.signIn(t, medicalZone, kept)
		e.signIn(t, medicalZone, left) // its last day
		session := e.signIn(t, medicalZone, left)
		at := e.now(t)
		e.moveClock(t, time.Date(at.Year(), at.Month(), at.Day(), 22, 20, 0, 0, time.UTC)) // 0 h 20 in Paris, the day after: his session has idled out, he comes back
		if a := session.call(t, call{op: "me"}); a.Status != http.StatusUnauthorized {
			t.Errorf("his session: %s", a)
		}
		e.forget()
		e.wasRefused(t, e.refusedSignIn(t, medicalZone, left), refusal{status: 403, code: "forbidden", rule: "HABILITATION_LAPSED"})
		e.signIn(t, medicalZone, kept)
		r := e.browse(t, medicalZone, chief)
		r.open("/equipe")
		sees(r, "elle n’a pas été revue depuis trois mois", "n’a pas été revue : cette personne ne peut plus se connecter")
		r.inspect("review-lapsed")
		r.press("Confirmer pour le trimestre")
		r.leave()
		e.signIn(t, medicalZone, left)
	})
}
