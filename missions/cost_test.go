package missions_test

import (
	"strings"
	"testing"

	"cloison/missions"
)

// TestACostIsOneLineThatASpreadsheetReads: its funding in each line, cents kept, no person.
func TestACostIsOneLineThatASpreadsheetReads(t *testing.T) {
	var table strings.Builder
	err := missions.WriteCosts(&table, []missions.Cost{{Mission: "family", Direction: "DT-LYON", Department: "69", CaseType: "RF_INTRO", Case: "c-1", On: date(t, "2026-11-12"), Kind: "INTERPRETE",
		Amount: missions.Value(123805), Funding: missions.ByUnion}})
	if want := "mission;direction;departement;type;dossier;jour;nature;montant;financement\nfamily;DT-LYON;69;RF_INTRO;c-1;2026-11-12;INTERPRETE;1238,05;UE_FAMI\n"; err != nil || table.String() != want {
		t.Errorf("%v\n%s", err, table.String())
	}
	if missions.Funding("MECENE").Known() || !missions.ByState.Known() {
		t.Error("who pays is a closed list")
	}
}
