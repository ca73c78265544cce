// Package cloison_test holds the rules of direction: who may import, read or call what. They are the walls of the product
// as far as source can show them; grants, certificates and network show the rest.
//
// arch_rules_test.go is the table; arch_doctored_test.go breaks each ban on purpose and demands that it is reported.
package cloison_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestRulesOfDirection(t *testing.T) {
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		for _, broken := range r.find(tree) {
			t.Errorf("%s: %s\n\tbecause %s\n\t%s", r.id, r.ban, r.reason, broken)
		}
	}
}

// TestTreeSeesTheSource: a rule that looks at nothing finds nothing.
func TestTreeSeesTheSource(t *testing.T) {
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.files) < 50 || !tree.has("web/layout") || !tree.has("internal/clock") {
		t.Errorf("%d files read", len(tree.files))
	}
	for _, tags := range tagSets {
		if len(tree.graph[tags]) < 50 || len(tree.graph[tags]["web/layout"]) == 0 {
			t.Errorf("tags %q: the graph holds %d packages", tags, len(tree.graph[tags]))
		}
	}
	if !tree.standard("time") || tree.standard("release") || tree.standard("filippo.io/age") {
		t.Error("the standard library is not told from the rest")
	}
	for _, f := range tree.files {
		if f.pkg == "internal/clock" && !f.test && len(uses(f, "time", "Now")) == 0 && strings.HasSuffix(f.path, "clock.go") {
			t.Error("time.Now is not seen where it stands")
		}
	}
}

// TestRule8HasItsTests: R8 speaks of PostgreSQL's catalogue and of the network. Its proofs are other tests; they must be there.
func TestRule8HasItsTests(t *testing.T) {
	for _, name := range []string{"migrations/grants.golden", "e2e/netns_test.go"} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("R8: %v", err)
		}
	}
}

// TestEveryRuleIsNumbered: R1 to R12, R8 apart, are all in the table.
func TestEveryRuleIsNumbered(t *testing.T) {
	for _, id := range []string{"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R9", "R10", "R11", "R12"} {
		if !slices.ContainsFunc(rules, func(r rule) bool { return r.id == id && r.reason != "" && r.ban != "" }) {
			t.Errorf("%s is not in the table", id)
		}
	}
}
