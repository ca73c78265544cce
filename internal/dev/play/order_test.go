package play

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestDossiersAreMergedInTime(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	a, b := &Case{ID: "a"}, &Case{ID: "b"}
	a.Meta.AsOf, b.Meta.AsOf = at(12), at(20)
	a.Events = []Event{{Seq: 1, At: at(9)}, {Seq: 2, At: at(11)}, {Seq: 3, At: at(11)}}
	b.Events = []Event{{Seq: 1, At: at(10)}, {Seq: 2, At: at(11)}, {Seq: 3, At: at(12)}}
	a.Expected.Refusals = []Refusal{{ID: "r1", At: at(11)}}

	var got []string
	for _, s := range order([]*Case{a, b}) {
		switch s.kind {
		case stepEvent:
			got = append(got, fmt.Sprintf("%s%d", s.c.ID, s.event.Seq))
		case stepRefusal:
			got = append(got, s.c.ID+s.refusal.ID)
		case stepCheck:
			got = append(got, s.c.ID+"?")
		}
	}
	want := []string{"a1", "b1", "ar1", "a2", "a3", "b2", "b3", "a?", "b?"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// What stops at a date leaves each dossier where it is, and does not enter one that begins later.
func TestARunStopsAtADate(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2026, 3, 2, hour, 0, 0, 0, time.UTC) }
	a := &Case{ID: "a", Events: []Event{{Seq: 1, At: at(9)}, {Seq: 2, At: at(11)}}}
	b := &Case{ID: "b", Events: []Event{{Seq: 1, At: at(11)}}}
	a.Meta.AsOf, b.Meta.AsOf = at(12), at(20)

	all := []*Case{a, b}
	cases, steps := until(at(11), all, order(all))
	if len(cases) != 1 || cases[0] != a || len(steps) != 1 || steps[0].event.Seq != 1 {
		t.Errorf("%d dossiers, %d steps", len(cases), len(steps))
	}
}

// The same instant written with another offset is the same instant.
func TestTheOrderIsThatOfInstants(t *testing.T) {
	winter, summer := time.FixedZone("", 3600), time.FixedZone("", 7200)
	c := &Case{Events: []Event{
		{Seq: 1, At: time.Date(2026, 3, 29, 1, 58, 0, 0, winter)},
		{Seq: 2, At: time.Date(2026, 3, 29, 3, 3, 0, 0, summer)},
	}}
	c.Meta.AsOf = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	if run := order([]*Case{c}); run[0].event.Seq != 1 || run[1].event.Seq != 2 {
		t.Error("the clocks changed and the order with them")
	}
}
