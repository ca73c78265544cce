package store_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"cloison/internal/db"
	"cloison/internal/dev/pgtest"
	"cloison/medical/store"
)

// A corrected opinion of one year takes the place of its first record, and the program that wrote it reads no record back: neither the whole, nor its mark,
// nor whose year it is. The owner walks over a year, page by page, and erases it alone.
func TestARecordIsWrittenAndNotReadBack(t *testing.T) {
	t.Parallel()
	owner, app := pgtest.Database(t, "medical")
	put := func(slot, sealed byte, year int) {
		t.Helper()
		err := db.InTx(t.Context(), app, func(tx pgx.Tx) error {
			return store.PutStatistic(t.Context(), tx, store.Statistic{Slot: bytes.Repeat([]byte{slot}, 32), Year: year, Mark: bytes.Repeat([]byte{sealed}, 32), Sealed: bytes.Repeat([]byte{sealed}, 2000)})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put(1, 7, 2026)
	put(1, 8, 2026)
	put(2, 9, 2026)
	put(3, 9, 2027)
	for _, column := range []string{"sealed", "mark", "year", "*"} {
		_, err := app.Exec(t.Context(), "SELECT "+column+" FROM medical.statistics")
		if err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the program reads %s: %v", column, err)
		}
	}
	if _, err := app.Exec(t.Context(), "DELETE FROM medical.statistics"); err == nil {
		t.Error("the program erases records")
	}
	first, err := store.FindStatistics(t.Context(), owner, 2026, nil, 1)
	if err != nil || len(first) != 1 || first[0].Sealed[0] != 8 || first[0].Mark[0] != 8 {
		t.Fatalf("the first page has %d, %v", len(first), err)
	}
	next, err := store.FindStatistics(t.Context(), owner, 2026, first[0].Slot, 10)
	if err != nil || len(next) != 1 || next[0].Slot[0] != 2 {
		t.Errorf("the next page has %d, %v", len(next), err)
	}
	err = db.InTx(t.Context(), owner, func(tx pgx.Tx) error {
		gone, err := store.DeleteStatistics(t.Context(), tx, 2026)
		if gone != 2 {
			t.Errorf("%d records went", gone)
		}
		return err
	})
	if left, _ := store.FindStatistics(t.Context(), owner, 2027, nil, 10); err != nil || len(left) != 1 {
		t.Errorf("of the other year %d are left, %v", len(left), err)
	}
}
