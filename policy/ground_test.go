package policy

import "testing"

// One list in Go, for the entry, and one in the rules, for the decision.
func TestGroundsAreThoseOfTheRules(t *testing.T) {
	t.Parallel()
	auditor := Subject{ID: "a", Role: "AUDITEUR_CONFORMITE"}
	ask := func(ground string) Decision {
		t.Helper()
		d, err := engine(t).Decide(t.Context(), Query{auditor, "audit.search", Portal{Kind: "portal", Zone: "medical"}, Context{Zone: "medical", Purpose: ground}})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, ground := range Grounds {
		if d := ask(ground); !d.Allow || !KnownGround(ground) {
			t.Errorf("%s: %+v", ground, d)
		}
	}
	for _, ground := range []string{"", "INSTRUCTION", "CURIOSITE"} {
		if d := ask(ground); d.Rule != "GROUND_REQUIRED" || KnownGround(ground) {
			t.Errorf("%q: %+v", ground, d)
		}
	}
}
