package desk

import (
	"slices"
	"testing"

	"cloison/policy"
	"cloison/web/layout"
)

// An auditor who meets a code instead of words, or a choice that finds nothing, is misled.
func TestEveryActionHasItsWords(t *testing.T) {
	t.Parallel()
	engine, err := policy.New()
	if err != nil {
		t.Fatal(err)
	}
	actions, err := engine.Actions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for action := range actions {
		if layout.ActionWords(action) == action {
			t.Errorf("%s has no words", action)
		}
	}
	operator := []string{"audit.erase", "statistics.count"} // entries that the operator's tool leaves, which no rule decides
	for _, action := range operator {
		if layout.ActionWords(action) == action {
			t.Errorf("%s has no words", action)
		}
	}
	for _, offered := range layout.ActionOptions() {
		if actions[offered.Value] == nil && !slices.Contains(operator, offered.Value) {
			t.Errorf("%s is offered and is no action", offered.Value)
		}
	}
	for _, ground := range policy.Grounds {
		if layout.GroundWords(ground) == ground {
			t.Errorf("%s has no words", ground)
		}
	}
}
