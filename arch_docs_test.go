package cloison_test

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Documents that name code are tested like code: a page that says what is no longer true is a defect.

var namedTest = regexp.MustCompile(`\bTest[A-Z]\w+`)

func testsOf(of *tree) map[string]bool {
	tests := map[string]bool{}
	for _, f := range of.files {
		if !f.test {
			continue
		}
		for _, declared := range f.syntax.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok {
				tests[function.Name.Name] = true
			}
		}
	}
	return tests
}

// A comment that names a test names one that there is.
func TestCommentsNameRealTests(t *testing.T) {
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(tree)
	for _, f := range tree.files {
		if f.syntax == nil || f.test {
			continue
		}
		for _, group := range f.syntax.Comments {
			for _, name := range namedTest.FindAllString(group.Text(), -1) {
				if !tests[name] {
					t.Errorf("%s: %s does not exist", f.path, name)
				}
			}
		}
	}
}

func TestThreatModelNamesRealTests(t *testing.T) {
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(tree)
	text := read(t, "docs/threat-model.md")
	for _, name := range namedTest.FindAllString(text, -1) {
		if !tests[name] {
			t.Errorf("%s does not exist", name)
		}
	}
	for _, section := range strings.Split(text, "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		for _, line := range strings.Split(body, "\n- ")[1:] {
			shown := regexp.MustCompile("`Test|(?i)not yet shown|non-goal|there is no such operation").MatchString(line)
			if !shown {
				t.Errorf("%s: neither a test, nor \"not yet shown\", nor a non-goal: %s", title, line)
			}
		}
	}
}

func TestGlossaryNamesWhatExists(t *testing.T) {
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	var sql strings.Builder
	for _, f := range tree.files {
		if f.syntax == nil {
			sql.WriteString(strings.ToLower(f.sql))
			continue
		}
		for _, declared := range f.syntax.Decls {
			if group, ok := declared.(*ast.GenDecl); ok {
				for _, spec := range group.Specs {
					if named, ok := spec.(*ast.TypeSpec); ok {
						types[f.syntax.Name.Name+"."+named.Name.Name] = true
					}
				}
			}
		}
	}
	rows := regexp.MustCompile("(?m)^\\|[^|]+\\|[^|]+\\| `([^`]+)` \\| `([^`]+)` \\|$").FindAllStringSubmatch(read(t, "docs/glossary.md"), -1)
	if len(rows) < 20 {
		t.Fatalf("%d rows read", len(rows))
	}
	for _, row := range rows {
		if !types[row[1]] {
			t.Errorf("type %s does not exist", row[1])
		}
		if !strings.Contains(sql.String(), "create table "+row[2]+" ") {
			t.Errorf("table %s does not exist", row[2])
		}
	}
}

// TestDecisionsAreNumbered: records are numbered in a row and say what they cost.
func TestDecisionsAreNumbered(t *testing.T) {
	names, err := filepath.Glob("docs/decisions/*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("no record: %v", err)
	}
	for i, name := range names {
		text := read(t, name)
		if !strings.HasPrefix(filepath.Base(name), fmt.Sprintf("%04d-", i+1)) || !strings.HasPrefix(text, fmt.Sprintf("# %d. ", i+1)) {
			t.Errorf("%s: its name and title bear the next number", name)
		}
		for _, part := range []string{"**Context.**", "**Decision.**", "**Why.**", "**What it costs.**"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", name, part)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
