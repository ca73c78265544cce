package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/medical"
	"cloison/medical/store"
)

// A zone restored from when one notice had left, and told that three releases more had: the notices among them do not leave again, their numbers
// are not taken, deliveries go on after them, and no other opinion contradicts the one that the prefecture holds.
func TestWhatLeftBeforeARestoreDoesNotLeaveAgain(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	id := play(t, app, "referral")
	deliver := func(seq int64) error {
		return db.InTx(t.Context(), app, func(tx pgx.Tx) error { return store.MarkDelivered(t.Context(), tx, seq, at(1)) })
	}
	if err := deliver(1); err != nil {
		t.Fatal(err)
	}
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error {
		for i, code := range []string{"N1", "N3", "N6"} {
			if _, err := tx.Exec(ctx, `INSERT INTO medical.lost_releases (seq, referral, code, found_at) VALUES ($1, $2, $3, $4)`, i+2, referral, code, at(2)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE medical.counters SET value = value + 1 WHERE name = 'release'`); err != nil {
				return err
			}
		}
		return nil
	})
	for _, s := range steps()[1:] {
		err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			with := store.With{}
			if s.with != nil {
				with = s.with(t)
			}
			_, err := store.AppendEvents(t.Context(), tx, id, s.events, with)
			return err
		})
		broke, _ := db.Constraint(err)
		if want := map[string]string{"issue": "AVIS_LEFT_BEFORE_RESTORE"}[s.name]; store.Constraints[broke] != want || (err == nil) != (want == "") {
			t.Fatalf("%s: %v", s.name, err)
		}
	}
	// Nor is it closed as if no opinion had been given: the other zone would refuse that, and take nothing after it.
	err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
		closing := []medical.Event{{At: at(9), Actor: "sec-01", Data: medical.ClotureSansAvis{ReasonCode: "RETRAIT"}}}
		_, err := store.AppendEvents(t.Context(), tx, id, closing, store.With{})
		return err
	})
	if broke, _ := db.Constraint(err); store.Constraints[broke] != "AVIS_LEFT_BEFORE_RESTORE" {
		t.Errorf("closed without an opinion: %v", err)
	}
	if got := outbox(t, app.Query); !slices.Equal(got, []string{"N0"}) {
		t.Errorf("outbox: %v", got)
	}
	if n, err := store.Undelivered(t.Context(), app); n != 0 || err != nil {
		t.Errorf("%d wait, %v", n, err)
	}
	// What is new, here of another dossier, takes the next number and leaves next.
	other := newDossier(store.NewID())
	other.Group, other.Referrals[0].ID = store.NewID(), store.NewID()
	inTx(t, app, func(ctx context.Context, tx pgx.Tx) error {
		if err := store.CreateDossier(ctx, tx, other); err != nil {
			return err
		}
		_, err := store.AppendEvents(ctx, tx, other.ID, steps()[0].events, store.With{})
		return err
	})
	if got := outbox(t, app.Query); !slices.Equal(got, []string{"N0", "N0"}) {
		t.Errorf("outbox: %v", got)
	}
	for _, seq := range []int64{2, 4, 6} {
		if broke, _ := db.Constraint(deliver(seq)); broke != "delivery_in_order" {
			t.Errorf("delivery %d: refused by %q", seq, broke)
		}
	}
	if err := deliver(5); err != nil {
		t.Errorf("delivery of what is new: %v", err)
	}
}

// What left stands once, by one head of service, and only where the other zone's list gave its digest; nothing else of it is written.
func TestWhatLeftStandsOnce(t *testing.T) {
	t.Parallel()
	owner, app := ownedWorld(t)
	id := play(t, app, "referral")
	inTx(t, owner, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO medical.lost_releases (seq, referral, code, digest, found_at) VALUES (2, $1, 'N6', $2, $3), (3, $1, 'N6', '', $3)`,
			referral, strings.Repeat("0a", 32), at(2))
		return err
	})
	left, err := store.FindLeftOpinions(t.Context(), app, id)
	if err != nil || len(left) != 2 || left[0] != (store.LeftOpinion{Release: 2, Dossier: id, Referral: referral, Digest: strings.Repeat("0a", 32)}) {
		t.Fatalf("left: %+v, %v", left, err)
	}
	if all, err := store.FindLeftOpinions(t.Context(), app, ""); err != nil || len(all) != 2 {
		t.Errorf("of all dossiers: %+v, %v", all, err)
	}
	stand := func(seq int64) error {
		return db.InTx(t.Context(), app, func(tx pgx.Tx) error { return store.StandLeft(t.Context(), tx, seq, at(3), "med-01", "a1") })
	}
	if err := stand(2); err != nil {
		t.Fatal(err)
	}
	if err := stand(2); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
	if broke, _ := db.Constraint(stand(3)); broke != "lost_release_stands" {
		t.Errorf("without a digest: refused by %q", broke)
	}
	again := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE medical.lost_releases SET stood_by = 'med-02' WHERE seq = 2`)
		return err
	})
	if broke, _ := db.Constraint(again); broke != "lost_release_stands_once" {
		t.Errorf("by another: refused by %q", broke)
	}
	if left, err := store.FindLeftOpinions(t.Context(), app, id); err != nil || len(left) != 1 {
		t.Errorf("what waits: %+v, %v", left, err)
	}
}
