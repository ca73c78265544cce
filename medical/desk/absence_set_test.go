package desk

import (
	"strings"
	"testing"
	"time"

	"cloison/medical"
)

type thatDay time.Time

func (d thatDay) Now() time.Time { return time.Time(d) }

// An absence is of a physician, in order, not over, and of a year at most; its days are those of Paris.
func TestDaysOfAnAbsence(t *testing.T) {
	t.Parallel()
	k := &Desk{}
	k.Clock = thatDay(time.Date(2026, 3, 11, 23, 30, 0, 0, time.UTC)) // the 12th, in Paris
	for name, c := range map[string]struct {
		role, first, last, says string
	}{
		"a day, today":                {"MEDECIN", "2026-03-12", "2026-03-12", ""},
		"begun before, not over":      {"MEDECIN", "2026-03-01", "2026-03-12", ""},
		"a year":                      {"MEDECIN", "2026-03-12", "2027-03-11", ""},
		"a leap year":                 {"MEDECIN", "2028-02-29", "2029-02-28", "un an au plus"},
		"of a secretary":              {"SECRETARIAT_MEDICAL", "2026-03-12", "2026-03-13", "Seule l’absence d’un médecin"},
		"of an auditor":               {"AUDITEUR_CONFORMITE", "2026-03-12", "2026-03-13", "Seule l’absence d’un médecin"},
		"the wrong way round":         {"MEDECIN", "2026-03-14", "2026-03-13", "avant de commencer"},
		"over since yesterday":        {"MEDECIN", "2026-03-01", "2026-03-11", "déjà passés"},
		"a year and a day":            {"MEDECIN", "2026-03-12", "2027-03-12", "un an au plus"},
		"the wrong way round, in ’25": {"MEDECIN", "2025-03-14", "2025-03-13", "avant de commencer"},
	} {
		first, err := medical.ParseDate(c.first)
		if err != nil {
			t.Fatal(err)
		}
		last, err := medical.ParseDate(c.last)
		if err != nil {
			t.Fatal(err)
		}
		err = k.checkAbsence(setAbsenceInput{Person: "med-01", FirstOn: first, LastOn: last}, c.role)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.(*medical.FieldError).Sentence, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
