package policy

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// signing is the longest list of conditions that a person meets in a day: a member signs.
func signing() Query {
	listed := []Member{{ID: "med-03", Listed: true, Habilitated: true}, {ID: "med-07", Listed: true, Habilitated: true}, {ID: "med-08", Listed: true, Habilitated: true}}
	return Query{physician("med-03"), "opinion.sign", Dossier{Kind: "dossier", ID: "d-1", Pipeline: "SEJOUR", Direction: "DT-PARIS", Author: "COLLEGE3", Rapporteur: "med-12",
		CertificateReceived: true, ReportSaved: true, ReportSigned: true, ReportTransmitted: true, Examiners: []string{},
		Composition: &Composition{Version: 1, Author: "COLLEGE3", Members: []string{"med-03", "med-07", "med-08"}, Open: true, Round: 1, Settled: true,
			Answered: []string{"med-03", "med-07", "med-08"}, Signed: []string{}, Refused: []string{}}},
		Context{Zone: "medical", On: "2026-03-02", Composition: 1, Person: &listed[0], Members: listed}}
}

// What is measured is a decision that allows, for the engine and for the table alike.
func TestTheMeasuredDecisionIsAnAllow(t *testing.T) {
	t.Parallel()
	if d, err := engine(t).Decide(t.Context(), signing()); err != nil || !d.Allow {
		t.Errorf("%+v, %v", d, err)
	}
	if may, _ := newModel(signing()).may(); !may {
		t.Error("the table written in Go refuses it")
	}
}

// BenchmarkDecide (performance, P5): a decision here, by OPA alone on the same question, and by a table written in Go. OPA alone is asked twice over:
// with the question as Go holds it, which it reads through JSON, and with the question read beforehand, which is no more than the evaluation.
//
// The slowest of a hundred is what met the garbage collector, which runs the more often the less a process holds. So all is measured twice: in a
// process that holds the rules alone, and beside as much as medical holds once it is ready (14 MiB, of GODEBUG=gctrace=1).
func BenchmarkDecide(b *testing.B) {
	e, query := engine(b), signing()
	parsed, err := ast.InterfaceToValue(query)
	if err != nil {
		b.Fatal(err)
	}
	eval := func(input rego.EvalOption) bool {
		results, err := e.query.Eval(context.Background(), input)
		return err == nil && len(results) == 1
	}
	for _, beside := range []struct {
		name string
		mib  int
	}{{"", 0}, {", beside what medical holds", 14}} {
		held := holding(beside.mib)
		for _, way := range []struct {
			name string
			do   func() bool
		}{
			{"here", func() bool { d, err := e.Decide(context.Background(), query); return err == nil && d.Allow }},
			{"OPA alone", func() bool { return eval(rego.EvalInput(query)) }},
			{"OPA alone, the question read beforehand", func() bool { return eval(rego.EvalParsedInput(parsed)) }},
			{"a table in Go", func() bool { may, _ := newModel(query).may(); return may }},
		} {
			b.Run(way.name+beside.name, func(b *testing.B) { percentiles(b, way.do) })
		}
		runtime.KeepAlive(held)
	}
}

// held is a small object with pointers, as a heap is made of.
type held struct{ next [8]*held }

func holding(mib int) []*held {
	all := make([]*held, mib<<20/int(unsafe.Sizeof(held{})+unsafe.Sizeof(&held{})))
	for i := range all {
		all[i] = &held{}
		all[i].next[0] = all[i/2]
	}
	return all
}

func percentiles(b *testing.B, do func() bool) {
	b.ReportAllocs()
	took := make([]time.Duration, 0, 1<<16) // not grown while it is measured
	for b.Loop() {
		began := time.Now()
		if !do() {
			b.Fatal("refused")
		}
		if len(took) < cap(took) {
			took = append(took, time.Since(began))
		}
	}
	slices.Sort(took)
	for _, p := range []int{50, 90, 99} {
		b.ReportMetric(float64(took[len(took)*p/100].Nanoseconds())/1000, fmt.Sprintf("p%d-us", p))
	}
}
