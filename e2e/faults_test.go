package e2e_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/internal/dev/play"
)

// With -faults every crash point of every residence-permit dossier is struck, and the list of the points is held against crashList; with
// -faults-update it is written. Without, a draw of them is struck while one dossier is played.
var (
	everyFault   = flag.Bool("faults", false, "strike every crash point (make faults)")
	updateFaults = flag.Bool("faults-update", false, "with -faults: write the list of the crash points")
)

// With -pages a browser plays a dossier through the pages alone.
var everyPage = flag.Bool("pages", false, "hold each page to every rule, whatever it takes (make pages)")

// crashList names the durable steps that case-01 passes, each before it is durable and after, as a run found them.
const crashList = "testdata/crash_points.txt"

const drawn = 20

// Programs die at twenty durable steps drawn at random, while a dossier goes there and back: what was acknowledged stands, nothing is
// done twice, and what the dossier gives is what it would have given.
func TestNothingIsLostWhereverAProgramDies(t *testing.T) {
	t.Parallel()
	list := listedPoints(t)
	rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	points := list[:drawn]
	t.Logf("dying at %s", strings.Join(points, ", "))
	e := start(t, options{crash: points})
	said, _, exit := e.played(t, "sample", "--only", "case-01")
	if exit != 0 {
		t.Errorf("exit %d:\n%s", exit, said)
	}
	e.nothingIsLostOrDoubled(t)
	// A few points are passed or not as time falls (a sweep, a relay that tries again): most of those drawn must have killed.
	if struck := e.crashes(t, "struck"); len(struck) < drawn*3/4 {
		t.Errorf("programs died at %d of %d points alone: %v", len(struck), drawn, struck)
	}
}

// Every durable step of every residence-permit dossier, before and after (make faults).
func TestNothingIsLostAtAnyDurableStep(t *testing.T) {
	if !*everyFault {
		t.Skip("make faults runs it: it takes minutes, and a draw of its points is struck above")
	}
	e := start(t, options{crash: []string{"*"}, clock: firstEvent(t, "sejour").Add(-time.Hour).Format(time.RFC3339)})
	e.calm(t) // a program that dies in its first sweeps is back before play asks what there is
	said, report, exit := e.played(t, "sample", "--only", "sejour")
	if exit != 0 {
		t.Errorf("exit %d:\n%s", exit, said)
	}
	e.nothingIsLostOrDoubled(t)
	struck := e.crashes(t, "struck")
	fmt.Printf("faults: %d crash points struck, each before or after a durable step; %d dossiers, %d differences\n",
		len(struck), len(report.Dossiers), report.Differences)
	for _, point := range struck {
		fmt.Println("  " + point)
	}
	if *updateFaults {
		writeCrashList(t)
	}
}

// writeCrashList plays case-01 alone, and keeps the points that it passed.
func writeCrashList(t *testing.T) {
	e := start(t, options{crash: []string{"none"}})
	if said, _, exit := e.played(t, "sample", "--only", "case-01"); exit != 0 {
		t.Fatalf("exit %d:\n%s", exit, said)
	}
	// What only a start passes is not passed again while the dossier is played.
	list := slices.DeleteFunc(e.crashes(t, "passed"), func(name string) bool {
		return slices.ContainsFunc([]string{"SetRoster", "Unseal", "Draw", "Status"}, func(op string) bool { return strings.HasPrefix(name, "keyholder/"+op+".") })
	})
	if err := os.WriteFile(crashList, []byte(strings.Join(list, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func listedPoints(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile(crashList)
	if err != nil {
		t.Fatal(err)
	}
	list := strings.Fields(string(b))
	if len(list) < 80 {
		t.Fatalf("only %d crash points are listed", len(list))
	}
	return list
}

// crashes reads one of the files that the programs keep, sorted, each name once.
func (e *environment) crashes(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(e.dir, "run", "crash", file))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Compact(slices.Sorted(slices.Values(strings.Fields(string(bytes.TrimSpace(b))))))
}

func firstEvent(t *testing.T, only string) time.Time {
	t.Helper()
	cases, err := play.LoadCases(theWorld.sample(), only)
	if err != nil {
		t.Fatal(err)
	}
	first := cases[0].Events[0].At
	for _, c := range cases {
		if at := c.Events[0].At; at.Before(first) {
			first = at
		}
	}
	return first
}

// nothingIsLostOrDoubled looks at both databases and at the store, once everything that was begun has ended.
func (e *environment) nothingIsLostOrDoubled(t *testing.T) {
	t.Helper()
	e.calm(t)
	for _, one := range []struct {
		what  string
		zone  zone
		query string
	}{
		{"gaps among the releases that left", medicalZone, "SELECT coalesce(max(seq), 0) - count(*) FROM medical.releases"},
		{"releases that were not delivered", medicalZone, "SELECT count(*) FROM medical.releases r WHERE NOT EXISTS (SELECT 1 FROM medical.deliveries d WHERE d.seq = r.seq)"},
		{"opinions released twice", medicalZone, "SELECT count(*) - count(DISTINCT (referral, version)) FROM medical.releases WHERE kind = 'opinion'"},
		{"notices released twice", medicalZone, "SELECT count(*) - count(DISTINCT body::jsonb #>> '{notice,id}') FROM medical.releases WHERE kind = 'notice'"},
		{"dossiers opened twice", medicalZone, "SELECT count(*) - count(DISTINCT group_id) FROM medical.dossiers"},
		{"dossiers without their two keys", medicalZone, "SELECT count(*) FROM medical.dossiers d WHERE 2 <> (SELECT count(*) FROM medical.dossier_keys k WHERE k.dossier = d.id) AND d.state <> 'PURGE'"},
		{"gaps among the releases received", serverZone, "SELECT coalesce(max(seq), 0) - count(*) FROM server.releases"},
		{"gaps among the referral events", serverZone, "SELECT coalesce(max(seq), 0) - count(*) FROM server.referral_events"},
		{"gaps among the acknowledgements", serverZone, "SELECT coalesce(max(seq), 0) - count(*) FROM server.acknowledgements"},
	} {
		if got := e.count(t, one.zone, one.query); got != 0 {
			t.Errorf("%s: %d", one.what, got)
		}
	}
	left := e.count(t, medicalZone, "SELECT count(*) FROM medical.releases")
	if came := e.count(t, serverZone, "SELECT count(*) FROM server.releases"); came != left {
		t.Errorf("%d releases left, %d came", left, came)
	}
	e.noOrphanObject(t)
}
