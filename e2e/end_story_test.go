package e2e_test

import (
	"encoding/binary"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// The end of a dossier, on the dates of case-24: closed on 29 February 2020, kept to the end of 28 February 2025, held from January 2025 to
// 31 March 2026, purged the day after.
func TestNobodyPurgesBeforeTheCustodians(t *testing.T) {
	t.Parallel()
	e := start(t, options{clock: "2019-11-12T08:00:00+01:00"})
	l := e.line(t, "case-24", true).to(t, "acknowledgeRelease")
	e.calm(t)
	purge := l.call("purgeDossier", object{})
	hold := func(kind string) call { return l.call("setHold", object{"type": kind, "hold_reason": "CONTENTIEUX"}) }
	set, lift := hold("GEL_CONSERVATION"), hold("LEVEE_GEL")

	dpo := e.onDay(t, "2025-01-20T09:00:00+01:00", "dpo-01")
	l.refused(t, e.as(t, "sec-02"), set, forbidden("ROLE_NOT_ALLOWED"))
	l.refused(t, e.as(t, "sec-02"), purge, forbidden("ROLE_NOT_ALLOWED"))
	l.refused(t, dpo, lift, conflict("NO_HOLD"))
	if held := dpo.do(t, set).object(t); held["held"] != true || held["events"] != nil {
		t.Errorf("held: %v", held)
	}
	l.refused(t, dpo, set, conflict("HOLD_STANDS"))

	l.refused(t, e.onDay(t, "2025-02-28T02:30:00+01:00", "dpo-01"), purge, conflict("PURGE_NOT_DUE"))
	l.refused(t, e.onDay(t, "2025-03-01T02:30:00+01:00", "dpo-01"), purge, conflict("PURGE_HOLD"))
	l.wantTasks(t, "GEL_A_REVOIR")
	if state := l.shown(t)["state"]; state != "CLOS" {
		t.Errorf("the end of a deadline made it %v", state)
	}

	dpo = e.onDay(t, "2026-03-31T10:00:00+02:00", "dpo-01")
	dpo.do(t, lift)
	l.refused(t, dpo, purge, conflict("PURGE_HOLD")) // the day of the lift still keeps it

	// The clock moves without the launcher, which would play the custodians: the retention is over, nothing is held, and their word is missing.
	e.pokeClock(t, "2026-04-01T02:30:00+02:00")
	e.forget()
	e.wasRefused(t, e.as(t, "dpo-01").call(t, purge), conflict("CUSTODIANS_REQUIRED")) // the minute's own round may assess meanwhile
	if l.files(t) == 0 {
		t.Fatal("the files are gone before the custodians")
	}
	e.calm(t)
	if state := l.shown(t)["state"]; state != "PURGE" || l.files(t) != 0 {
		t.Errorf("state %v, %d files", state, l.files(t))
	}
	l.saysNothing(t)
	l.refused(t, e.as(t, "dpo-01"), purge, conflict("DOSSIER_DESTROYED"))
	if a := e.as(t, "med-11").call(t, l.reading(0)); a.Status == 200 {
		t.Error("a destroyed document was served")
	}
}

// saysNothing: of the opinion too, only its number and its delivery stay in the medical zone. The prefecture keeps its own.
func (l *line) saysNothing(t *testing.T) {
	t.Helper()
	conn := l.env.database(t, medicalZone)
	var opinions, empty int
	err := conn.QueryRow(t.Context(), "SELECT count(*), count(*) FILTER (WHERE body = '{}') FROM medical.releases WHERE kind = 'opinion'").Scan(&opinions, &empty)
	if err != nil || opinions != 1 || empty != 1 {
		t.Errorf("%d opinions, %d of them empty: %v", opinions, empty, err)
	}
}

// onDay moves the clock and signs somebody in.
func (e *environment) onDay(t *testing.T, at, id string) *person {
	t.Helper()
	to, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	e.moveClock(t, to)
	e.forget()
	return e.as(t, id)
}

// pokeClock writes the clock's file itself: the programs see it, and nobody waits for what follows.
func (e *environment) pokeClock(t *testing.T, at string) {
	t.Helper()
	to, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(e.dir, "run", "clock"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(binary.NativeEndian.AppendUint64(nil, uint64(to.UnixNano())), 0); err != nil {
		t.Fatal(err)
	}
}

// wantTasks reads the open tasks as the secretariat does, in the list and in the dossier.
func (l *line) wantTasks(t *testing.T, want ...string) {
	t.Helper()
	codes := []string{}
	for _, task := range l.env.as(t, "sec-02").do(t, call{op: "listTasks"}).items(t) {
		codes = append(codes, task["code"].(string))
	}
	if !slices.Equal(codes, want) {
		t.Errorf("listed %q, want %q", codes, want)
	}
	shown := []string{}
	tasks, _ := l.shown(t)["tasks"].([]any)
	for _, task := range tasks {
		if o := task.(map[string]any); o["done_at"] == nil {
			shown = append(shown, o["code"].(string))
		}
	}
	if !slices.Equal(shown, want) {
		t.Errorf("shown %q, want %q", shown, want)
	}
}

// files counts the stored parts of the environment.
func (l *line) files(t *testing.T) (n int) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(l.env.dir, "store", "parts"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
