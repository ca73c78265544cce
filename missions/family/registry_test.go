package family_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type registered struct {
	ID, Rule, Source string
	Sure             bool
}

// TestEveryRuleIsATestOfItsName: each rule of data/rules.json is shown by a test whose name begins with its id (RF-E1: TestRF_E1_...). One that is
// missing is red, and so is a test of a rule that is not registered.
func TestEveryRuleIsATestOfItsName(t *testing.T) {
	text, err := os.ReadFile("data/rules.json")
	if err != nil {
		t.Fatal(err)
	}
	var rules []registered
	if err := json.Unmarshal(text, &rules); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range rules {
		if r.Rule == "" || r.Source == "" || known[r.ID] {
			t.Errorf("rule %s is not whole, or stands twice", r.ID)
		}
		known[r.ID] = true
	}
	for n := 1; n <= 11; n++ { // the nine conditions and the eleven edge cases of the law as we read it
		if n <= 9 && !known[fmt.Sprintf("RF-E%d", n)] || !known[fmt.Sprintf("RF-EC%d", n)] {
			t.Errorf("RF-E%d or RF-EC%d is not registered", n, n)
		}
	}
	shown := testsOfRules(t)
	for id := range known {
		if !shown[id] {
			t.Errorf("no test shows %s: want a function Test%s_...", id, strings.ReplaceAll(id, "-", "_"))
		}
	}
	for id := range shown {
		if !known[id] {
			t.Errorf("a test names %s, which is not registered", id)
		}
	}
}

// testsOfRules reads the names of the test functions beside this file.
func testsOfRules(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range file.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "TestRF_") {
				continue
			}
			parts := strings.Split(strings.TrimPrefix(f.Name.Name, "Test"), "_")
			id := parts[0]
			for _, part := range parts[1:] {
				if part != strings.ToUpper(part) {
					break
				}
				id += "-" + part
			}
			shown[id] = true
		}
	}
	return shown
}
