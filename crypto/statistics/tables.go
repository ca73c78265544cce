package statistics

import (
	"cmp"
	"slices"
)

// Smallest is the least number of opinions that a table shows beside zero: that of most public statistics.
const Smallest = 5

// Rest is the line that takes those which alone would show a small figure.
const Rest = "AUTRES"

// Line counts the opinions of one word of one field: all of them, and those that were favourable.
type Line struct {
	Word       string `json:"word"`
	Opinions   int    `json:"opinions"`
	Favourable int    `json:"favourable"`
}

// Table is one field. Withheld: there were too few opinions for any line.
type Table struct {
	Field    string `json:"field"`
	Withheld bool   `json:"withheld,omitempty"`
	Lines    []Line `json:"lines"`
}

var fields = []struct {
	name string
	word func(Record) string
}{
	{"kind", func(r Record) string { return r.Kind }},
	{"renewal", func(r Record) string { return either(r.Renewal, "RENOUVELLEMENT", "PREMIERE_DEMANDE") }},
	{"minor", func(r Record) string { return either(r.Minor, "MINEUR", "MAJEUR") }},
	{"country", func(r Record) string { return r.Country }},
	{"chapter", func(r Record) string { return r.Chapter }},
	{"outcome", func(r Record) string { return r.Outcome }},
	{"care", func(r Record) string { return r.Care }},
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

// Tally counts records. Its zero value has counted none.
type Tally struct {
	counted int
	lines   map[string]map[string]Line // field, word
}

// Add counts one record.
func (t *Tally) Add(r Record) {
	if t.lines == nil {
		t.lines = map[string]map[string]Line{}
	}
	t.counted++
	for _, f := range fields {
		if t.lines[f.name] == nil {
			t.lines[f.name] = map[string]Line{}
		}
		line := t.lines[f.name][f.word(r)]
		line.Word = f.word(r)
		line.Opinions++
		if r.Outcome == Favourable {
			line.Favourable++
		}
		t.lines[f.name][line.Word] = line
	}
}

// Counted is how many records were.
func (t *Tally) Counted() int { return t.counted }

// Tables are what may leave: one a field.
func (t *Tally) Tables() []Table {
	tables := make([]Table, len(fields))
	for i, f := range fields {
		lines := make([]Line, 0, len(t.lines[f.name]))
		for _, line := range t.lines[f.name] {
			lines = append(lines, line)
		}
		tables[i] = shown(f.name, lines)
	}
	return tables
}

// shown puts every line with a small figure into the rest, then the smallest of the others until the rest has none either. Lines are put together and
// never blanked: what is blanked is found again by the total.
func shown(field string, lines []Line) Table {
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Opinions, a.Opinions), cmp.Compare(a.Word, b.Word))
	})
	rest := Line{Word: Rest}
	kept := slices.DeleteFunc(lines, func(line Line) bool {
		if line.small() {
			rest = rest.with(line)
		}
		return line.small()
	})
	for rest.small() && len(kept) > 0 {
		rest, kept = rest.with(kept[len(kept)-1]), kept[:len(kept)-1]
	}
	switch {
	case rest.small():
		return Table{Field: field, Withheld: true, Lines: []Line{}}
	case rest.Opinions > 0:
		kept = append(kept, rest)
	}
	return Table{Field: field, Lines: kept}
}

func (l Line) with(other Line) Line {
	return Line{Word: l.Word, Opinions: l.Opinions + other.Opinions, Favourable: l.Favourable + other.Favourable}
}

// small: a figure of the line, or what a reader finds by subtracting one from the other, is of few persons.
func (l Line) small() bool {
	few := func(n int) bool { return n > 0 && n < Smallest }
	return few(l.Opinions) || few(l.Favourable) || few(l.Opinions-l.Favourable)
}
