package e2e_test

import (
	"fmt"
	"testing"
	"time"
)

// Nobody takes a removal in the hours in force: the second physician on call is called by a code, finds the dossier in his queue, and takes it.
func TestTheSecondOnCallIsCalledAndTakesTheRemoval(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: sharedClock})
	l := e.removal(t, "OQTF_L7313_ASSIGNE", "ASSIGNE_EXECUTION")
	direction, clerk, begun := fmt.Sprint(l.shown(t)["direction"]), e.as(t, l.secretary), e.now(t)
	for rank, physician := range []string{"med-06", "med-07"} {
		clerk.do(t, call{op: "setRota", json: object{"direction": direction, "physician": physician, "rank": rank + 1,
			"from": begun.Format(time.RFC3339), "to": begun.Add(48 * time.Hour).Format(time.RFC3339)}})
	}
	queue := func() []object { return e.persist(t, medicalZone, "med-07", call{op: "listRemovals"}).items(t) }
	first := &visitor{t: t, env: e, who: "med-06"}
	first.open("/")
	first.sees("Astreinte 1")
	if got := queue(); len(got) != 0 {
		t.Errorf("before he is called, the second sees %v", got)
	}
	l.refused(t, e.as(t, "med-07"), l.call("takeRemoval", nil), refusal{404, "not_found", "NOT_ON_CALL", true})

	e.moveClock(t, begun.Add(4*time.Hour))
	e.forget()
	if got := queue(); len(got) != 1 || got[0]["id"] != l.dossier || got[0]["second_called_at"] == nil {
		t.Errorf("once he is called: %v", got)
	}
	if open := l.openTasks(t); fmt.Sprint(open) != "[SECOND_APPELE]" {
		t.Errorf("tasks of the territory: %v", open)
	}
	told := e.persist(t, medicalZone, "med-07", call{op: "listTasks"}).items(t)
	if len(told) != 1 || told[0]["code"] != "SECOND_APPELE" || told[0]["dossier"] != l.dossier || told[0]["ref"] != "med-07" {
		t.Errorf("what he is told: %v", told)
	}
	second := &visitor{t: t, env: e, who: "med-07"}
	second.open("/")
	second.sees("Astreinte 1")
	page, _, err := e.as(t, "med-07").get(t.Context(), "/astreinte", "text/html")
	if err != nil || page.Status != 200 {
		t.Errorf("the page of the queue: %v %s", err, page)
	}
	e.as(t, "med-07").do(t, l.call("takeRemoval", nil))
	if open := l.openTasks(t); len(open) != 0 {
		t.Errorf("tasks after: %v", open)
	}
}
