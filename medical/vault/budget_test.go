package vault_test

import (
	"slices"
	"testing"

	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/medical/vault/vaulttest"
)

// The fourth dossier of four brings the budget past 80 %, the fifth is refused: the ends of those two readings say so, and no other does.
func TestTheRecordSaysThatABudgetEnds(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range vaulttest.MedicalBudget + 1 {
		id := d.open(t)
		d.write(t, id, store.KindReport, "report", "rapport")
		_, _ = d.read(t, id, reportRef)
	}
	rows, err := d.Pool.Query(t.Context(), `SELECT e.outcome || ' ' || e.rule FROM audit.entries e WHERE e.rule LIKE 'BUDGET_%' ORDER BY e.seq`)
	must(t, err)
	var got []string
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		got = append(got, line)
	}
	must(t, rows.Err())
	if want := []string{"SERVED " + vault.RuleBudgetNear, "BROKEN " + vault.RuleBudgetReached}; !slices.Equal(got, want) {
		t.Errorf("the record has %q, want %q", got, want)
	}
}
