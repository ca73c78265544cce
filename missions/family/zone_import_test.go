package family_test

import (
	"strings"
	"testing"

	"cloison/missions"
	"cloison/missions/family"
)

const zoneHead = "commune;zone;debut;fin;source;statut\n"

func zoneLines(t *testing.T, text string) []family.ZoneLine {
	t.Helper()
	lines, err := family.ReadZones(strings.NewReader(zoneHead + text))
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestEachLineOfAnImportSaysWhatBecomesOfIt: added, unchanged, following one that then ends, or refused with its reason.
func TestEachLineOfAnImportSaysWhatBecomesOfIt(t *testing.T) {
	known := []family.ZoneRow{{Commune: "69123", Zone: family.ZoneA, From: missions.NewDate(2014, 10, 1), Source: "arrêté", Status: missions.Verified}}
	lines := zoneLines(t, `69123;A;2014-10-01;;arrêté;verified
69123;A_BIS;2025-09-05;;arrêté de 2025;verified
23096;C;2014-10-01;;arrêté;verified
23096;B2;2025-09-05;;arrêté de 2025;to_confirm
15014;C;2014-10-01;2020-12-31;arrêté;verified
15014;B2;2020-12-31;;arrêté;verified
6912;A;2014-10-01;;arrêté;verified
69266;Z;2014-10-01;;arrêté;verified
69266;A;01/10/2014;;arrêté;verified
69266;A;2014-10-01;;;verified
69266;A;2014-10-01;2014-09-30;arrêté;verified
69266;A;2014-10-01;;arrêté;certain
69266;A
69"266;A;2014-10-01;;arrêté;verified
`)
	add, end := family.MergeZones(known, lines)
	want := []string{family.ZoneUnchanged, family.ZoneFollows, family.ZoneAdded, family.ZoneFollows, family.ZoneAdded, family.ZoneRefused, family.ZoneRefused, family.ZoneRefused,
		family.ZoneRefused, family.ZoneRefused, family.ZoneRefused, family.ZoneRefused, family.ZoneRefused, family.ZoneRefused}
	if len(lines) != len(want) {
		t.Fatalf("%d lines are read", len(lines))
	}
	for i, l := range lines {
		if l.Line != i+2 || l.Outcome != want[i] || (l.Why == "") != (l.Outcome != family.ZoneRefused) {
			t.Errorf("line %d: %+v, want %s", i+2, l, want[i])
		}
	}
	if len(add) != 4 || len(end) != 2 || end[0].To.String() != "2025-09-04" || end[0].Zone != family.ZoneA {
		t.Errorf("added %v, ended %v", add, end)
	}
	if _, err := family.ReadZones(strings.NewReader("commune,zone\n")); err == nil {
		t.Error("a list of other columns was read")
	}
}
