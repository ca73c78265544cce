package desk

import (
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
	for _, offered := range layout.ActionOptions() {
		if actions[offered.Value] == nil {
			t.Errorf("%s is offered and is no action", offered.Value)
		}
	}
	for _, ground := range policy.Grounds {
		if layout.GroundWords(ground) == ground {
			t.Errorf("%s has no words", ground)
		}
	}
}
