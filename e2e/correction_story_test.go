package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// seated are the members of the last composition.
func (l *line) seated(t *testing.T) []any {
	t.Helper()
	composition, _ := l.shown(t)["composition"].(object)
	members, _ := composition["members"].([]any)
	return members
}

// gives is the whole work of composition 2 by its members, up to the last signature.
func (l *line) gives(t *testing.T, months int) {
	t.Helper()
	var members []string
	for _, m := range l.seated(t) {
		members = append(members, fmt.Sprint(m))
		l.member(t, fmt.Sprint(m), "giveAnswers", favourable(2, 1, months))
	}
	l.member(t, members[0], "settleOpinion", settled(favourable(2, 1, months), "UNANIMITE"))
	l.signs(t, 2, members...)
}

// A signed opinion is never changed. Its correction is a second version, signed by three again, that names the first; both stand, the prefecture
// is told of a decision that it took on the first, and acknowledges the second as such.
func TestAnOpinionIsCorrectedByAnotherVersion(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "composeCollege")
	clerk, agent, author := e.as(t, l.secretary), e.as(t, l.agent), e.as(t, "med-03")
	why := object{"version": 1, "reason_code": "REPONSE_ERRONEE"}
	l.refused(t, clerk, l.call("correctOpinion", why), refusal{409, "conflict", "OPINION_NOT_ISSUED", false})
	l.to(t, "acknowledgeRelease")
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
	agent.do(t, l.about("recordDecision", object{"outcome": "REFUS"}))
	eventually(t, "the decision crosses", func() bool { return strings.Contains(l.kinds(t), "DECISION_PREFET") })

	for _, x := range []struct {
		name string
		who  *person
		call call
		want refusal
	}{
		{"the author of the report", e.as(t, "med-12"), l.call("correctOpinion", why), refusal{403, "forbidden", "NOT_ASSIGNED", false}},
		{"a version that is not the last", author, l.call("correctOpinion", with(why, "version", 2)), refusal{409, "conflict", "OPINION_SUPERSEDED", false}},
		{"the answer itself", author, l.call("correctOpinion", with(why, "q5", "PEUT_VOYAGER")), refusal{400, "unknown_field", "AVIS_IMMUTABLE", false}},
		{"by replacing a member", clerk, l.composition("replaceMember", 1, object{"reason_code": "AVIS_RECTIFICATIF"}), refusal{409, "conflict", "CASE_CLOSED", false}},
	} {
		t.Run(x.name, func(t *testing.T) { l.refused(t, x.who, x.call, x.want) })
	}
	before := l.wantOpinion(t, l.referral)
	author.do(t, l.call("correctOpinion", why))
	clerk.do(t, l.call("composeCollege", object{"decision_ref": "DEC-2026-01", "members": l.seated(t)}))
	l.refused(t, clerk, l.call("closeDossier", object{"reason_code": "SAISINE_ANNULEE"}), refusal{409, "conflict", "AVIS_IMMUTABLE", false})
	l.gives(t, 24)

	var after object
	eventually(t, "the corrected opinion crosses", func() bool {
		after = l.lastOpinion(t)
		return after["version"] == float64(2)
	})
	versions, _ := after["versions"].([]any)
	if after["replaces"] != before["id"] || after["duration_months"] != float64(24) || len(versions) != 2 {
		t.Errorf("the second version: replaces %v, %v months, %d versions", after["replaces"], after["duration_months"], len(versions))
	}
	first, _ := versions[0].(object)
	if first["id"] != before["id"] || first["acknowledged"] != true {
		t.Errorf("the first version is not kept as it was: %v", first)
	}
	for side, flags := range map[string]any{"medical": l.shown(t)["flags"], "server": agent.do(t, l.about("getReferral", nil)).object(t)["flags"]} {
		if !strings.Contains(fmt.Sprint(flags), "DECISION_SUR_AVIS_REMPLACE") || !strings.Contains(fmt.Sprint(flags), "AVIS_RECTIFICATIF") {
			t.Errorf("%s is not alarmed: %v", side, flags)
		}
	}
	if open := l.openTasks(t); !slices.Contains(open, "RECTIFICATION_APRES_DECISION") {
		t.Errorf("tasks: %v", open)
	}
	l.release = fmt.Sprint(int(after["release"].(float64)))
	agent.do(t, l.acknowledgement())
	eventually(t, "the dossier closes again", func() bool { return l.shown(t)["state"] == "CLOS" && len(l.openTasks(t)) == 0 })
	page, _, err := agent.get(t.Context(), "/saisines/"+l.referral+"/avis", "text/html")
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"Avis rectificatif", "Remplacée, et conservée", "Une décision est déjà enregistrée"} {
		if !strings.Contains(string(page.Body), words) {
			t.Errorf("the page of the opinion does not say %q", words)
		}
	}
}

// lastOpinion is the version of the opinion that the prefecture has.
func (l *line) lastOpinion(t *testing.T) object {
	t.Helper()
	return l.env.persist(t, serverZone, l.agent, l.about("getOpinion", nil)).object(t)
}

// openTasks are the codes of what is still to be done in the dossier.
func (l *line) openTasks(t *testing.T) (codes []string) {
	t.Helper()
	tasks, _ := l.shown(t)["tasks"].([]any)
	for _, one := range tasks {
		if task, _ := one.(object); task["done_at"] == nil {
			codes = append(codes, fmt.Sprint(task["code"]))
		}
	}
	return codes
}

// The programs die before and after each durable step of a correction: it is begun once, and its version leaves once.
func TestACorrectionSurvivesTheDeathOfAProgram(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock, crash: []string{"act/opinion.correct.before", "act/opinion.correct.after", "keyholder/SignOpinion.after", "relay/release.after"}})
	l := e.line(t, "case-01", false).to(t, "acknowledgeRelease")
	eventually(t, "the dossier closes", func() bool { return l.shown(t)["state"] == "CLOS" })
	// Not by an author: the correction ends the composition that gave him his right, and what was done is shown to nobody whose right has ended.
	e.persist(t, medicalZone, l.secretary, l.call("correctOpinion", object{"version": 1, "reason_code": "ERREUR_MATERIELLE"}))
	e.persist(t, medicalZone, l.secretary, l.call("composeCollege", object{"decision_ref": "DEC-2026-01", "members": l.seated(t)}))
	if kinds := l.kinds(t); strings.Count(kinds, "COMPOSITION_CLOSE") != 1 {
		t.Errorf("the correction was begun otherwise than once: %s", kinds)
	}
	l.gives(t, 24)
	eventually(t, "the corrected opinion crosses", func() bool { return l.lastOpinion(t)["version"] == float64(2) })
	e.nothingIsLostOrDoubled(t)
	if struck := e.crashes(t, "struck"); !slices.Contains(struck, "act/opinion.correct.before") || !slices.Contains(struck, "act/opinion.correct.after") {
		t.Errorf("programs died at %v alone", struck)
	}
}
