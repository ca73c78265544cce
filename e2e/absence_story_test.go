package e2e_test

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// A physician says that he is away: while it lasts he is proposed nowhere, each open dossier in which something is his to do asks for somebody who goes
// on, whom the head of service is shown and designates, and he is told. It ends by itself. Nobody signs in, and nobody reads, by it.
func TestAnAbsenceIsMetByReassignment(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	reporting := e.line(t, "case-01", false).to(t, "assignRapporteur")
	sitting := e.line(t, "case-01", false).to(t, "composeCollege")
	to := e.line(t, "case-01", false).to(t, "transmitReport")
	away, head, clerk, other := reporting.who("saveReport"), e.as(t, chief), e.as(t, reporting.secretary), e.as(t, "med-13")
	const member = "med-02"
	self := e.as(t, away)
	days := object{"first_on": "2026-03-12", "last_on": "2026-03-20"}
	successor := func(l *line) int {
		return e.count(t, medicalZone, `SELECT count(*)::int FROM medical.tasks WHERE dossier = $1::uuid AND code = 'SUCCESSEUR_A_DESIGNER' AND done_at IS NULL`, l.dossier)
	}

	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"a colleague", other, about("setAbsence", away, days), refusal{403, "forbidden", "ABSENCE_OF_ANOTHER", false}},
		{"the secretariat", clerk, about("setAbsence", away, days), refusal{403, "forbidden", "ABSENCE_OF_ANOTHER", false}},
		{"a colleague who looks", other, about("listAbsences", away, nil), refusal{403, "forbidden", "ABSENCE_OF_ANOTHER", false}},
		{"days that have passed", self, about("setAbsence", away, object{"first_on": "2026-03-01", "last_on": "2026-03-11"}), refusal{422, "invalid", "", false}},
		{"the wrong way round", self, about("setAbsence", away, object{"first_on": "2026-03-20", "last_on": "2026-03-12"}), refusal{422, "invalid", "", false}},
		{"a secretary", head, about("setAbsence", "sec-01", days), refusal{422, "invalid", "", false}},
	} {
		t.Run(x.name, func(t *testing.T) { reporting.refused(t, x.who, x.call, x.want) })
	}

	said := self.do(t, about("setAbsence", away, days)).object(t)
	first, _ := said["absences"].([]any)[0].(object)["id"].(string)
	head.do(t, about("setAbsence", member, days))
	e.calm(t)
	if n, m := successor(reporting), successor(sitting); n != 1 || m != 1 {
		t.Fatalf("%d and %d successors are asked for", n, m)
	}

	t.Run("he is proposed nowhere", func(t *testing.T) {
		candidates, _ := clerk.do(t, to.call("proposeCollege", nil)).object(t)["candidates"].([]any)
		barred := map[any]any{}
		for _, one := range candidates {
			barred[one.(object)["member"]] = one.(object)["rule"]
		}
		if rule, listed := barred[member]; !listed || rule != "MEMBER_AWAY" {
			t.Errorf("the draw says of him: %v, listed %v", rule, listed)
		}
		for _, owed := range head.do(t, about("listSuccessions", member, nil)).items(t) {
			if owed["proposed"] == away || owed["proposed"] == member || owed["proposed"] == chief {
				t.Errorf("proposed: %v", owed)
			}
		}
	})
	t.Run("nothing opens by it", func(t *testing.T) {
		read := func(l *line) call { return l.with("getDossier", nil, "open", "medical", "purpose", "INSTRUCTION") }
		e.signIn(t, medicalZone, away).do(t, read(reporting))
		reporting.refused(t, head, read(reporting), refusal{404, "not_found", "NOT_ASSIGNED", true})
		sitting.refused(t, e.as(t, member), read(reporting), refusal{404, "not_found", "NOT_ASSIGNED", true})
		for _, owed := range head.do(t, about("listSuccessions", away, nil)).items(t) {
			next, _ := owed["proposed"].(string)
			reporting.refused(t, e.as(t, next), read(reporting), refusal{404, "not_found", "NOT_ASSIGNED", true})
		}
	})
	t.Run("another goes on, and he is told", func(t *testing.T) {
		owed := head.do(t, about("listSuccessions", away, nil)).items(t)
		at := slices.IndexFunc(owed, func(o object) bool { return o["dossier"] == reporting.dossier })
		if at < 0 || owed[at]["owed"] != "RAPPORT" || owed[at]["proposed"] == nil {
			t.Fatalf("proposed: %v", owed)
		}
		head.do(t, reporting.call("reassignRapporteur", object{"rapporteur": owed[at]["proposed"]}))
		if n := successor(reporting); n != 0 {
			t.Errorf("%d successors are still asked for", n)
		}
		told, _ := self.do(t, about("listAbsences", away, nil)).object(t)["replaced"].([]any)
		if len(told) != 1 || told[0].(object)["dossier"] != reporting.dossier {
			t.Errorf("told: %v", told)
		}
		page, _, err := self.get(t.Context(), "/equipe/"+away+"/absences", "text/html")
		if err != nil || page.Status != http.StatusOK {
			t.Errorf("his page: %s %v", page, err)
		}
	})
	t.Run("it ends by itself", func(t *testing.T) {
		e.moveClock(t, e.now(t).AddDate(0, 0, 9))
		e.forget()
		if n := successor(sitting); n != 0 {
			t.Errorf("%d successors are still asked for", n)
		}
		if said := e.as(t, away).do(t, about("listAbsences", away, nil)).object(t)["absences"].([]any); len(said) != 0 {
			t.Errorf("absences: %v", said)
		}
		if owed := e.as(t, chief).do(t, about("listSuccessions", member, nil)).items(t); len(owed) != 0 {
			t.Errorf("still proposed: %v", owed)
		}
	})
	t.Run("it asks again, and is taken back", func(t *testing.T) {
		member := e.as(t, member)
		today := e.now(t).In(time.UTC).Format(time.DateOnly)
		said := member.do(t, about("setAbsence", member.ID, object{"first_on": today, "last_on": today})).object(t)
		id, _ := said["absences"].([]any)[0].(object)["id"].(string)
		e.calm(t)
		if n := successor(sitting); n != 1 {
			t.Errorf("%d successors are asked for", n)
		}
		back := call{op: "withdrawAbsence", path: map[string]string{"person": member.ID, "absence": id}}
		of := call{op: "withdrawAbsence", path: map[string]string{"person": member.ID, "absence": first}}
		sitting.refused(t, e.as(t, "med-13"), back, refusal{403, "forbidden", "ABSENCE_OF_ANOTHER", false})
		sitting.refused(t, member, of, refusal{404, "not_found", "", true})
		member.do(t, back)
		sitting.refused(t, member, back, refusal{409, "conflict", "ABSENCE_WITHDRAWN", false})
		e.calm(t)
		if n := successor(sitting); n != 0 {
			t.Errorf("%d successors are still asked for", n)
		}
	})
}
