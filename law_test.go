package cloison_test

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cloison/medical/reference"
)

// The registry of rules names tests and pages all over the tree: what it says is looked for in the source.

const toConfirm = "à confirmer"

// ids are those of every rule of the procedure, in their order.
func ids() (list []string) {
	for _, r := range []struct {
		prefix string
		last   int
	}{{"T", 26}, {"INV", 14}, {"REQ-", 24}, {"SC", 20}} {
		for i := 1; i <= r.last; i++ {
			list = append(list, r.prefix+strconv.Itoa(i))
		}
	}
	return list
}

func TestRegistryHoldsEveryRuleOnce(t *testing.T) {
	for _, broken := range registryGaps(reference.Rules()) {
		t.Error(broken)
	}
}

func registryGaps(rules []reference.Rule) (broken []string) {
	var got []string
	for _, r := range rules {
		got = append(got, r.ID)
		for name, wrong := range map[string]bool{
			"is no sentence":       !strings.HasSuffix(r.Rule, ".") || len(r.Rule) < 20 || len(r.Rule) > 200,
			"has no source":        r.Source == "",
			"has no certainty":     len(r.Certainty) == 0,
			"has another tag":      slices.ContainsFunc(r.Certainty, func(c string) bool { return !slices.Contains([]string{"V", "V17", "VS", "M", "I"}, c) }),
			"has no date":          r.From == nil,
			"ends before it began": r.From != nil && r.To != nil && r.To.Before(*r.From),
			"has neither a test nor \"pas encore\", or both": (len(r.Tests) == 0) != strings.HasPrefix(r.Missing, "pas encore : "),
		} {
			if wrong {
				broken = append(broken, r.ID+" "+name)
			}
		}
	}
	for _, id := range ids() {
		if n := len(slices.DeleteFunc(slices.Clone(got), func(g string) bool { return g != id })); n != 1 {
			broken = append(broken, fmt.Sprintf("%s is there %d times", id, n))
		}
	}
	if len(got) != len(ids()) {
		broken = append(broken, fmt.Sprintf("%d rows for %d rules", len(got), len(ids())))
	}
	return broken
}

func TestRegistryNamesRealTests(t *testing.T) {
	tests := testsByFile(t)
	for _, broken := range missingTests(reference.Rules(), tests) {
		t.Error(broken)
	}
}

func missingTests(rules []reference.Rule, tests map[string]bool) (broken []string) {
	for _, r := range rules {
		for _, test := range r.Tests {
			if !tests[test.In+" "+test.Name] {
				broken = append(broken, fmt.Sprintf("%s: there is no test %s in %s", r.ID, test.Name, test.In))
			}
		}
	}
	return broken
}

// testsByFile are the tests of the tree, as "file name": Go functions, and Rego rules that TestRego runs.
func testsByFile(t *testing.T) map[string]bool {
	t.Helper()
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, f := range tree.files {
		if !f.test {
			continue
		}
		for _, declared := range f.syntax.Decls {
			if function, ok := declared.(*ast.FuncDecl); ok && function.Recv == nil && regexp.MustCompile(`^(Test|Fuzz)[A-Z]`).MatchString(function.Name.Name) {
				tests[f.path+" "+function.Name.Name] = true
			}
		}
	}
	const rego = "policy/rego"
	entries, err := os.ReadDir(rego)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if path := rego + "/" + e.Name(); strings.HasSuffix(path, "_test.rego") {
			for _, found := range regexp.MustCompile(`(?m)^(test_\w+) if\b`).FindAllStringSubmatch(read(t, path), -1) {
				tests[path+" "+found[1]] = true
			}
		}
	}
	return tests
}

// Whoever reads a page must see what could not be read in a text. Each page that says an uncertain rule is named by its words; they are looked for
// in every string of the programs, so that a second page saying the same without « à confirmer » is seen too.
func TestUncertainRulesAreShownToConfirm(t *testing.T) {
	for _, broken := range unconfirmed(reference.Rules(), sayings(t)) {
		t.Error(broken)
	}
}

func unconfirmed(rules []reference.Rule, said map[string][]string) (broken []string) {
	for _, r := range rules {
		if r.Uncertain() && (len(r.Shown) > 0) == (r.NotShown != "") {
			broken = append(broken, r.ID+" is uncertain: it says where it is shown, or why nowhere, and not both")
		}
		for _, w := range r.Shown {
			found := false
			for path, texts := range said {
				for _, text := range texts {
					if !strings.Contains(text, w.Words) {
						continue
					}
					found = found || path == w.In
					if !strings.Contains(text, toConfirm) {
						broken = append(broken, fmt.Sprintf("%s: %s says %q without « %s »", r.ID, path, w.Words, toConfirm))
					}
				}
			}
			if !found || w.Words == "" {
				broken = append(broken, fmt.Sprintf("%s: %s does not say %q", r.ID, w.In, w.Words))
			}
		}
	}
	return broken
}

// sayings are the strings of every program by file: what a page can say stands in one of them, or in a template.
func sayings(t *testing.T) map[string][]string {
	t.Helper()
	tree, err := repository()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, f := range tree.files {
		if f.test || f.syntax == nil {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil {
					said[f.path] = append(said[f.path], text)
				}
			}
			return true
		})
	}
	const templates = "web/layout/templates"
	entries, err := os.ReadDir(templates)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		path := templates + "/" + e.Name()
		said[path] = strings.Split(read(t, path), "\n")
	}
	return said
}

// TestRegistryChecksCanFail breaks the registry on purpose, once for each thing that the tests above look at.
func TestRegistryChecksCanFail(t *testing.T) {
	first, twice := reference.Rules(), reference.Rules()
	twice[1].ID = twice[0].ID
	said := map[string][]string{"page.go": {"Vous pouvez décider sans avis (à confirmer).", "autre"}, "other.go": {"On peut décider sans avis."}}
	uncertain := func(words, in, nowhere string) []reference.Rule {
		r := reference.Rule{ID: "X", Certainty: []string{"V", "M"}, NotShown: nowhere}
		if words != "" {
			r.Shown = []reference.Words{{In: in, Words: words}}
		}
		return []reference.Rule{r}
	}
	for name, broken := range map[string][]string{
		"a rule is missing":              registryGaps(first[1:]),
		"a rule is there twice":          registryGaps(append(slices.Clone(first), first[0])),
		"one takes the place of another": registryGaps(twice),
		"a test that does not exist":     missingTests(first, map[string]bool{}),
		"nobody says where it is shown":  unconfirmed(uncertain("", "", ""), said),
		"both shown and not":             unconfirmed(uncertain("Vous pouvez décider", "page.go", "nulle part"), said),
		"words that no page says":        unconfirmed(uncertain("attendre", "page.go", ""), said),
		"words of another page":          unconfirmed(uncertain("Vous pouvez décider", "other.go", ""), said),
		"said elsewhere without doubt":   unconfirmed(uncertain("décider sans avis", "page.go", ""), said),
	} {
		if len(broken) == 0 {
			t.Errorf("%s: nothing is red", name)
		}
	}
	if broken := unconfirmed(uncertain("Vous pouvez décider", "page.go", ""), said); len(broken) != 0 {
		t.Errorf("a sound row is red: %v", broken)
	}
}
