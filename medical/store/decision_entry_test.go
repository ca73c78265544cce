package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical/store"
)

// The program alone, whatever it decides, makes no decision of one hand, nor lists anybody by itself: the database refuses.
func TestADecisionTakesTwoHands(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	entered := store.DecisionEntry{ID: store.NewID(), Decision: decisions(t)[0], EnteredAt: at(0), EnteredBy: "sec-01"}
	entered.Decision.Ref = "DEC-2026-09"
	for _, l := range entered.Decision.Lines {
		entered.Persons = append(entered.Persons, l.Person)
	}
	var err error
	if entered.Digest, err = entered.Decision.Digest(); err != nil {
		t.Fatal(err)
	}
	do := func(what func(context.Context, pgx.Tx) error) error {
		return db.InTx(t.Context(), app, func(tx pgx.Tx) error { return what(t.Context(), tx) })
	}
	confirmed := func(e store.DecisionEntry, by string) func(context.Context, pgx.Tx) error {
		return func(ctx context.Context, tx pgx.Tx) error { return store.ConfirmDecision(ctx, tx, e, by, at(1)) }
	}
	other := entered
	other.ID, other.Digest = store.NewID(), strings.Repeat("0a", 32)
	if err := do(func(ctx context.Context, tx pgx.Tx) error { return store.EnterDecision(ctx, tx, entered) }); err != nil {
		t.Fatal(err)
	}
	hidden := entered
	hidden.EnteredBy = "sec-02"
	unnamed := entered
	unnamed.Persons = []string{"med-12"}
	for _, x := range []struct {
		name, constraint string
		do               func(context.Context, pgx.Tx) error
	}{
		{"the digest of something else", "decision_entry_digest", func(ctx context.Context, tx pgx.Tx) error { return store.EnterDecision(ctx, tx, other) }},
		{"confirmed by who entered", "decision_by_two", confirmed(entered, "sec-01")},
		{"confirmed by whom it names", "decision_of_others", confirmed(entered, "med-02")},
		{"confirmed as of another hand", "decision_confirmed", confirmed(hidden, "sec-01")},
		{"confirmed as naming others", "decision_confirmed", confirmed(unnamed, "med-02")},
		{"published by the program", "permission denied", func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO medical.decisions (ref, kind, signed_on, published_on, valid_from, digest) VALUES ('DEC-2026-09', 'COLLEGE', '2026-01-01', '2026-01-01', '2026-01-01', $1)", entered.Digest)
			return err
		}},
		{"changed", "permission denied", func(ctx context.Context, tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE medical.decision_entries SET entered_by = 'x'")
			return err
		}},
	} {
		if err := do(x.do); err == nil || !strings.Contains(err.Error(), x.constraint) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	if _, err := store.GetConfirmedDecision(t.Context(), owner, "DEC-2026-09"); err == nil {
		t.Error("one hand made a decision")
	}
	if err := do(confirmed(entered, "med-13")); err != nil {
		t.Fatal(err)
	}
	if err := do(confirmed(entered, "chef-02")); err == nil || !strings.Contains(err.Error(), "decision_confirmed_once") {
		t.Errorf("confirmed twice: %v", err)
	}
	got, err := store.GetConfirmedDecision(t.Context(), owner, "DEC-2026-09")
	if err != nil || got.Digest != entered.Digest || got.Published || len(got.Decision.Lines) != len(entered.Persons) || got.Decision.Lines[1].Person != "med-02" {
		t.Errorf("confirmed: %+v, %v", got, err)
	}
}
