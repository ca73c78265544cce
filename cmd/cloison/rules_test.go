package main

import (
	"encoding/json"
	"strings"
	"testing"

	"cloison/medical/reference"
)

// The command fails while one rule has no test, and names it; the table and the JSON hold every rule either way.
func TestRulesFailWhileOneHasNoTest(t *testing.T) {
	t.Parallel()
	shown := reference.Rule{ID: "X1", Rule: "Une règle.", Source: "R. 1", Certainty: []string{"V"}, Tests: []reference.RuleTest{{Name: "TestX", In: "x_test.go"}}}
	bare := reference.Rule{ID: "X2", Rule: "Une autre.", Source: "R. 2", Certainty: []string{"M"}, Tests: []reference.RuleTest{}, Missing: "pas encore : rien"}
	for name, c := range map[string]struct {
		rules []reference.Rule
		fails string
	}{
		"every rule": {[]reference.Rule{shown}, ""},
		"one less":   {[]reference.Rule{shown, bare}, "X2 (pas encore : rien)"},
	} {
		for _, asJSON := range []bool{false, true} {
			var out strings.Builder
			err := printRules(&out, c.rules, asJSON)
			if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s: %v", name, err)
			}
			if !strings.Contains(out.String(), "TestX") || strings.Contains(out.String(), "X2") != (len(c.rules) == 2) {
				t.Errorf("%s, as JSON %t:\n%s", name, asJSON, out.String())
			}
		}
	}
}

func TestRulesPrintTheRegistry(t *testing.T) {
	t.Parallel()
	table, _ := tool(t, "rules")
	for _, want := range []string{"RÈGLE", "R. 425-13", "à confirmer", "2017-01-01", "84 règles."} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not say %q", want)
		}
	}
	text, _ := tool(t, "rules", "--json")
	var list []reference.Rule
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) != 84 {
		t.Errorf("%d rules, %v", len(list), err)
	}
	if _, err := tool(t, "rules", "more"); err == nil {
		t.Error("an argument was taken")
	}
}
