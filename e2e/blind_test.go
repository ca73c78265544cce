package e2e_test

import (
	"testing"
)

// R. 425-13; CE 25 May 2023, n° 471239: each member answers without having seen the others.
func TestNoMemberReadsAnothersAnswersBeforeTheLastAndTheRapporteurNever(t *testing.T) {
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "composeCollege")
	members := []string{"med-02", "med-03", "med-06"}
	everything := l.with("getAnswers", nil, "purpose", "COLLEGE")
	blind := refusal{status: 403, code: "forbidden", rule: "ANSWERS_BLIND"}
	outside := refusal{status: 403, code: "forbidden", rule: "NOT_ASSIGNED"}

	for n := range members {
		for _, member := range members {
			l.refused(t, e.as(t, member), everything, blind)
		}
		l.refused(t, e.as(t, "med-12"), everything, outside)
		l.refused(t, e.as(t, "med-12"), l.with("getAnswers", nil, "open", "own"), outside)
		for i, member := range members {
			sets := setsOf(t, e.as(t, member).do(t, l.with("getAnswers", nil, "open", "own")))
			if i < n && (len(sets) != 1 || sets[0] != member) || i >= n && len(sets) != 0 {
				t.Errorf("after %d answers %s reads as his own those of %v", n, member, sets)
			}
		}
		l.to(t, "giveAnswers "+members[n])
	}
	for _, member := range members {
		if sets := setsOf(t, e.as(t, member).do(t, everything)); len(sets) != len(members) {
			t.Errorf("all have answered and %s reads those of %v", member, sets)
		}
	}
	l.refused(t, e.as(t, "med-12"), everything, outside)
	l.to(t, "acknowledgeRelease")
	l.refused(t, e.as(t, "med-12"), everything, outside)
}

// setsOf names whose answers were shown.
func setsOf(t *testing.T, a answer) (members []string) {
	t.Helper()
	sets, ok := a.object(t)["sets"].([]any)
	if !ok {
		t.Fatalf("%s: no sets", a)
	}
	for _, set := range sets {
		member, _ := set.(object)["member"].(string)
		members = append(members, member)
	}
	return members
}
