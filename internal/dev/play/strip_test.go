package play

import (
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// A body holds what a person types: never what the clock, the session, the path or a rule gives.
func TestConsequencesAreStripped(t *testing.T) {
	cases, err := LoadCases(sampleDir, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		referral := createReferral(c, c.Events[0].At)["referral"].(object)
		without(t, c.ID+" referral", referral, "received_at", "short", "pipeline", "renewal", "legal_basis", "territorial_direction", "next_case")
		if previous, ok := referral["previous_case"].(object); ok {
			without(t, c.ID+" previous case", previous, "rapporteur", "members")
		}
		if asylum, ok := referral["asylum"].(object); ok {
			without(t, c.ID+" asylum", asylum, "late")
		}
		if c.Certificate != nil {
			without(t, c.ID+" certificate", receiveCertificate(c.Certificate), "received_at", "late")
		}
		if c.Report != nil {
			without(t, c.ID+" report", saveReport(c.Report), "rapporteur", "signed_at", "transmitted_at", "certificate_received_on")
		}
		for _, d := range c.Documents {
			without(t, c.ID+" document", createDocument(d.raw), "id", "file", "excluded", "uploaded_by")
		}
		for _, a := range c.Work.Answers {
			without(t, c.ID+" answers", giveAnswers(a), "member", "answered_at")
		}
		for _, s := range c.Work.Syntheses {
			without(t, c.ID+" settlement", settleOpinion(s), "by", "at")
		}
		for _, e := range c.Events {
			if body := eventBody(e); e.Type == "COLLEGE_DESIGNE" {
				without(t, c.ID+" composition", composeCollege(e.Data), "composition")
			} else {
				without(t, c.ID+" "+e.Type, body, "due_on")
			}
		}
	}
}

func without(t *testing.T, what string, body object, fields ...string) {
	t.Helper()
	for _, f := range fields {
		if _, ok := body[f]; ok {
			t.Errorf("%s is sent with %s", what, f)
		}
	}
	if len(body) == 0 {
		t.Errorf("%s is sent empty", what)
	}
}

func TestWhatHadNotBegunIsNotToldAtTheReferral(t *testing.T) {
	day := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	c := &Case{Referral: object{"kind": "OQTF_L7313_LIBRE"}, Liberty: []object{
		{"status": "LIBRE", "from": nil},
		{"status": "RETENTION", "from": "2026-05-12T17:40:00+02:00"},
	}}
	if got := createReferral(c, day)["liberty_history"].([]object); len(got) != 1 || got[0]["status"] != "LIBRE" {
		t.Errorf("told: %v", got)
	}
	if got := createReferral(c, day.AddDate(0, 1, 0))["liberty_history"].([]object); len(got) != 2 {
		t.Errorf("told later: %v", got)
	}
}

func TestTheFolderIsLeftAsItIs(t *testing.T) {
	o := object{"a": 1.0, "b": 2.0}
	before := maps.Clone(o)
	drop(o, "a")
	with(o, "c", 3)
	keep(o, "b")
	if !maps.Equal(o, before) {
		t.Error("stripping changed the dossier")
	}
}

func TestAPipelineOrADossierIsChosen(t *testing.T) {
	for only, want := range map[string]int{"case-01": 1, "sejour": 17} {
		cases, err := LoadCases(sampleDir, only)
		if err != nil || len(cases) != want {
			t.Errorf("--only %s: %d dossiers, %v", only, len(cases), err)
		}
	}
	if _, err := LoadCases(sampleDir, "case-99"); err == nil {
		t.Error("nothing to play, and no error")
	}
}

func TestADocumentStaysInsideTheFolder(t *testing.T) {
	c := &Case{folder: filepath.Join(sampleDir, "cases")}
	if _, err := c.content(Document{ID: "d1", File: "../people.json"}); err == nil {
		t.Error("a file outside the folder was read")
	}
}

func TestLinesOfADecisionAreRanksInFileOrder(t *testing.T) {
	p := people(t)
	if got := []string{p.line("DEC-2026-01", 1), p.line("DEC-2026-01", 2), p.line("DEC-2026-01", 99)}; !slices.Equal(got, []string{"med-01", "med-02", "ligne 99"}) {
		t.Errorf("lines: %v", got)
	}
	if ref := p.decisionOn("COLLEGE", "2025-12-31"); ref != "DEC-2025-01" {
		t.Errorf("decision of the last day of 2025: %s", ref)
	}
}

// Every act that a dossier of the sample expects refused is known: none falls through the table.
func TestEveryRefusedActIsKnown(t *testing.T) {
	cases, err := LoadCases(sampleDir, "")
	if err != nil {
		t.Fatal(err)
	}
	p := &player{people: people(t), states: map[*Case]*state{}, dir: sampleDir, medical: &zone{}, server: &zone{}}
	for _, c := range cases {
		p.states[c] = &state{referrals: map[string]string{}, documents: map[string]string{}, result: &Result{}}
		for _, r := range c.Expected.Refusals {
			if try, err := p.attempt(c, r); err != nil || try.met == "" && (try.call.op == "" || try.zone == nil) {
				t.Errorf("%s %s: %v", c.ID, r.Action, err)
			}
		}
	}
}
