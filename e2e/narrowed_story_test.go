package e2e_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// narrowed are the lists that the store narrows, by their action, each with what it shows of some dossiers to a person.
var narrowed = map[string]func(*testing.T, *person, []*line) []string{
	"dossier.list": func(t *testing.T, p *person, lines []*line) []string { return p.list(t, dossiersOf(lines), "") },
	"dossier.names": func(t *testing.T, p *person, lines []*line) []string {
		return among(p.rows(t, call{op: "listDossiers", query: url.Values{"limit": {"100"}, "open": {"civil"}, "purpose": {"INSTRUCTION"}}}, "id"), lines)
	},
	"dossier.search": func(t *testing.T, p *person, lines []*line) []string {
		var found []string
		for _, l := range lines {
			found = append(found, p.rows(t, search(object{"agdref": l.given.Referral["agdref"]}), "id")...)
		}
		return among(found, lines)
	},
	"task.list": func(t *testing.T, p *person, lines []*line) []string {
		return among(p.rows(t, call{op: "listTasks", query: url.Values{"limit": {"100"}}}, "dossier"), lines)
	},
	"removal.list": func(t *testing.T, p *person, lines []*line) []string {
		return among(p.rows(t, call{op: "listRemovals"}, "id"), lines)
	},
}

var narrowedLine = regexp.MustCompile(`(?m)^narrowed contains "([a-z_.]+)"`)

// Every list that the store narrows shows a person what single decisions show him, one by one, and nothing else. That the story knows every such list
// is read from the rules.
func TestEveryNarrowedListIsTheFilterOfSingleDecisions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(theWorld.root, "policy", "rego", "*.rego"))
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range narrowedLine.FindAllStringSubmatch(string(text), -1) {
			declared = append(declared, match[1])
		}
	}
	if slices.Sort(declared); !slices.Equal(declared, slices.Sorted(maps.Keys(narrowed))) {
		t.Fatalf("the rules narrow %v", declared)
	}

	e := start(t, options{clock: sharedClock})
	var lines []*line
	for _, c := range [][2]string{{"case-02", "createReferral"}, {"case-03", "assignRapporteur"}, {"case-01", "composeCollege"}, {"case-15", "createReferral"}, {"case-12", "assignRapporteur"}} {
		lines = append(lines, e.line(t, c[0], false).to(t, c[1]))
	}
	e.moveClock(t, e.now(t).Add(120*24*time.Hour)) // the terms that were running are over: each dossier has its tasks
	e.forget()
	removals := e.ids(t, `SELECT d.id::text FROM medical.dossiers d WHERE d.pipeline = 'ELOIGNEMENT'`)
	tasked := e.ids(t, `SELECT DISTINCT t.dossier::text FROM medical.tasks t WHERE t.done_at IS NULL`)
	if len(removals) == 0 || len(tasked) < 3 {
		t.Fatalf("%d removals, %d dossiers with a task", len(removals), len(tasked))
	}
	shown, hidden, strangers := map[string]int{}, map[string]int{}, 0
	for _, who := range everyone(t) {
		p, a, err := e.trySignIn(t.Context(), medicalZone, e.person(t, who.ID))
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != http.StatusOK {
			strangers++
			continue
		}
		single := p.single(t, dossiersOf(lines))
		for action, list := range narrowed {
			// Of what he sees one by one, what this list is about: a removal's queue is not that of its college, but of its territory and its nights.
			want := slices.Clone(single)
			switch action {
			case "task.list":
				want = slices.DeleteFunc(want, func(id string) bool { return !slices.Contains(tasked, id) })
			case "removal.list":
				want = slices.DeleteFunc(want, func(id string) bool { return !slices.Contains(removals, id) || p.Role == "MEDECIN" })
			}
			got := list(t, p, lines)
			if !slices.Equal(got, want) {
				t.Errorf("%s of %s has %v, single decisions give %v", action, who.ID, got, want)
			}
			shown[action], hidden[action] = shown[action]+len(got), hidden[action]+len(lines)-len(got)
		}
	}
	t.Logf("%d persons without a session; shown %v, not shown %v", strangers, shown, hidden)
	for action := range narrowed {
		if shown[action] == 0 || hidden[action] == 0 {
			t.Errorf("%s met one kind of answer only", action)
		}
	}
	byOneAgent(t, e, lines)
}

// byOneAgent: the two lists of the administrative zone, which its store narrows to the prefecture of the agent.
func byOneAgent(t *testing.T, e *environment, lines []*line) {
	t.Helper()
	for _, who := range everyone(t) {
		if !strings.HasPrefix(who.ID, "pref-") {
			continue
		}
		p := e.at(t, serverZone, who.ID)
		var want []string
		for _, l := range lines {
			if a := p.call(t, call{op: "getReferral", path: map[string]string{"referral": l.referral}}); a.Status == http.StatusOK {
				want = append(want, l.referral)
			}
		}
		of := func(op, key string) []string {
			var found []string
			for _, l := range lines {
				if slices.Contains(p.rows(t, call{op: op, query: url.Values{"limit": {"100"}}}, key), l.referral) {
					found = append(found, l.referral)
				}
			}
			return found
		}
		if got := of("listReferrals", "id"); !slices.Equal(got, want) {
			t.Errorf("%s lists the referrals %v, and sees %v", who.ID, got, want)
		}
		if got := of("listReleases", "referral"); !slices.Equal(got, want) {
			t.Errorf("%s lists what came for %v, and sees %v", who.ID, got, want)
		}
	}
}

func dossiersOf(lines []*line) []string {
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.dossier)
	}
	return ids
}

// among keeps the ids of the lines, once each and in order.
func among(ids []string, lines []*line) []string {
	kept := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(dossiersOf(lines), id) })
	slices.Sort(kept)
	return slices.Compact(kept)
}

// rows is one field of every row of a list; none where it is refused.
func (p *person) rows(t *testing.T, c call, key string) []string {
	t.Helper()
	a := p.call(t, c)
	if a.Status != http.StatusOK {
		return nil
	}
	var found []string
	for _, row := range a.items(t) {
		if value, ok := row[key].(string); ok {
			found = append(found, value)
		}
	}
	return found
}

// ids is a column of a query of the medical zone.
func (e *environment) ids(t *testing.T, sql string) []string {
	t.Helper()
	rows, err := e.database(t, medicalZone).Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}
