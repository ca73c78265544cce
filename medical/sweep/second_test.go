package sweep_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
)

// onCall writes a line of the rota of Paris for the whole of January.
func (z *zone) onCall(t *testing.T, physician string, rank int) {
	t.Helper()
	must(t, db.InTx(t.Context(), z.Pool, func(tx pgx.Tx) error {
		line := store.RotaLine{Direction: "DT-PARIS", Physician: physician, Rank: rank, From: paris(2026, 1, 2, 0, 0), To: paris(2026, 1, 31, 0, 0)}
		return store.InsertRotaLine(t.Context(), tx, line, "sec-01", z.Clock.Now())
	}))
}

// REQ-6: nobody took the removal in the hours in force: the second on call is called, once, by a code.
func TestTheSecondOnCallIsCalledOnce(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	removal := func(c *medical.Case) {
		c.Kind, c.Country.Role, c.Liberty = "OQTF_L7313_RETENU", "PAYS_RENVOI", []medical.LibertyPeriod{{Status: medical.Retained}}
	}
	id, free := z.open(t, removal), z.open(t, noChange)
	z.onCall(t, "med-02", store.FirstOnCall)
	z.Clock.Set(paris(2026, 1, 20, 22, 0))
	z.append(t, id, "sec-01", medical.CertificatRecu{Accepted: true})
	z.append(t, free, "sec-01", medical.CertificatRecu{Accepted: true})
	if got := z.round(t, paris(2026, 1, 21, 3, 0)); got != "map[]" {
		t.Errorf("without a second: %s", got)
	}
	z.onCall(t, "med-03", store.SecondOnCall)
	if got := z.round(t, paris(2026, 1, 21, 1, 59)); got != "map[]" {
		t.Errorf("before the hours have passed: %s", got)
	}
	for _, want := range []string{"map[second:1]", "map[]"} {
		if got := z.round(t, paris(2026, 1, 21, 2, 0)); got != want {
			t.Errorf("after four hours: %s, want %s", got, want)
		}
	}
	z.wantTasks(t, id, "SECOND_APPELE med-03")
	z.wantTasks(t, free)
	z.onCall(t, "med-04", store.SecondOnCall) // another takes his place, and is called in his turn
	z.round(t, paris(2026, 1, 21, 2, 30))
	z.wantTasks(t, id, "SECOND_APPELE med-03", "SECOND_APPELE med-04")
}
