package e2e_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cloison/internal/dev/play"
)

// played runs bin/cloison play, and answers what it printed, its report and its exit code.
func (e *environment) played(t *testing.T, folder string, args ...string) (string, play.Report, int) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	args = append([]string{"play", folder, "--port", strconv.Itoa(e.port), "--json", report}, args...)
	cmd := exec.CommandContext(t.Context(), theWorld.program("cloison"), args...)
	cmd.Dir = theWorld.root
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("running bin/cloison play: %v", err)
	}
	raw, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("play left no report: %v\n%s", err, said)
	}
	var r play.Report
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return string(said), r, cmd.ProcessState.ExitCode()
}

func red(said string) int { return strings.Count(said, "\n  ≠ ") + strings.Count(said, "\n    ≠ ") }

func TestPlayingTheSampleDossierShowsNoDifference(t *testing.T) {
	t.Parallel()
	e := start(t, options{})
	said, report, exit := e.played(t, "sample", "--only", "case-01")
	if exit != 0 || report.Differences != 0 || red(said) != 0 {
		t.Errorf("exit %d, %d differences, %d red lines:\n%s", exit, report.Differences, red(said), said)
	}
	if len(report.Dossiers) != 1 || len(report.Dossiers[0].Lines) < 60 {
		t.Errorf("fewer than 60 values were compared: a run that looks at nothing is not green")
	}
	e.logsTellNothing(t, e.line(t, "case-01", true))
}

// Every copy of case-01 expects one thing that does not happen. One more expects what does, and a renewal is played beside them.
func TestOneChangedExpectedValueTurnsExactlyOneLineRed(t *testing.T) {
	t.Parallel()
	changes := map[string]func(expected object){
		"the duration of care":  func(x object) { x["opinion"].(object)["q4_months"] = 24 },
		"the outcome":           func(x object) { x["opinion"].(object)["sens"] = "DEFAV_TRAITEMENT_DISPONIBLE" },
		"a box":                 func(x object) { box(x)["requested"] = true },
		"the date of a message": func(x object) { x["notices"].([]any)[2].(object)["on"] = "2026-02-24" },
		"a field of a message":  func(x object) { x["notices"].([]any)[2].(object)["fields"].(object)["transmitted_on"] = "2026-02-24" },
		"a due date":            func(x object) { x["deadlines"].([]any)[3].(object)["due_on"] = "2026-04-27" },
		"the last state":        func(x object) { x["final_state"] = "AVIS_TRANSMIS" },
		"the rule of a refusal": func(x object) { x["refusals"].([]any)[0].(object)["code"] = "NOT_ASSIGNED" },
	}
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "documents"), os.DirFS(filepath.Join(theWorld.sample(), "documents"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, "cases"), 0o700); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{"case-01-same": "nothing", "case-02": "nothing"}
	writeCase(t, folder, "case-01", "case-01-same", func(object) {})
	writeCase(t, folder, "case-02", "case-02", func(object) {})
	for name, change := range changes {
		id := "case-01-" + strconv.Itoa(len(names))
		names[id] = name
		writeCase(t, folder, "case-01", id, change)
	}

	e := start(t, options{clock: "2024-01-02T09:00:00+01:00"})
	said, report, exit := e.played(t, folder)
	if exit != 1 || report.Differences != len(changes) || red(said) != len(changes) {
		t.Errorf("want exit 1 and %d red lines, got exit %d, %d differences, %d red lines", len(changes), exit, report.Differences, red(said))
	}
	if len(report.Dossiers) != len(names) {
		t.Errorf("want %d dossiers, got %d", len(names), len(report.Dossiers))
	}
	for _, d := range report.Dossiers {
		want := 1
		if names[d.ID] == "nothing" {
			want = 0
		}
		if d.Differences == want {
			continue
		}
		t.Errorf("%s, %s changed: want %d red lines, got %d", d.ID, names[d.ID], want, d.Differences)
		for _, l := range d.Lines {
			if !l.Same {
				t.Logf("  %s %s: expected %s, got %s", l.Section, l.Label, l.Want, l.Got)
			}
		}
	}
	e.logsTellNothing(t, e.line(t, "case-01", true), e.line(t, "case-02", true))
}

func box(expected object) object {
	stages := expected["opinion"].(object)["procedural"].(object)
	return stages["report"].(object)["exams"].(object)
}

// writeCase copies a dossier under another id, with something else expected.
func writeCase(t *testing.T, folder, from, id string, change func(expected object)) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(theWorld.sample(), "cases", from+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c object
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	c["id"] = id
	change(c["expected"].(object))
	if raw, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "cases", id+".json"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
}
