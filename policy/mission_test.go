package policy

import (
	"testing"
	"testing/fstest"
)

func mission(text string, rules ...RuleInfo) Mission {
	return Mission{Name: "notes", Files: fstest.MapFS{"notes.rego": &fstest.MapFile{Data: []byte("package cloison\n\n" + text)}}, Rules: rules}
}

// TestAMissionRulesItsOwnActionsOnly: what it says of another's actions, or of a fact that the zone decides by, keeps the program from starting.
func TestAMissionRulesItsOwnActionsOnly(t *testing.T) {
	for name, text := range map[string]string{
		"another's action":         `conditions["referral.get"] := [["ROLE_NOT_ALLOWED", true]]`,
		"another's zone":           `zones["referral.get"] := {"server"}`,
		"every action":             `conditions[x] := [] if x := input.action`,
		"a fact of the zone":       `agent if true`,
		"whether a list is broken": `broken := []`,
		"the decision":             `decision := {"allow": true, "rule": "X", "visible": true}`,
		"a capacity":               `capacity := "ALLOW_AUDIT"`,
	} {
		if _, err := With(mission(text)); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	own := `default notes_mine := false

notes_mine if input.subject.mission == "NOTES"

visible if notes_mine

zones["notes.get"] := {"server"}

conditions["notes.get"] := [["NOTES_NOT_MINE", notes_mine]]`
	rule := RuleInfo{Code: "NOTES_NOT_MINE", Kind: Forbidden, Sentence: "Adressez-vous à qui tient ces notes.", Source: "un texte"}
	with, err := With(mission(own, rule))
	if err != nil {
		t.Fatal(err)
	}
	query := func(word, action string) Query {
		return Query{Subject: Subject{Role: "AGENT_MISSION", Mission: word}, Action: action, Context: Context{Zone: "server"}}
	}
	if d, err := with.Decide(t.Context(), query("NOTES", "notes.get")); err != nil || !d.Allow {
		t.Errorf("its own agent: %+v %v", d, err)
	}
	if d, err := with.Decide(t.Context(), query("OTHER", "notes.get")); err != nil || d.Allow || d.Sentence != rule.Sentence {
		t.Errorf("another agent: %+v %v", d, err)
	}
	without, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if without.Digest() == with.Digest() {
		t.Error("the digest does not tell that a mission is there")
	}
	if d, err := without.Decide(t.Context(), query("NOTES", "notes.get")); err != nil || d.Allow {
		t.Errorf("without the mission: %+v %v", d, err)
	}
	if _, err := With(mission(own, RuleInfo{Code: "ROLE_NOT_ALLOWED"})); err == nil {
		t.Error("a rule of the zone was given another sentence")
	}
}
