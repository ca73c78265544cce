package missions_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"cloison/missions"
)

const row = `{"code":"P","key":"K","value":"18.00","from":"2021-05-01","to":"2023-12-31","source":"L. 1","status":"verified"}`

func TestAParameterIsFoundOnEachOfItsDaysAndNoOther(t *testing.T) {
	law, err := missions.ParseLaw([]byte("[" + row + "," + strings.NewReplacer("2021-05-01", "2024-01-01", `"2023-12-31"`, "null", "18.00", "20.50").Replace(row) + "]"))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]missions.Value{"2021-05-01": 1800, "2023-12-31": 1800, "2024-01-01": 2050, "2090-01-01": 2050} {
		if p, err := law.On("P", "K", date(t, day)); err != nil || p.Value != want {
			t.Errorf("%s: %s %v", day, p.Value.French(), err)
		}
	}
	var missing missions.Missing
	if _, err := law.On("P", "K", date(t, "2021-04-30")); !errors.As(err, &missing) || !strings.Contains(missing.Sentence(), "P (K)") {
		t.Errorf("a day before the first: %v", err)
	}
}

func TestALawThatCannotBeIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"two values on a day": "[" + row + "," + strings.Replace(row, "2021-05-01", "2023-12-31", 1) + "]",
		"no source":           "[" + strings.Replace(row, "L. 1", "", 1) + "]",
		"no status":           "[" + strings.Replace(row, "verified", "sure", 1) + "]",
		"ends first":          "[" + strings.Replace(row, "2023-12-31", "2020-12-31", 1) + "]",
		"a number":            "[" + strings.Replace(row, `"18.00"`, "18.00", 1) + "]",
		"three places":        "[" + strings.Replace(row, "18.00", "18.001", 1) + "]",
		"another field":       "[" + strings.Replace(row, `"key"`, `"clef":"x","key"`, 1) + "]",
	} {
		if _, err := missions.ParseLaw([]byte(text)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
}

func TestValuesAreReadAndWrittenExactly(t *testing.T) {
	for text, want := range map[string]string{"1823.03": "1\u202f823,03", "18": "18", "0.5": "0,50", "1234567.00": "1\u202f234\u202f567"} {
		var v missions.Value
		if err := json.Unmarshal([]byte(`"`+text+`"`), &v); err != nil || v.French() != want {
			t.Errorf("%s: %q %v", text, v.French(), err)
		}
		again, err := json.Marshal(v)
		var back missions.Value
		if err != nil || json.Unmarshal(again, &back) != nil || back != v {
			t.Errorf("%s: written %s", text, again)
		}
	}
}

func TestMonthsEndWithTheMonth(t *testing.T) {
	for from, want := range map[string]string{"2027-01-31": "2027-04-30", "2027-11-30": "2028-02-29", "2026-12-15": "2027-03-15"} {
		if got := date(t, from).AddMonths(3).String(); got != want {
			t.Errorf("%s and three months: %s, want %s", from, got, want)
		}
	}
}

// TestEveryDepartmentHasOneDirection, each with its source, and no département has two on one day.
func TestEveryDepartmentHasOneDirection(t *testing.T) {
	seen := map[string]string{}
	for _, c := range missions.Competences() {
		if c.Source == "" || c.Status != missions.Verified && c.Status != missions.ToConfirm {
			t.Errorf("%s: source or status", c.Direction)
		}
		for _, d := range c.Departments {
			if seen[d] != "" {
				t.Errorf("%s is of %s and of %s", d, seen[d], c.Direction)
			}
			seen[d] = c.Direction
		}
	}
	if len(seen) < 100 || len(missions.Competences()) != 31 {
		t.Errorf("%d départements in %d directions", len(seen), len(missions.Competences()))
	}
	var none missions.NoDirection
	if _, err := missions.DirectionOf("00", date(t, "2026-01-01")); !errors.As(err, &none) || none.Sentence() == "" {
		t.Errorf("an unknown département: %v", err)
	}
	for commune, want := range map[string]string{"69123": "69", "2A004": "2A", "97411": "974", "Lyon": ""} {
		if got := missions.Department(commune); got != want {
			t.Errorf("%s is in %q, want %q", commune, got, want)
		}
	}
}

func date(t *testing.T, text string) missions.Date {
	t.Helper()
	d, err := missions.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
