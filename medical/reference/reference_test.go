package reference

import (
	"slices"
	"testing"
	"time"
)

// Each kind has one competent author and one form for each status of liberty, every day since the rule exists; never two.
func TestNoTwoRulesForOneDay(t *testing.T) {
	for _, a := range tables.authors {
		for _, b := range tables.authors {
			if a.Family != b.Family || a.From == b.From && a.Form == b.Form && a.Liberty[0] == b.Liberty[0] {
				continue
			}
			for _, l := range a.Liberty {
				for _, m := range b.Liberty {
					if l == m && (within(a.From, b.From, b.To) || within(b.From, a.From, a.To)) {
						t.Errorf("two rules for %s %s on %v", a.Family, l, a.From)
					}
				}
			}
		}
	}
}

// The same of whom the opinion is for.
func TestNoTwoReceiversForOneDay(t *testing.T) {
	for i, a := range tables.receivers {
		for _, b := range tables.receivers[i+1:] {
			for _, l := range a.Liberty {
				if a.Family == b.Family && slices.Contains(b.Liberty, l) && (within(a.From, b.From, b.To) || within(b.From, a.From, a.To)) {
					t.Errorf("two receivers for %s %s on %v", a.Family, l, a.From)
				}
			}
		}
	}
}

func TestWhatTheRulesName(t *testing.T) {
	today := Date{2026, 5, 4}
	for _, k := range Kinds() {
		for _, l := range []string{"LIBRE", "ASSIGNE_EXECUTION", "RETENTION", "DETENU"} {
			a, ok := AuthorOn(k.Family, l, today)
			if !ok || len(CertificateAuthorsOn(k.Family, l, today)) == 0 {
				t.Errorf("%s, %s: nobody is competent", k.Code, l)
			}
			if r, ok := ReceiverOn(k.Family, l, today); !ok || r.Source == "" {
				t.Errorf("%s, %s: an opinion is for nobody", k.Code, l)
			}
			if f, ok := FormOn(a.Annexe, today); !ok || a.Annexe != f.Annexe {
				t.Errorf("%s, %s: form %s is not in force", k.Code, l, a.Form)
			}
		}
		if len(k.Source) == 0 {
			t.Errorf("%s has no source", k.Code)
		}
	}
	for _, p := range Prefectures() {
		d, ok := DirectionOf(p.Code)
		if !ok || d.location == nil {
			t.Errorf("prefecture %s has no territorial direction", p.Code)
		}
	}
	if _, ok := CountryLabel("CIV"); !ok {
		t.Error("a country is missing")
	}
	if _, ok := AuthorOn("SEJ", "LIBRE", Date{2016, 12, 31}); ok {
		t.Error("a rule before its date")
	}
}

func TestTheDateIsThatOfTheTerritory(t *testing.T) {
	night := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)
	for direction, want := range map[string]string{"DT-PARIS": "2026-03-29", "DT-CAYENNE": "2026-03-28", "": "2026-03-29"} {
		if got := LocalDate(night, direction).String(); got != want {
			t.Errorf("%s: %s, want %s", direction, got, want)
		}
	}
}

func TestFortyEightHoursAreFortyEightHours(t *testing.T) {
	start := time.Date(2025, 10, 26, 1, 40, 0, 0, time.FixedZone("", 2*3600))
	if got := (Duration{48, 'H'}).AfterInstant(start).In(Location("DT-PARIS")).Format(time.RFC3339); got != "2025-10-28T00:40:00+01:00" {
		t.Errorf("due at %s", got)
	}
}

func TestDurations(t *testing.T) {
	for in, ok := range map[string]bool{"P15D": true, "P3M": true, "P5Y": true, "PT48H": true, "": false, "P": false, "PD": false, "3M": false, "P3H": false, "PT3D": false, "P-3M": false, "P0D": false, "P1W": false} {
		var d Duration
		if err := d.UnmarshalText([]byte(in)); (err == nil) != ok || ok && d.String() != in {
			t.Errorf("%q: %v, %s", in, err, d)
		}
	}
}

func FuzzDuration(f *testing.F) {
	f.Add("P3M")
	f.Add("PT48H")
	f.Fuzz(func(t *testing.T, s string) {
		var d Duration
		if d.UnmarshalText([]byte(s)) == nil && d.N <= 0 {
			t.Fatal("no delay")
		}
	})
}
