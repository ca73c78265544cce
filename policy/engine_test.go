package policy

import (
	"context"
	"regexp"
	"strings"
	"sync"
	"testing"
)

func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func physician(id string) Subject {
	return Subject{ID: id, Role: "MEDECIN", Profession: "10", Habilitated: true}
}

// The shapes that Go sends are those that the Rego tests assume.
func TestDecide(t *testing.T) {
	t.Parallel()
	e := engine(t)
	medical := Context{Zone: "medical", On: "2026-03-02"}
	composed := Dossier{Kind: "dossier", ID: "d-1", Pipeline: "SEJOUR", Direction: "DT-PARIS", Rapporteur: "med-12", ReportTransmitted: true,
		Composition: &Composition{Version: 1, Members: []string{"med-03", "med-07", "med-08"}, Open: true, Round: 1}, Examiners: []string{},
		Document: &Document{ID: "p-1", Author: "sec-01"}}
	sitting := medical
	sitting.Person = &Member{ID: "med-03", Listed: true}
	reading := medical
	reading.Purpose = "COLLEGE"
	clerk := Subject{ID: "sec-01", Role: "SECRETARIAT_MEDICAL", Directions: []string{"DT-PARIS"}}
	for name, c := range map[string]struct {
		query Query
		want  Decision
	}{
		"rapporteur reads": {Query{physician("med-12"), "document.read", composed, reading}, Decision{Allow: true, Rule: "ALLOW_RAPPORTEUR", Visible: true}},
		"member answers":   {Query{physician("med-03"), "answers.give", composed, sitting}, Decision{Allow: true, Rule: "ALLOW_MEMBER", Visible: true}},
		"no purpose": {Query{physician("med-12"), "document.read", composed, medical},
			Decision{Rule: "PURPOSE_REQUIRED", Visible: true, Kind: Invalid}},
		"stranger reads": {Query{physician("med-02"), "document.read", composed, reading}, Decision{Rule: "NOT_ASSIGNED", Kind: Forbidden}},
		"clerk reads":    {Query{clerk, "document.read", composed, reading}, Decision{Rule: "ROLE_NO_MEDICAL", Visible: true, Kind: Forbidden}},
		"no composition": {Query{physician("med-12"), "answers.read", Dossier{Kind: "dossier", Rapporteur: "med-12"}, medical},
			Decision{Rule: "NOT_ASSIGNED", Visible: true, Kind: Forbidden}},
		"members forgotten": {Query{clerk, "college.compose", Dossier{Kind: "dossier", Direction: "DT-PARIS", Pipeline: "SEJOUR", ReportTransmitted: true},
			medical}, Decision{Rule: "COLLEGE_SIZE", Visible: true, Kind: Invalid}},
		"nurse signs in": {Query{Subject{Role: "INFIRMIER", Profession: "60"}, "session.open", Portal{"portal", "medical"}, medical},
			Decision{Rule: "PROFESSION_NOT_PHYSICIAN", Visible: true, Kind: Forbidden}},
		"another prefecture": {Query{Subject{Role: "PREFECTURE", Prefecture: "69"}, "opinion.get", Release{Kind: "release", Prefecture: "75", Release: "opinion"},
			Context{Zone: "server"}}, Decision{Rule: "WRONG_PREFECTURE", Kind: Forbidden}},
		"own referral": {Query{Subject{Role: "PREFECTURE", Prefecture: "75"}, "referral.get", Referral{Kind: "referral", Prefecture: "75"},
			Context{Zone: "server"}}, Decision{Allow: true, Rule: "ALLOW_PREFECTURE", Visible: true}},
		"no resource":    {Query{physician("med-12"), "document.read", nil, reading}, Decision{Rule: "NOT_ASSIGNED", Kind: Forbidden}},
		"unknown action": {Query{physician("med-12"), "dossier.export", composed, reading}, Decision{Rule: "UNKNOWN_ACTION", Kind: Forbidden}},
		"empty query":    {Query{}, Decision{Rule: "UNKNOWN_ACTION", Kind: Forbidden}},
	} {
		got, err := e.Decide(t.Context(), c.query)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !got.Allow && got.Sentence == "" {
			t.Errorf("%s: no sentence", name)
		}
		got.Sentence = ""
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestDecideFailsRatherThanAnswers(t *testing.T) {
	t.Parallel()
	if _, err := engine(t).Decide(t.Context(), Query{Action: "me.get", Resource: make(chan int)}); err == nil {
		t.Error("a resource that cannot be read was decided on")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := engine(t).Decide(gone, Query{Action: "me.get"}); err == nil && d.Allow {
		t.Error("a cancelled query was allowed")
	}
	for name, module := range map[string]string{
		"no decision":   "package cloison\nother := 1",
		"not an object": "package cloison\ndecision := true",
		"truthy allow":  `package cloison` + "\n" + `decision := {"allow": "true", "rule": "X", "visible": true}`,
		"no rule":       `package cloison` + "\n" + `decision := {"allow": true, "rule": "", "visible": true}`,
		"unknown rule":  `package cloison` + "\n" + `decision := {"allow": false, "rule": "NO_SUCH_RULE", "visible": true}`,
		// A call that fails must not fall back on what the rules say by default.
		"failing call": `package cloison` + "\n" + `default decision := {"allow": true, "rule": "X", "visible": true}` + "\n" +
			`decision := {"allow": false, "rule": "NOT_ASSIGNED", "visible": false} if count(input.resource) > 0`,
		"visible absent": `package cloison` + "\n" + `decision := {"allow": true, "rule": "X"}`,
	} {
		e, err := newEngine(map[string]string{"m.rego": module})
		if err != nil {
			t.Fatal(name, err)
		}
		if d, err := e.Decide(t.Context(), Query{Action: "me.get", Resource: 7}); err == nil {
			t.Errorf("%s: decided %+v", name, d)
		}
	}
}

// What could make a decision differ when it is replayed, or tell someone of it, does not even compile.
func TestNoRuleReachesOutside(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		`http.send({"method": "get", "url": "http://127.0.0.1"})`, `net.lookup_ip_addr("ofii.example")`, `time.now_ns()`,
		`rand.intn("a", 9)`, `opa.runtime()`, `uuid.rfc4122("a")`, `trace("a")`, `io.jwt.decode("a.b.c")`, `rego.metadata.chain()`,
	} {
		_, err := newEngine(map[string]string{"m.rego": "package cloison\ndecision := " + call})
		if err == nil || !strings.Contains(err.Error(), "undefined function") {
			t.Errorf("%s: %v", call, err)
		}
	}
}

func TestStrictCompilation(t *testing.T) {
	t.Parallel()
	for name, module := range map[string]string{
		"unused variable":  "package cloison\ndecision := 1 if { x := 2 }",
		"unused import":    "package cloison\nimport data.other\ndecision := 1",
		"unsafe variable":  "package cloison\ndecision := x",
		"rules that clash": "package cloison\ndecision := 1\ndecision(x) := x",
		"old syntax":       "package cloison\ndecision = 1 { true }",
	} {
		if _, err := newEngine(map[string]string{"m.rego": module}); err == nil {
			t.Errorf("%s compiled", name)
		}
	}
}

func TestDigestMovesWithTheRules(t *testing.T) {
	t.Parallel()
	e := engine(t)
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(e.Digest()) || engine(t).Digest() != e.Digest() {
		t.Errorf("digest %q", e.Digest())
	}
	modules, err := readModules(regoFiles)
	if err != nil {
		t.Fatal(err)
	}
	for name := range modules {
		if strings.HasSuffix(name, "_test.rego") {
			t.Errorf("%s is compiled into the program", name)
		}
		before := modules[name]
		modules[name] += "\n"
		if digestOf(modules, Rules()) == e.Digest() {
			t.Errorf("the digest does not cover %s", name)
		}
		modules[name] = before
	}
	if digestOf(modules, Rules()) != e.Digest() {
		t.Error("the digest depends on something else")
	}
	rules := Rules()
	rules[0].Sentence += " "
	if digestOf(modules, rules) == e.Digest() {
		t.Error("the digest does not cover the table of sentences and kinds")
	}
}

func TestDecideIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	e := engine(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				if d, err := e.Decide(context.Background(), Query{Subject: physician("a"), Action: "me.get", Context: Context{Zone: "medical"}}); err != nil || !d.Allow {
					t.Errorf("%+v, %v", d, err)
				}
			}
		})
	}
	group.Wait()
}
