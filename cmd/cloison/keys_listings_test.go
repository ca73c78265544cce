package main

import (
	"strings"
	"testing"

	"cloison/crypto/custody/operator"
	"cloison/release"
)

// Every line of every decision that both zones are given is somebody's listing,
// and nothing else is.
func TestListingsAreTheDecisions(t *testing.T) {
	t.Parallel()
	decisions, err := readDecisions([]string{people})
	if err != nil {
		t.Fatal(err)
	}
	listings, err := readListings([]string{people})
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, in := range listings {
		count += len(in)
	}
	for _, d := range decisions {
		digest, err := d.Digest()
		if err != nil {
			t.Fatal(err)
		}
		count -= len(d.Lines)
		for _, l := range d.Lines {
			found := false
			for _, in := range listings[l.RPPS] {
				found = found || in.Decision == d.Ref && in.Digest == digest && in.Line == l.Line && in.Kind == d.Kind && in.From == string(l.ValidFrom)
			}
			if !found {
				t.Errorf("line %d of %s is nobody's", l.Line, d.Ref)
			}
		}
	}
	if len(decisions) == 0 || count != 0 {
		t.Errorf("%d listings more than lines in %d decisions", count, len(decisions))
	}
}

// A listing is in force while both the line and its decision are.
func TestListingEndsWithItsDecision(t *testing.T) {
	t.Parallel()
	day := func(s string) *release.Date { d := release.Date(s); return &d }
	for name, c := range map[string]struct {
		decision, line *release.Date
		from           release.Date
		wantFrom, to   string
	}{
		"both without end":                  {nil, nil, "2026-01-01", "2026-01-01", ""},
		"the decision's end":                {day("2026-12-31"), nil, "2026-01-01", "2026-01-01", "2026-12-31"},
		"the line's end":                    {day("2026-12-31"), day("2026-06-30"), "2026-02-01", "2026-02-01", "2026-06-30"},
		"a line that outlives the decision": {day("2026-06-30"), day("2026-12-31"), "2026-01-01", "2026-01-01", "2026-06-30"},
		"a line that precedes the decision": {nil, nil, "2025-01-01", "2026-01-01", ""},
	} {
		d := release.CompositionDecision{Ref: "DEC-2026-01", Kind: "COLLEGE", ValidFrom: "2026-01-01", ValidTo: c.decision}
		got := listing(d, release.DecisionLine{Line: 4, ValidFrom: c.from, ValidTo: c.line})
		if got.From != c.wantFrom || got.To != c.to || got.Line != 4 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What the tool prints is what the roster file takes.
func TestPrintedListingsAreReadBack(t *testing.T) {
	t.Parallel()
	out, err := tool(t, "keys", "listings", people)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readListings([]string{people})
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(strings.TrimSpace(out), "\n\n") {
		head, tables, _ := strings.Cut(part, "\n")
		person := strings.TrimPrefix(head, "# RPPS ")
		line := "[[line]]\nissuer = \"i\"\nsubject = \"s\"\nnational_id = \"" + person +
			"\"\nclass = \"physician\"\ncompartments = [\"medical\"]\nfrom = \"2000-01-01\"\n"
		r, err := operator.ParseRoster(line + tables)
		if err != nil {
			t.Fatalf("%s: %v", person, err)
		}
		if len(r.Lines[0].Listings) != len(want[person]) || r.Lines[0].Listings[0] != want[person][0] {
			t.Errorf("%s: read back as %+v", person, r.Lines[0].Listings)
		}
		delete(want, person)
	}
	if len(want) != 0 {
		t.Errorf("%d physicians were not printed", len(want))
	}
	if _, err := tool(t, "keys", "listings"); err == nil {
		t.Error("no file: accepted")
	}
}
