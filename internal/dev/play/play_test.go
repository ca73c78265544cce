package play

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sampleDir = "../../../sample"

// folder copies one dossier of the sample, changed, with what it needs.
func folder(t *testing.T, id string, change func(object)) string {
	t.Helper()
	dir := t.TempDir()
	b, err := os.ReadFile(filepath.Join(sampleDir, "cases", id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var c object
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(c)
	}
	if b, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "cases"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "cases", id+".json"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(dir, "documents"), os.DirFS(filepath.Join(sampleDir, "documents"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func people(t *testing.T) *People {
	t.Helper()
	p, err := LoadPeople(filepath.Join(sampleDir, "people.json"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// playOne plays one dossier against a fake environment.
func playOne(t *testing.T, id string, change func(object), wrong func(*fake)) (*Report, string) {
	t.Helper()
	env, f := start(t, people(t))
	f.late = wrong
	var out bytes.Buffer
	r, err := runAt(t.Context(), env, Options{Dir: folder(t, id, change), People: []string{filepath.Join(sampleDir, "people.json")}, Out: &out})
	if err != nil && err != ErrDifferent {
		t.Fatal(err)
	}
	if (err == ErrDifferent) != (r.Differences > 0) {
		t.Errorf("%d differences, %v", r.Differences, err)
	}
	return r, out.String()
}

func reds(r *Report) (labels []string) {
	for _, d := range r.Dossiers {
		for _, l := range d.Lines {
			if !l.Same {
				labels = append(labels, l.Section+" | "+l.Label+" | "+l.Want+" | "+l.Got)
			}
		}
	}
	return labels
}

func TestADossierThatGivesWhatItExpectsHasNoDifference(t *testing.T) {
	renewal, _ := playOne(t, "case-02", nil, nil)
	if renewal.Differences != 0 {
		t.Errorf("differences of the renewal:\n%s", strings.Join(reds(renewal), "\n"))
	}
	r, out := playOne(t, "case-01", nil, nil)
	if r.Differences != 0 {
		t.Errorf("differences:\n%s", strings.Join(reds(r), "\n"))
	}
	if n := len(r.Dossiers[0].Lines); n < 80 {
		t.Errorf("only %d values were looked at", n)
	}
	for _, want := range []string{"aucun écart", "Échéances", "Cases", "Messages", "Refus", "Avis"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table does not say %q", want)
		}
	}
	if strings.Contains(out, "\x1b[") {
		t.Error("colours in something that is no terminal")
	}
}

// One changed expected value is one line, wherever it stands.
func TestOneChangedExpectedValueIsOneRedLine(t *testing.T) {
	expected := func(c object) object { return c["expected"].(object) }
	first := func(c object, list string, i int) object { return expected(c)[list].([]any)[i].(object) }
	for name, change := range map[string]func(object){
		"final state":         func(c object) { expected(c)["final_state"] = "SANS_SUITE" },
		"a flag":              func(c object) { expected(c)["flags"] = []any{"SECOND_TOUR"} },
		"one flag more":       func(c object) { expected(c)["flags"] = []any{"PAS_DE_RECEPISSE_SUR_N1", "SECOND_TOUR"} },
		"q1":                  func(c object) { expected(c)["opinion"].(object)["q1"] = "NE_NECESSITE_PAS" },
		"q4":                  func(c object) { expected(c)["opinion"].(object)["q4_months"] = 24 },
		"q5":                  func(c object) { expected(c)["opinion"].(object)["q5"] = "PEUT_VOYAGER" },
		"outcome":             func(c object) { expected(c)["opinion"].(object)["sens"] = "DEFAV_PAS_DE_PRISE_EN_CHARGE" },
		"form version":        func(c object) { expected(c)["opinion"].(object)["form_version"] = "C-2017" },
		"country":             func(c object) { expected(c)["opinion"].(object)["reference_country"].(object)["country"] = "MLI" },
		"author":              func(c object) { expected(c)["opinion"].(object)["author_kind"] = "MED1" },
		"a signatory":         func(c object) { expected(c)["opinion"].(object)["signatories"] = []any{"med-02", "med-03", "med-01"} },
		"date of the opinion": func(c object) { expected(c)["opinion"].(object)["opinion_on"] = "2026-03-13" },
		"a box": func(c object) {
			expected(c)["opinion"].(object)["procedural"].(object)["report"].(object)["exams"].(object)["requested"] = true
		},
		"due on":              func(c object) { first(c, "deadlines", 2)["due_on"] = "2026-04-23" },
		"start event":         func(c object) { first(c, "deadlines", 2)["start_event"] = "RECEPTION_DEMANDE" },
		"code of a deadline":  func(c object) { first(c, "deadlines", 5)["code"] = "DL10" },
		"fulfilled on":        func(c object) { first(c, "deadlines", 0)["fulfilled_on"] = "2026-01-23" },
		"outcome of DL7":      func(c object) { first(c, "deadlines", 4)["outcome"] = "DEPASSEE" },
		"reference":           func(c object) { first(c, "deadlines", 0)["ref"] = "exa-1" },
		"code of a notice":    func(c object) { first(c, "notices", 2)["code"] = "N4" },
		"date of a notice":    func(c object) { first(c, "notices", 2)["on"] = "2026-02-26" },
		"field of a notice":   func(c object) { first(c, "notices", 2)["fields"].(object)["transmitted_on"] = "2026-02-26" },
		"field of N6":         func(c object) { first(c, "notices", 3)["fields"].(object)["opinion_version"] = 2 },
		"rule of a refusal":   func(c object) { first(c, "refusals", 0)["code"] = "ROLE_NO_MEDICAL" },
		"rule told by entry":  func(c object) { first(c, "refusals", 2)["code"] = "NOT_ASSIGNED" },
		"rule of an entrance": func(c object) { first(c, "refusals", 1)["code"] = "ROLE_NO_MEDICAL" },
		"audited":             func(c object) { first(c, "refusals", 1)["audited"] = false },
		"one deadline less":   func(c object) { expected(c)["deadlines"] = expected(c)["deadlines"].([]any)[:5] },
		"one notice less":     func(c object) { expected(c)["notices"] = expected(c)["notices"].([]any)[:3] },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, out := playOne(t, "case-01", change, nil)
			if r.Differences != 1 || strings.Count(out, "≠") != 1 {
				t.Errorf("%d differences, %d marked:\n%s", r.Differences, strings.Count(out, "≠"), strings.Join(reds(r), "\n"))
			}
		})
	}
}

// The optional message may have been sent or not.
func TestAnOptionalNoticeMayBeMissing(t *testing.T) {
	r, _ := playOne(t, "case-01", nil, func(f *fake) {
		for i, n := range f.releases {
			if n["code"] == "N1" {
				f.releases = append(f.releases[:i:i], f.releases[i+1:]...)
				return
			}
		}
	})
	if r.Differences != 0 {
		t.Errorf("differences:\n%s", strings.Join(reds(r), "\n"))
	}
}

func TestAProgramThatIsWrongIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		wrong func(*fake)
		want  string
	}{
		"a document that comes back different": {func(f *fake) {
			for id := range f.files {
				f.files[id] = []byte("autre chose")
			}
		}, "Actes"},
		"N3 told twice": {func(f *fake) {
			if n := len(f.releases); n > 0 && f.releases[n-1]["code"] == "N3" && (n < 2 || f.releases[n-2]["code"] != "N3") {
				f.releases = append(f.releases, f.releases[n-1])
			}
		}, "Messages"},
		"a refusal that is not in the log": {func(f *fake) { f.silent = true }, "Refus"},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := playOne(t, "case-01", nil, c.wrong)
			if got := reds(r); len(got) == 0 || !strings.HasPrefix(got[0], c.want) {
				t.Errorf("seen: %v", got)
			}
		})
	}
}

func TestAnEventThatCannotBePlayedYetSaysSo(t *testing.T) {
	r, out := playOne(t, "case-01", func(c object) {
		events := c["events"].([]any)
		c["events"] = append(events, object{"seq": 18, "at": "2026-03-14T09:00:00+01:00", "type": "DECISION_PREFET", "actor": "pref-75", "stage": nil, "data": object{"outcome": "ACCORD"}})
	}, nil)
	if r.Differences != 1 || !strings.Contains(out, "not offered yet: DECISION_PREFET") {
		t.Errorf("%d differences:\n%s", r.Differences, strings.Join(reds(r), "\n"))
	}
}

func TestTheClockIsNotMovedBack(t *testing.T) {
	env, f := start(t, people(t))
	f.now = f.now.AddDate(4000, 0, 0)
	_, err := runAt(t.Context(), env, Options{Dir: folder(t, "case-01", nil), People: []string{filepath.Join(sampleDir, "people.json")}, Out: io.Discard})
	if err != errClockPast {
		t.Errorf("%v", err)
	}
}

func TestTheReportIsWrittenAsJSON(t *testing.T) {
	env, _ := start(t, people(t))
	file := filepath.Join(t.TempDir(), "report.json")
	if _, err := runAt(t.Context(), env, Options{Dir: folder(t, "case-01", nil), JSON: file, People: []string{filepath.Join(sampleDir, "people.json")}, Out: io.Discard}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r Report
	if err := json.Unmarshal(b, &r); err != nil || len(r.Dossiers) != 1 || len(r.Dossiers[0].Lines) == 0 {
		t.Errorf("%v, %d dossiers", err, len(r.Dossiers))
	}
}
