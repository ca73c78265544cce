package policy

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/tester"
)

// TestRego runs the tests that stand beside the rules, and requires that they reach every line of them.
func TestRego(t *testing.T) {
	t.Parallel()
	modules := parseFolder(t)
	coverage := cover.New()
	run := runRego(t, modules, coverage)
	if run < 40 {
		t.Errorf("%d Rego tests ran, want at least 40: a folder that is not found passes too", run)
	}
	report := coverage.Report(modules)
	for name, file := range report.Files {
		if strings.HasSuffix(name, "_test.rego") {
			continue
		}
		for _, gap := range file.NotCovered {
			t.Errorf("%s:%d to %d: no test reaches this", name, gap.Start.Row, gap.End.Row)
		}
	}
}

func parseFolder(t *testing.T) map[string]*ast.Module {
	t.Helper()
	paths, err := filepath.Glob("rego/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	modules := make(map[string]*ast.Module, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		module, err := ast.ParseModuleWithOpts(path, string(text), ast.ParserOptions{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		modules[path] = module
	}
	return modules
}

// runRego reports each failing test of the modules and gives how many ran.
func runRego(t *testing.T, modules map[string]*ast.Module, coverage *cover.Cover) int {
	t.Helper()
	results, err := tester.NewRunner().
		SetTimeout(10*time.Minute). // five seconds by default: a test of every list takes longer on a busy machine
		SetCompiler(ast.NewCompiler().WithStrict(true)).
		SetCoverageQueryTracer(coverage).
		RaiseBuiltinErrors(true).
		Run(context.Background(), modules)
	if err != nil {
		t.Fatal(err)
	}
	run := 0
	for result := range results {
		run++
		if !result.Pass() {
			t.Errorf("%s: %s (%v)", result.Location, result.Name, result.Error)
		}
	}
	return run
}
