package cloison_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"cloison/release"
)

// Both zones, and the form, know the same authorities by the same names, each served by the same direction, whose day ends at the same hour. Neither
// zone may link the other's code: a prefecture that one cannot name would be refused there, or answered with another day.
func TestBothZonesKnowTheSameAuthorities(t *testing.T) {
	var directions []struct {
		Code        string   `json:"code"`
		TimeZone    string   `json:"time_zone"`
		Prefectures []string `json:"prefectures"`
	}
	decodeFile(t, "medical/reference/data/directions.json", &directions)
	var prefectures []struct{ Code, Label string }
	decodeFile(t, "medical/reference/data/prefectures.json", &prefectures)
	var form struct{ Prefectures, Directions map[string]string }
	decodeFile(t, "release/form/data/labels.json", &form)
	medical := map[string]string{}
	for _, p := range prefectures {
		medical[p.Code] = p.Label
	}
	referring := 0
	for _, a := range release.Authorities() {
		if len(a.Refers) == 0 {
			continue
		}
		referring++
		printed := strings.ReplaceAll(a.Label, "’", "'") // a document keeps the letters of its version
		if medical[a.Code] != a.Label || form.Prefectures[a.Code] != printed || form.Directions[a.Direction] == "" {
			t.Errorf("%s is %q, %q and %q, of %q", a.Code, a.Label, medical[a.Code], form.Prefectures[a.Code], form.Directions[a.Direction])
		}
		zone := a.TimeZone
		if zone == "" {
			zone = "Europe/Paris"
		}
		served := 0
		for _, d := range directions {
			if slices.Contains(d.Prefectures, a.Code) {
				served++
				if d.Code != a.Direction || d.TimeZone != zone {
					t.Errorf("%s: %s in %s here, %s in %s in the medical zone", a.Code, a.Direction, zone, d.Code, d.TimeZone)
				}
			}
		}
		if served != 1 {
			t.Errorf("%s is served by %d directions", a.Code, served)
		}
	}
	// The ninety-six départements of metropolitan France, four overseas, and the minister. Mayotte's college has a rule of its own (former
	// L. 832-1, 16°) that no code holds: it is not here.
	if referring != 96+4+1 || len(medical) != referring || len(form.Prefectures) != referring || release.ValidPrefecture("976") || !release.ValidPrefecture("2A") {
		t.Errorf("%d authorities refer; %d and %d are named", referring, len(medical), len(form.Prefectures))
	}
}

func decodeFile(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
