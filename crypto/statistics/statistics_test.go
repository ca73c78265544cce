package statistics

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"cloison/release"
)

func aRecord() Record {
	return Record{Kind: "SEJ_L4259_PREMIERE", Country: "DZA", Chapter: "I", Outcome: Favourable, Care: CareLong}
}

// What stands in a record is a list that nobody lengthens unseen: each field is a way to find a person.
func TestWhatARecordSays(t *testing.T) {
	var names []string
	of := reflect.TypeFor[Record]()
	for i := range of.NumField() {
		names = append(names, of.Field(i).Tag.Get("json")+" "+of.Field(i).Type.String())
	}
	const want = "version int, kind string, renewal bool, minor bool, country string, chapter string, outcome string, care string"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("a record says %s", got)
	}
}

func TestOutcomesAreThoseOfTheDoor(t *testing.T) {
	want := []string{string(release.Favourable), string(release.NoCareNeeded), string(release.NoGravity), string(release.TreatmentAtHome)}
	if !slices.Equal(Outcomes(), want) {
		t.Errorf("%v, the door says %v", Outcomes(), want)
	}
}

func TestARecordIsOfClosedCodes(t *testing.T) {
	b, err := aRecord().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if r, err := Decode(b); err != nil || r.Country != "DZA" {
		t.Errorf("read back: %v", err)
	}
	for name, edit := range map[string]func(*Record){
		"a name for a country": func(r *Record) { r.Country = "DUPONT" },
		"a country in words":   func(r *Record) { r.Country = "dza" },
		"no country":           func(r *Record) { r.Country = "" },
		"a text for a kind":    func(r *Record) { r.Kind = "Mme Dupont" },
		"a code for a chapter": func(r *Record) { r.Chapter = "B20.6" },
		"another outcome":      func(r *Record) { r.Outcome = "RESERVE" },
		"a number of months":   func(r *Record) { r.Care = "14" },
	} {
		r := aRecord()
		edit(&r)
		if _, err := r.Encode(); !errors.Is(err, ErrRecord) {
			t.Errorf("%s is sealed: %v", name, err)
		}
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "short": b[:len(b)-1], "long": append(slices.Clone(b), ' '), "not padded by spaces": append(b[:len(b)-1:len(b)-1], 'x'),
		"another version": []byte(strings.Replace(string(b), `"version":1`, `"version":2`, 1)),
		"a field more":    []byte(strings.Replace(string(b), `"version":1`, `"n":"x","version":1`, 1))[:len(b)],
	} {
		if _, err := Decode(b); !errors.Is(err, ErrRecord) {
			t.Errorf("%s is read: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	b, _ := aRecord().Encode()
	f.Add(b)
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Decode(b)
		if err != nil {
			return
		}
		again, err := r.Encode()
		if err != nil || string(again) != string(b) {
			t.Errorf("%q is read and written %q", b, again)
		}
	})
}

func TestEveryRecordHasOneLength(t *testing.T) {
	short, long := aRecord(), aRecord()
	long.Kind, long.Chapter, long.Outcome, long.Care = strings.Repeat("K", 32), "XVIII", "DEFAV_PAS_EXCEPTIONNELLE_GRAVITE", CareUnsaid
	a, err := short.Encode()
	b, other := long.Encode()
	if err != nil || other != nil || len(a) != len(b) {
		t.Errorf("%d and %d bytes: %v %v", len(a), len(b), err, other)
	}
}

func TestARecordDoesNotPrint(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		if out := fmt.Sprintf(verb, aRecord()); strings.Contains(out, "DZA") {
			t.Errorf("%s prints %s", verb, out)
		}
	}
}

func TestChapters(t *testing.T) {
	for code, want := range map[string]string{
		"A00": "I", "B20.6": "I", "b20.6": "I", " B99": "I", "C34": "II", "D48": "II", "D50": "III", "E11.9": "IV", "F20": "V", "G40": "VI", "H59.9": "VII",
		"H60": "VIII", "I10": "IX", "J45": "X", "K93": "XI", "L40": "XII", "M06": "XIII", "N18.5": "XIV", "O99": "XV", "P96": "XVI", "Q90": "XVII",
		"R99": "XVIII", "S72": "XIX", "T98": "XIX", "V01": "XX", "Y98": "XX", "Z94.0": "XXI", "U07.1": "XXII",
		"": NoChapter, "B2": NoChapter, "BBB": NoChapter, "20B": NoChapter, "D49": NoChapter, "E91": NoChapter, "K94": NoChapter, "Y99": NoChapter, "V00": NoChapter, "diabète": NoChapter,
	} {
		if got := ChapterOf(code); got != want {
			t.Errorf("%q is of %s, want %s", code, got, want)
		}
	}
	if numbers := chapterNumbers(); len(numbers) != 22 {
		t.Errorf("%d chapters", len(numbers))
	}
}

func TestSmallLinesArePutTogether(t *testing.T) {
	for name, c := range map[string]struct {
		lines []Line
		want  Table
	}{
		"nothing small": {[]Line{{"A", 10, 5}, {"B", 20, 0}}, Table{Field: "f", Lines: []Line{{"B", 20, 0}, {"A", 10, 5}}}},
		"one small takes the smallest other": {[]Line{{"A", 10, 5}, {"B", 20, 10}, {"C", 1, 1}},
			Table{Field: "f", Lines: []Line{{"B", 20, 10}, {Rest, 11, 6}}}},
		"two small are enough": {[]Line{{"A", 10, 5}, {"B", 3, 3}, {"C", 4, 4}}, Table{Field: "f", Lines: []Line{{"A", 10, 5}, {Rest, 7, 7}}}},
		"found by subtraction": {[]Line{{"A", 30, 15}, {"B", 20, 18}}, Table{Field: "f", Lines: []Line{{Rest, 50, 33}}}},
		"too few of all":       {[]Line{{"A", 2, 1}, {"B", 1, 0}}, Table{Field: "f", Withheld: true, Lines: []Line{}}},
		"none":                 {nil, Table{Field: "f"}},
	} {
		if got := shown("f", c.lines); got.Withheld != c.want.Withheld || !slices.Equal(got.Lines, c.want.Lines) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Of any records: no figure from 1 to 4 in any table, nor as a difference of two figures of a line, and the lines add up.
func TestNoTableHoldsASmallFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tally Tally
		n := rapid.IntRange(0, 60).Draw(t, "records")
		for range n {
			tally.Add(Record{
				Kind: rapid.SampledFrom([]string{"SEJ_A", "SEJ_B", "EXP_A"}).Draw(t, "kind"), Renewal: rapid.Bool().Draw(t, "renewal"), Minor: rapid.Bool().Draw(t, "minor"),
				Country: rapid.SampledFrom([]string{"DZA", "COD", "CMR", "GIN", "MLI"}).Draw(t, "country"), Chapter: rapid.SampledFrom(chapterNumbers()).Draw(t, "chapter"),
				Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"), Care: rapid.SampledFrom([]string{CareShort, CareLong, CareUnsaid}).Draw(t, "care"),
			})
		}
		for _, table := range tally.Tables() {
			sum := 0
			for _, line := range table.Lines {
				sum += line.Opinions
				for _, figure := range []int{line.Opinions, line.Favourable, line.Opinions - line.Favourable} {
					if figure > 0 && figure < Smallest {
						t.Fatalf("%s shows %+v", table.Field, table.Lines)
					}
				}
			}
			if !table.Withheld && sum != n {
				t.Fatalf("%s adds up to %d of %d", table.Field, sum, n)
			}
		}
	})
}
