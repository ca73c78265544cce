package policy

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// codes are the fields of a query that say nothing of who somebody is. Every other text of a query is a person, or an object, and is replaced.
var codes = map[string]bool{
	"Subject.Role": true, "Subject.Profession": true, "Subject.Directions": true, "Subject.Prefecture": true, "Subject.Mission": true, "Subject.System": true,
	"Context.Purpose": true, "Context.On": true, "Context.Open": true, "Context.Zone": true, "Query.Action": true,
	"Dossier.Kind": true, "Dossier.State": true, "Dossier.Pipeline": true, "Dossier.Author": true, "Dossier.Direction": true, "Dossier.Prefecture": true,
	"Dossier.RetainedUntil": true, "Document.Excluded": true, "Composition.Author": true, "Composition.Decision": true,
	"Disclosure.Bundle": true, "Disclosure.Recipient": true, "Referral.Kind": true, "Referral.Prefecture": true,
	"Release.Kind": true, "Release.Prefecture": true, "Release.ReceivedBy": true, "Release.Release": true, "Portal.Kind": true, "Portal.Zone": true,
}

const marked = "NOBODY-"

// fill puts a mark into every text of v that is no code, whatever field is added one day.
func fill(v reflect.Value, field string) {
	switch v.Kind() {
	case reflect.String:
		if !codes[field] {
			v.SetString(marked + field)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), field)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), field)
		fill(v.Index(1), field)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name)
		}
	}
}

func TestNobodyStandsInARecordedDecision(t *testing.T) {
	t.Parallel()
	for _, resource := range []any{&Dossier{}, &Disclosure{}, &Referral{}, &Release{}, &Portal{}} {
		var q Query
		fill(reflect.ValueOf(&q.Subject).Elem(), "")
		fill(reflect.ValueOf(&q.Context).Elem(), "")
		fill(reflect.ValueOf(resource).Elem(), "")
		q.Resource = reflect.ValueOf(resource).Elem().Interface()
		recorded, ok := Record("e", time.Time{}, "d", q, Decision{})
		text, err := json.Marshal(recorded)
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		if at := strings.Index(string(text), marked); at >= 0 {
			t.Errorf("%T: %s", resource, text[at:min(at+60, len(text))])
		}
		if before, _ := json.Marshal(q); !strings.Contains(string(before), marked) {
			t.Error("the query itself was changed, or nothing was put in it")
		}
	}
	if _, ok := Record("e", time.Time{}, "d", Query{Resource: map[string]any{"care_needed": "NECESSITE"}}, Decision{}); ok {
		t.Error("the content of a release was recorded")
	}
}

// Numbered persons decide as the persons did.
func TestARecordedDecisionIsTheSameAgain(t *testing.T) {
	t.Parallel()
	e := engine(t)
	dossier := Dossier{Kind: "dossier", ID: "d-1", Pipeline: "SEJOUR", Rapporteur: "med-12", ReportTransmitted: true,
		Composition: &Composition{Version: 1, Members: []string{"med-03", "med-07", "med-08"}, Open: true, Round: 1, Answered: []string{"med-07"}},
		Examiners:   []string{"med-08"}, Document: &Document{ID: "p", Author: "med-07"}}
	allowed := 0
	for _, id := range []string{"med-12", "med-03", "med-07", "med-08", "med-02"} {
		for _, action := range []string{"answers.give", "report.supplement", "document.read", "document.withdraw", "dossier.get", "answers.read"} {
			q := Query{physician(id), action, dossier, Context{Zone: "medical", Purpose: "COLLEGE", Person: &Member{ID: id, Listed: true}}}
			was, err := e.Decide(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			recorded, _ := Record("e", time.Time{}, e.Digest(), q, was)
			line, err := json.Marshal(recorded)
			if err != nil {
				t.Fatal(err)
			}
			again, err := e.Replay(t.Context(), strings.NewReader(string(line)+"\n"))
			if err != nil || again.Decisions != 1 || again.SameRules != 1 || len(again.First) != 0 {
				t.Errorf("%s %s: %+v, %v", id, action, again, err)
			}
			if was.Allow {
				allowed++
			}
		}
	}
	if allowed < 5 {
		t.Errorf("%d were allowed: the table shows little", allowed)
	}
	for _, line := range []string{"{}", "not JSON", `{"query":{"action":""}}`} {
		if _, err := e.Replay(t.Context(), strings.NewReader(line)); err == nil {
			t.Errorf("%s was passed over", line)
		}
	}
}

// Whoever left gets no decision, and the operator is told so: an allowed act would go on for nobody.
func TestNothingIsDecidedForWhoLeft(t *testing.T) {
	t.Parallel()
	e, gone := engine(t), errors.New("the connection was closed")
	ctx, leave := context.WithCancelCause(t.Context())
	leave(gone)
	if d, err := e.Decide(ctx, signing()); !errors.Is(err, gone) || d.Allow {
		t.Errorf("%+v, %v", d, err)
	}
	plain, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := e.Decide(plain, signing()); Failure(err) != "LEFT" || d.Allow {
		t.Errorf("%+v, %v", d, err)
	}
	late, end := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer end()
	if d, err := e.Decide(late, signing()); Failure(err) != "SLOW" || d.Allow {
		t.Errorf("%+v, %v", d, err)
	}
}

// A rule that fails, or that takes too long, allows nothing; the error says which action, and why.
func TestASlowRuleAllowsNothing(t *testing.T) {
	t.Parallel()
	slow := "package cloison\n" + `decision := {"allow": true, "rule": "X", "visible": true} if {
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
	e, err := newEngine(map[string]string{"m.rego": slow})
	if err != nil {
		t.Fatal(err)
	}
	e.limit = 20 * time.Millisecond
	d, err := e.Decide(t.Context(), Query{Action: "me.get"})
	if err == nil || d.Allow || !strings.Contains(err.Error(), "me.get") || !strings.Contains(err.Error(), "deadline exceeded") {
		t.Errorf("%+v, %v", d, err)
	}
	if Failure(err) != "SLOW" {
		t.Errorf("said %s of it", Failure(err))
	}
	e.limit = time.Hour
	ctx, leave := context.WithCancel(t.Context())
	defer time.AfterFunc(20*time.Millisecond, leave).Stop()
	if d, err := e.Decide(ctx, Query{Action: "me.get"}); Failure(err) != "LEFT" || d.Allow {
		t.Errorf("%+v, %v", d, err)
	}
}
