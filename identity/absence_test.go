package identity

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
)

// An absence counts on its days, from the first to the last, until it is withdrawn; and it takes nothing away from who is away.
func TestAnAbsenceCountsOnItsDaysUntilItIsWithdrawn(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	said := Absence{ID: audit.NewID(), Person: "med-a", FirstOn: "2026-03-05", LastOn: "2026-03-20", SaidAt: at, SaidBy: "med-a"}
	longer := Absence{ID: audit.NewID(), Person: "med-a", FirstOn: "2026-03-10", LastOn: "2026-04-01", SaidAt: at, SaidBy: "med-b"}
	for _, a := range []Absence{said, longer} {
		if err := z.in(t, func(ctx context.Context, tx pgx.Tx) error { return SayAbsence(ctx, tx, a) }); err != nil {
			t.Fatal(err)
		}
	}
	away := func(on string) string {
		t.Helper()
		list, err := AwayOn(t.Context(), z.pool, on)
		if err != nil {
			t.Fatal(err)
		}
		return list["med-a"].ID
	}
	for on, want := range map[string]string{"2026-03-04": "", "2026-03-05": said.ID, "2026-03-20": said.ID, "2026-03-21": longer.ID, "2026-04-01": longer.ID, "2026-04-02": ""} {
		if got := away(on); got != want {
			t.Errorf("on %s: %q, want %q", on, got, want)
		}
	}
	withdraw := func(ctx context.Context, tx pgx.Tx) error { return WithdrawAbsence(ctx, tx, longer.ID, "med-a", at) }
	if err := z.in(t, withdraw); err != nil {
		t.Fatal(err)
	}
	if err := z.in(t, withdraw); err == nil || !strings.Contains(err.Error(), "absence_withdrawn_once") {
		t.Errorf("withdrawn twice: %v", err)
	}
	if got := away("2026-03-21"); got != "" {
		t.Errorf("withdrawn, and still away: %s", got)
	}
	if got := z.standing(t, "med-a", "2026-03-10"); got != InForce {
		t.Errorf("his habilitation while he is away: %s", got)
	}
	for constraint, a := range map[string]Absence{
		"absence_days_in_order": {ID: audit.NewID(), Person: "med-a", FirstOn: "2026-03-05", LastOn: "2026-03-04", SaidAt: at, SaidBy: "med-a"},
		"absence_within_a_year": {ID: audit.NewID(), Person: "med-a", FirstOn: "2026-03-05", LastOn: "2027-03-06", SaidAt: at, SaidBy: "med-a"},
	} {
		if err := z.in(t, func(ctx context.Context, tx pgx.Tx) error { return SayAbsence(ctx, tx, a) }); err == nil || !strings.Contains(err.Error(), constraint) {
			t.Errorf("%s: %v", constraint, err)
		}
	}
	if err := HasAbsence(t.Context(), z.pool, said.ID, "med-a"); err != nil {
		t.Errorf("his own: %v", err)
	}
	for _, of := range [][2]string{{said.ID, "med-b"}, {audit.NewID(), "med-a"}} {
		if err := HasAbsence(t.Context(), z.pool, of[0], of[1]); !errors.Is(err, ErrNoAbsence) {
			t.Errorf("an absence of %s: %v", of[1], err)
		}
	}
	if list, err := AbsencesOf(t.Context(), z.pool, "med-b", "2026-03-10"); err != nil || len(list) != 0 {
		t.Errorf("a colleague's list: %v, %v", list, err)
	}
	if list, err := AbsencesOf(t.Context(), z.pool, "med-a", "2026-03-21"); err != nil || len(list) != 0 {
		t.Errorf("over, and still listed: %v, %v", list, err)
	}
	if err := z.in(t, func(ctx context.Context, tx pgx.Tx) error {
		return insertEnd(ctx, tx, DutyEnd{ID: audit.NewID(), Person: "med-a", At: at, By: "med-b", ReasonCode: "DEPART"})
	}); err != nil {
		t.Fatal(err)
	}
	if got := away("2026-03-10"); got != "" {
		t.Errorf("away from a duty that ended: %s", got)
	}
	for _, sql := range []string{"UPDATE identity.absences SET last_on = last_on + 1", "DELETE FROM identity.absence_withdrawals"} {
		if _, err := z.pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
