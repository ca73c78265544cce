package act

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cloison/audit"
	"cloison/policy"
)

// slowRule allows, after a hundred million tries.
const slowRule = `package cloison
decision := {"allow": true, "rule": "X", "visible": true} if {
	digits := [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
	some a in digits
	some b in digits
	some c in digits
	some d in digits
	some e in digits
	some f in digits
	some g in digits
	some h in digits
	count([a, b, c, d, e, f, g, h]) == 9
}`

// Rules that fail, that never end, or that answer something else: nothing is allowed, nothing is written, nothing is opened, the entry stands, and the
// operator is told why, in a word that quotes nothing.
func TestRulesThatDoNotDecideAllowNothingAndAreAnAlarm(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct{ rules, why string }{
		"a rule fails": {`package cloison
default decision := {"allow": true, "rule": "X", "visible": true}
decision := {"allow": true, "rule": "Y", "visible": true} if count(input.action) > count(input.resource.closed)`, "RULES"},
		"two rules clash": {`package cloison
decision := {"allow": true, "rule": "X", "visible": true} if input.action
decision := {"allow": true, "rule": "Y", "visible": true} if input.subject`, "RULES"},
		"a rule never ends":              {slowRule, "SLOW"},
		"no decision":                    {"package cloison\nother := 1", "SHAPE"},
		"something else":                 {"package cloison\ndecision := true", "SHAPE"},
		"a refusal that nobody can read": {`package cloison` + "\n" + `decision := {"allow": false, "rule": "NO_SUCH_RULE", "visible": true}`, "SHAPE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			engine, err := policy.NewFrom(fstest.MapFS{"rego/rules.rego": {Data: []byte(one.rules)}})
			if err != nil {
				t.Fatal(err)
			}
			var journal bytes.Buffer
			options := w.gateWith(engine).o
			options.Alarm = slog.New(slog.NewTextHandler(&journal, nil))
			gate := New(options)
			patience := time.Minute
			if one.why == "SLOW" {
				patience = 5 * time.Second // the engine's own bound is ten: whoever asks here has less
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err = gate.Do(ctx, rapporteur, save(), write("a"))
			wantError(t, err, Unavailable, "")
			w.wantNotes()
			wantEntry(t, w.lastEntry(1), audit.None, audit.Failed, "UNAVAILABLE")
			if permit, err := gate.Read(ctx, rapporteur, read()); permit != nil || err == nil {
				t.Error("something may be opened")
			}
			said := journal.String()
			if !strings.Contains(said, "level=ERROR") || !strings.Contains(said, "ALARM") || !strings.Contains(said, "action=report.save") || !strings.Contains(said, "why="+one.why) {
				t.Errorf("the operator reads %q", said)
			}
			if strings.Contains(said, "med-12") || strings.Contains(said, "d-1") {
				t.Errorf("the journal names somebody, or something: %q", said)
			}
		})
	}
}
