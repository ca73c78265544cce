package identity

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
)

// standing of somebody on a day.
func (z *zone) standing(t *testing.T, person, on string) string {
	t.Helper()
	got, err := StandingOf(t.Context(), z.pool, person, on)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (z *zone) in(t *testing.T, do func(context.Context, pgx.Tx) error) error {
	t.Helper()
	return pgx.BeginFunc(t.Context(), z.pool, func(tx pgx.Tx) error { return do(t.Context(), tx) })
}

func entry(person, by, from string, at time.Time) Entry {
	return Entry{ID: audit.NewID(), Person: person, DecisionRef: "HAB-2026-07", ValidFrom: from, EnteredAt: at, EnteredBy: by}
}

// The program alone, whatever it decides, cannot write a habilitation of one hand, nor change what was written: the database refuses.
func TestTwoHandsOrNone(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	if err := z.in(t, func(ctx context.Context, tx pgx.Tx) error {
		return insertEnd(ctx, tx, DutyEnd{ID: audit.NewID(), Person: "med-a", At: at, By: "med-b", ReasonCode: "DEPART"})
	}); err != nil {
		t.Fatal(err)
	}
	given := entry("med-a", "sec-a", "2026-03-02", at.Add(time.Hour))
	for _, x := range []struct {
		name, constraint string
		do               func(context.Context, pgx.Tx) error
	}{
		{"entered for oneself", "habilitation_of_another", func(ctx context.Context, tx pgx.Tx) error {
			return Enter(ctx, tx, entry("med-a", "med-a", "2026-03-02", at))
		}},
		{"ends before it begins", "habilitation_days_in_order", func(ctx context.Context, tx pgx.Tx) error {
			e, day := entry("med-a", "sec-a", "2026-03-02", at), "2026-03-01"
			e.ValidTo = &day
			return Enter(ctx, tx, e)
		}},
		{"a decision in words", "habilitation_decision", func(ctx context.Context, tx pgx.Tx) error {
			e := entry("med-a", "sec-a", "2026-03-02", at)
			e.DecisionRef = "par téléphone"
			return Enter(ctx, tx, e)
		}},
		{"one's own duty", "duty_end_of_another", func(ctx context.Context, tx pgx.Tx) error {
			return insertEnd(ctx, tx, DutyEnd{ID: audit.NewID(), Person: "med-a", At: at, By: "med-a", ReasonCode: "DEPART"})
		}},
		{"one's own review", "review_of_another", func(ctx context.Context, tx pgx.Tx) error { return Review(ctx, tx, "med-a", "med-a", at) }},
		{"confirmed by who entered", "habilitation_by_two", confirming(given, "sec-a", at)},
		{"confirmed by himself", "habilitation_by_two", confirming(given, "med-a", at)},
		{"confirmed as of another hand", "habilitation_confirmed", func(ctx context.Context, tx pgx.Tx) error {
			lie := given
			if err := Enter(ctx, tx, given); err != nil {
				return err
			}
			lie.EnteredBy = "sec-b"
			return Confirm(ctx, tx, lie, "sec-a", at)
		}},
	} {
		if err := z.in(t, x.do); err == nil || !strings.Contains(err.Error(), x.constraint) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	other := entry("med-b", "sec-a", "2026-03-02", at)
	if err := z.in(t, func(ctx context.Context, tx pgx.Tx) error {
		if err := Enter(ctx, tx, other); err != nil {
			return err
		}
		return Confirm(ctx, tx, other, "med-a", at)
	}); err != nil {
		t.Fatal(err)
	}
	again := func(ctx context.Context, tx pgx.Tx) error { return Confirm(ctx, tx, other, "sec-b", at.Add(time.Hour)) }
	if err := z.in(t, again); err == nil || !strings.Contains(err.Error(), "habilitation_confirmed_once") {
		t.Errorf("confirmed twice: %v", err)
	}
	for _, sql := range []string{"UPDATE identity.habilitations SET entered_by = 'x'", "DELETE FROM identity.duty_ends", "DELETE FROM identity.habilitation_reviews",
		"UPDATE identity.people SET habilitated = true"} {
		if _, err := z.pool.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if got := z.standing(t, "med-a", "2026-03-02"); got != Ended {
		t.Errorf("after all that: %s", got)
	}
}

func confirming(e Entry, by string, at time.Time) func(context.Context, pgx.Tx) error {
	return func(ctx context.Context, tx pgx.Tx) error {
		if err := Enter(ctx, tx, e); err != nil {
			return err
		}
		return Confirm(ctx, tx, e, by, at)
	}
}

// A duty that ended counts against what came before it, the file that is loaded at each start included; two hands empower again, for three months at a
// time, from the day that the decision says to its last.
func TestAHabilitationHoldsFromTwoHandsToItsTerm(t *testing.T) {
	t.Parallel()
	z := newZone(t, Medical)
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	if got := z.standing(t, "med-a", "2026-03-02"); got != InForce {
		t.Fatalf("as loaded: %s", got)
	}
	do := func(change func(context.Context, pgx.Tx) error) {
		t.Helper()
		if err := z.in(t, change); err != nil {
			t.Fatal(err)
		}
	}
	do(func(ctx context.Context, tx pgx.Tx) error {
		return insertEnd(ctx, tx, DutyEnd{ID: audit.NewID(), Person: "med-a", At: at, By: "med-b", ReasonCode: "SUSPENSION"})
	})
	given, last := entry("med-a", "sec-a", "2026-04-01", at.Add(time.Hour)), "2026-12-31"
	given.ValidTo = &last
	do(func(ctx context.Context, tx pgx.Tx) error { return Enter(ctx, tx, given) })
	if got := z.standing(t, "med-a", "2026-04-01"); got != Ended {
		t.Errorf("entered by one: %s", got)
	}
	do(func(ctx context.Context, tx pgx.Tx) error {
		return Confirm(ctx, tx, given, "med-b", at.Add(2*time.Hour))
	})
	for on, want := range map[string]string{
		"2026-03-31": Ended, "2026-04-01": InForce, "2026-06-02": InForce, "2026-06-03": Lapsed, "2026-12-31": Lapsed, "2027-01-01": Ended,
	} {
		if got := z.standing(t, "med-a", on); got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
	}
	term := func(person, on string) string {
		t.Helper()
		due, err := ReviewDueOf(t.Context(), z.pool, person, on)
		if err != nil {
			t.Fatal(err)
		}
		if due == nil {
			return ""
		}
		return *due
	}
	if loaded, two := term("med-b", "2026-04-01"), term("med-a", "2026-04-01"); loaded != "" || two != "2026-06-02" {
		t.Errorf("terms: %q of one that was loaded, %q of two hands", loaded, two)
	}
	do(func(ctx context.Context, tx pgx.Tx) error {
		return Review(ctx, tx, "med-a", "med-b", time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC))
	})
	for on, want := range map[string]string{"2026-06-03": InForce, "2026-09-01": InForce, "2026-09-02": Lapsed} {
		if got := z.standing(t, "med-a", on); got != want {
			t.Errorf("looked at again, on %s: %s, want %s", on, got, want)
		}
	}
	// It ends again: what two hands gave before, and its reviews, count no more, on any day.
	do(func(ctx context.Context, tx pgx.Tx) error {
		return insertEnd(ctx, tx, DutyEnd{ID: audit.NewID(), Person: "med-a", At: time.Date(2026, 6, 15, 8, 0, 0, 0, time.UTC), By: "med-b", ReasonCode: "DEPART"})
	})
	do(func(ctx context.Context, tx pgx.Tx) error {
		return Review(ctx, tx, "med-a", "med-b", time.Date(2026, 6, 16, 8, 0, 0, 0, time.UTC))
	})
	for _, on := range []string{"2026-06-15", "2026-06-16", "2026-09-02", "2026-12-31"} {
		if got := z.standing(t, "med-a", on); got != Ended {
			t.Errorf("ended once more, on %s: %s", on, got)
		}
	}
	if empowered, err := IsPhysicianOn(t.Context(), z.pool, "med-a", "2026-09-02"); err != nil || empowered {
		t.Errorf("lapsed, and a rapporteur: %v %v", empowered, err)
	}
}
