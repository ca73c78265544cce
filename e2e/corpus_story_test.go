package e2e_test

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/internal/dev/canary"
	"cloison/internal/dev/play"
)

// Every dossier of the sample goes there and back on one instance, in the order of time, as its file expects; then the words
// and the documents of all of them are looked for in all that rests, runs or crossed. The sub-tests follow one another.
func TestEveryDossierIsPlayedAndLeavesNoWord(t *testing.T) {
	t.Parallel()
	cases, err := play.LoadCases(theWorld.sample(), "")
	if err != nil || len(cases) < 24 {
		t.Fatalf("%d dossiers: %v", len(cases), err)
	}
	e := start(t, options{clock: firstEvent(t, "").Add(-time.Hour).Format(time.RFC3339)})
	w := e.watchAll(t, cases)
	w.plainStorage(t)
	w.leaveOutCommonNames(t)
	begun := time.Now()
	record := filepath.Join(t.TempDir(), "asked")
	said, report, exit := e.played(t, "sample", "--record", record)
	if exit != 0 || report.Differences != 0 || len(report.Dossiers) != len(cases) {
		t.Fatalf("exit %d, %d differences in %d dossiers:\n%s", exit, report.Differences, len(report.Dossiers), said)
	}
	t.Logf("%d dossiers in %s, beside other tests", len(report.Dossiers), time.Since(begun).Round(time.Second))
	e.nothingIsLostOrDoubled(t)
	e.forget()

	t.Run("one leaf for each act", func(t *testing.T) { e.oneLeafForEachAct(t, record) })
	t.Run("each opening has its entry", func(t *testing.T) { e.eachOpeningHasItsEntry(t) })
	t.Run("the log, read by others", func(t *testing.T) { e.readByOthers(t) })
	t.Run("the dump of the medical database", func(t *testing.T) { w.medicalDump(t) })
	t.Run("the dump of the administrative database", func(t *testing.T) { w.serverDump(t) })
	t.Run("files, WAL, store, logs", func(t *testing.T) { w.resting(t) })
	t.Run("releases", func(t *testing.T) { w.releases(t) })
	t.Run("the programs", func(t *testing.T) { w.programs(t) })
}

// corpusWatch is a watch over many dossiers.
type corpusWatch struct {
	watch
	names []canary.Token
}

// watchAll looks for the words of many dossiers, and for pieces of all their documents.
func (e *environment) watchAll(t *testing.T, cases []*play.Case) *corpusWatch {
	t.Helper()
	all := &corpusWatch{watch: watch{env: e}}
	var words []canary.Token
	for _, c := range cases {
		one := e.watch(t, c.ID)
		all.tokens.Medical = append(all.tokens.Medical, one.tokens.Medical...)
		all.tokens.Civil = append(all.tokens.Civil, one.tokens.Civil...)
		words = append(words, e.excerpts(t, c.ID)...)
	}
	known := map[string]bool{}
	once := func(token canary.Token) bool {
		again := known[strings.ToLower(token.Text)]
		known[strings.ToLower(token.Text)] = true
		return again
	}
	words = slices.DeleteFunc(append(slices.Clone(all.tokens.Medical), words...), once)
	all.names = slices.DeleteFunc(slices.Clone(all.tokens.Civil), once)
	t.Logf("%d words or pieces that medical secrecy covers, %d of civil status", len(words), len(all.names))
	var medical, civil error
	all.medical, medical = canary.New(words...)
	all.civil, civil = canary.New(all.names...)
	if err := errors.Join(medical, civil); err != nil {
		t.Fatal(err)
	}
	return all
}

// leaveOutCommonNames forgets the names that a new environment holds before anything is played: a physician has the same first name, a time
// zone is called after the place of birth, PostgreSQL estimates. They cannot be told from those of a person; the others of that person can.
func (w *corpusWatch) leaveOutCommonNames(t *testing.T) {
	t.Helper()
	common := map[string]bool{}
	for range 2 { // the first checkpoint leaves its own words in the log
		hits, _ := w.files(t, w.civil)
		for _, h := range hits {
			common[h.Token] = true
		}
	}
	if len(common) > 6 {
		t.Fatalf("a new environment holds %d of the names: %v", len(common), common)
	}
	names := slices.DeleteFunc(slices.Clone(w.names), func(token canary.Token) bool { return common[token.Text] })
	t.Logf("left out, for they are everywhere: %v", slices.Sorted(maps.Keys(common)))
	var err error
	if w.civil, err = canary.New(names...); err != nil {
		t.Fatal(err)
	}
}
