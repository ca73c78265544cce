package play

import (
	"cmp"
	"slices"
	"time"
)

// stepKind orders what happens at the same instant: what is refused, what is then done instead, and the look at the end.
type stepKind int

const (
	stepRefusal stepKind = iota
	stepEvent
	stepCheck
)

// step is one thing to do at one time.
type step struct {
	at      time.Time
	kind    stepKind
	file    int // rank of the dossier
	rank    int // rank within the dossier
	c       *Case
	event   Event
	refusal Refusal
}

// order merges the dossiers into one run: by time, the looks at the end last, then dossier by dossier.
func order(cases []*Case) []step {
	var run []step
	for file, c := range cases {
		for i, e := range c.Events {
			run = append(run, step{at: e.At, kind: stepEvent, file: file, rank: i, c: c, event: e})
		}
		for i, r := range c.Expected.Refusals {
			run = append(run, step{at: r.At, kind: stepRefusal, file: file, rank: i, c: c, refusal: r})
		}
		run = append(run, step{at: c.Meta.AsOf, kind: stepCheck, file: file, c: c})
	}
	slices.SortStableFunc(run, func(a, b step) int {
		return cmp.Or(a.at.Compare(b.at), last(a)-last(b), a.file-b.file, int(a.kind-b.kind), a.rank-b.rank)
	})
	return run
}

// until keeps what comes before a time, and the dossiers that have begun by then.
func until(end time.Time, cases []*Case, steps []step) ([]*Case, []step) {
	steps = slices.DeleteFunc(steps, func(s step) bool { return !s.at.Before(end) })
	cases = slices.DeleteFunc(cases, func(c *Case) bool { return !slices.ContainsFunc(steps, func(s step) bool { return s.c == c }) })
	return cases, steps
}

func last(s step) int {
	if s.kind == stepCheck {
		return 1
	}
	return 0
}
