package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloison/policy"
	"cloison/policy/expected"
	"cloison/policy/matrix"
)

// Every cell of the policy, over the operations that the programs offer, is what the table written by hand says: nothing more is allowed,
// nothing less. A new operation is red here until it has a line in policy/expected/allows.csv.
func TestEveryCellIsAsTheProcedureSays(t *testing.T) {
	t.Parallel()
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	actions, err := engine.Actions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	operations := operations()
	lost := matrix.Lost(actions, operations)
	for _, op := range lost {
		t.Errorf("operation %s has no action that the policy knows", op)
	}
	cells, err := matrix.Cells(t.Context(), engine, operations, nil)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := expected.Lines()
	if err != nil {
		t.Fatal(err)
	}
	got, err := matrix.Compare(cells, lines)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got.Unexpected {
		if i < 40 {
			t.Errorf("allowed, and no line says so: %+v", c)
		}
	}
	for i, missing := range got.Missing {
		if i < 40 {
			t.Errorf("refused, and a line allows it: %s", missing)
		}
	}
	for _, line := range got.Idle {
		t.Errorf("a line that allows nothing: %s", line)
	}
	for _, action := range got.Bare {
		t.Errorf("%s stands in no line of policy/expected/allows.csv: say who may, with a reason and a source", action)
	}
	t.Logf("%d cells, %d allowed; unexpected allows %d, missing allows %d, operations without an action %d, of %d",
		got.Cells, got.Allows, len(got.Unexpected), len(got.Missing), len(lost), len(operations))
	if got.Cells < 20000 || len(operations) < 60 {
		t.Error("the table is not whole")
	}
}

// What the comparison must find, it finds: one line less, one line more, an operation whose action nobody knows.
func TestADifferenceIsFound(t *testing.T) {
	t.Parallel()
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	few := []matrix.Operation{{Zone: "medical", ID: "signReport", Method: "POST", Path: "/dossiers/:dossier/report/signature", Action: "report.sign"}}
	cells, err := matrix.Cells(t.Context(), engine, few, func(c matrix.Cell) bool { return c.Action == "report.sign" })
	if err != nil {
		t.Fatal(err)
	}
	lines, err := expected.Lines()
	if err != nil {
		t.Fatal(err)
	}
	lines = slices.DeleteFunc(lines, func(l expected.Line) bool { return l.Action != "report.sign" })
	got, err := matrix.Compare(cells, nil)
	if err != nil || len(got.Unexpected) == 0 || !slices.Contains(got.Bare, "report.sign") {
		t.Errorf("a line was taken away: %d unexpected, bare %v, %v", len(got.Unexpected), got.Bare, err)
	}
	more := append(slices.Clone(lines), expected.Line{Action: "report.sign", Object: "dossier", Compartment: "-", Roles: []string{"SECRETARIAT_MEDICAL"},
		Ties: []string{"*"}, States: []string{"RAPPORT_EN_COURS"}})
	if got, err = matrix.Compare(cells, more); err != nil || len(got.Missing) == 0 {
		t.Errorf("a line was added: %d missing, %v", len(got.Missing), err)
	}
	unknown := append(few, matrix.Operation{Zone: "medical", ID: "exportAll", Action: "dossier.export"})
	if _, err := matrix.Cells(t.Context(), engine, unknown, nil); err == nil || !strings.Contains(err.Error(), "exportAll") {
		t.Errorf("an operation without an action: %v", err)
	}
}

func TestPolicyMatrixIsATable(t *testing.T) {
	t.Parallel()
	text, err := tool(t, "policy", "matrix", "--action", "report.sign")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 100 || !slices.Equal(rows[0], matrix.Columns) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{"medical", "MEDECIN", "report.sign", "signReport", "dossier", "RAPPORT_EN_COURS", "rapporteur", "-", "allow", "ALLOW_RAPPORTEUR", "yes"}
	if !slices.ContainsFunc(rows, func(row []string) bool { return slices.Equal(row, want) }) {
		t.Errorf("no row %v", want)
	}
}

func TestPolicyExplainsOneDecision(t *testing.T) {
	t.Parallel()
	text, err := tool(t, "policy", "explain", "--role", "MEDECIN", "--relation", "membre_radie", "--action", "opinion.sign", "--state", "SYNTHESE")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"REFUS", "non  MEMBER_DECISION_EXPIRED", "oui  MEMBER_NOT_IN_DECISION", "directeur général", "Invariant 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the explanation does not say %q:\n%s", want, text)
		}
	}
	if strings.Index(text, "MEMBER_NOT_IN_DECISION") > strings.Index(text, "ALREADY_SIGNED") {
		t.Error("the conditions are not in their order")
	}
	allowed, err := tool(t, "policy", "explain", "--role", "MEDECIN", "--relation", "membre", "--action", "opinion.sign", "--state", "SYNTHESE")
	if err != nil || !strings.Contains(allowed, "AUTORISÉ") || strings.Contains(allowed, "non  ") {
		t.Errorf("%v\n%s", err, allowed)
	}
	if _, err := tool(t, "policy", "explain", "--role", "MEDECIN", "--relation", "membre", "--action", "opinion.sign", "--state", "NULLE_PART"); err == nil {
		t.Error("a state that nobody knows was explained")
	}
}

// A recorded decision is taken again: under the same rules nothing changes, under others the difference is said.
func TestPolicyReplayShowsTheDifference(t *testing.T) {
	t.Parallel()
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	cells, err := matrix.Cells(t.Context(), engine, operations(), func(c matrix.Cell) bool { return c.Action == "report.sign" })
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Builder{}
	signed := 0
	for _, one := range cells {
		record, ok := policy.Record("e", time.Time{}, engine.Digest(), one.Query, one.Decision)
		line, err := json.Marshal(record)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		lines.Write(append(line, '\n'))
		if one.Allow {
			signed++
		}
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "decisions.jsonl")
	if err := os.WriteFile(log, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	same, err := tool(t, "policy", "replay", log)
	if err != nil || !strings.Contains(same, "aucune différence") {
		t.Errorf("the same rules: %v\n%s", err, same)
	}
	other := stricter(t, dir)
	text, err := tool(t, "policy", "replay", "--policy", other, log)
	if err == nil || signed == 0 || !strings.Contains(text, "CERTIFICATE_NOT_RECEIVED") || !strings.Contains(text, "ALLOW_RAPPORTEUR") {
		t.Errorf("%d signed, %v\n%s", signed, err, text)
	}
	if err := os.WriteFile(log, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tool(t, "policy", "replay", log); err == nil {
		t.Error("a line that is no decision was passed over")
	}
}

// stricter is the policy with one condition that no longer holds.
func stricter(t *testing.T, dir string) string {
	t.Helper()
	folder := filepath.Join(dir, "policy")
	if err := os.CopyFS(filepath.Join(folder, "rego"), os.DirFS("../../policy/rego")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "rego", "report.rego")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "certificate_received if input.resource.certificate_received\n", "certificate_received if input.resource.closed\n", 1)
	if changed == string(text) {
		t.Fatal("the rule to change is not there")
	}
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}
