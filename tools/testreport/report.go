package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

const (
	slowest = 10
	longest = 600 // bytes of a reason
)

type report struct {
	out      io.Writer
	output   map[string][]string // by test, until it ends
	failing  map[string]bool     // packages that have a failed test
	packages []timed
	tests    []timed
	skipped  []string
	failures []string // each failed test, with what it said first
	passed   int
	failed   int
}

type timed struct {
	name    string
	seconds float64
	result  string
}

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[string][]string{}, failing: map[string]bool{}}
}

func (r *report) event(e event) {
	name := e.Package
	if e.Test != "" {
		name += " " + e.Test
	}
	switch e.Action {
	case "output":
		r.output[name] = append(r.output[name], e.Output)
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "pass", "fail", "skip":
		r.end(e, name)
		delete(r.output, name)
	}
}

func (r *report) end(e event, name string) {
	if e.Action == "fail" {
		r.show(name)
	}
	if e.Test == "" {
		r.endPackage(e, name)
		return
	}
	r.tests = append(r.tests, timed{name, e.Elapsed, e.Action})
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.failing[e.Package] = true
		r.failures = append(r.failures, name+reason(r.output[name]))
	case "skip":
		r.skipped = append(r.skipped, name+reason(r.output[name]))
	}
}

// endPackage counts a package only when it failed by itself: no build, a panic
// outside a test, a TestMain that gave up.
func (r *report) endPackage(e event, name string) {
	if e.Action == "fail" && !r.failing[e.Package] {
		r.failed++
	}
	if e.Action != "skip" { // "no test files"
		r.packages = append(r.packages, timed{name, e.Elapsed, e.Action})
	}
	delete(r.failing, e.Package) // the same package may come again with another tag
}

func (r *report) show(name string) {
	fmt.Fprintf(r.out, "--- %s\n", name)
	for _, line := range r.output[name] {
		fmt.Fprint(r.out, line)
	}
}

// reason is what a test said first, before it failed or skipped itself; a long line is cut.
func reason(output []string) string {
	for _, line := range output {
		text := strings.TrimSpace(line)
		if text != "" && !strings.HasPrefix(text, "===") && !strings.HasPrefix(text, "---") {
			return ": " + text[:min(len(text), longest)]
		}
	}
	return ""
}

// summary prints the end of the report and says whether anything failed.
func (r *report) summary() bool {
	bySeconds := func(a, b timed) int { return cmp.Compare(b.seconds, a.seconds) }
	slices.SortStableFunc(r.packages, bySeconds)
	slices.SortStableFunc(r.tests, bySeconds)
	fmt.Fprintln(r.out, "\nseconds per package")
	for _, p := range r.packages {
		mark := ""
		if p.result == "fail" {
			mark = "  FAILED"
		}
		fmt.Fprintf(r.out, "%8.2f  %s%s\n", p.seconds, p.name, mark)
	}
	fmt.Fprintln(r.out, "\nslowest tests")
	for _, t := range r.tests[:min(slowest, len(r.tests))] {
		fmt.Fprintf(r.out, "%8.2f  %s\n", t.seconds, t.name)
	}
	r.list("skipped", r.skipped)
	r.list("failed", r.failures) // last: whoever reads only the end sees why
	if r.passed+r.failed == 0 {
		r.failed++ // no result at all is no success
		fmt.Fprintln(r.out, "\nno test ran")
	}
	fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, len(r.skipped))
	return r.failed > 0
}

func (r *report) list(title string, names []string) {
	if len(names) == 0 {
		return
	}
	fmt.Fprintln(r.out, "\n"+title)
	for _, name := range names {
		fmt.Fprintf(r.out, "          %s\n", name)
	}
}
