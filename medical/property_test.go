package medical_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"cloison/medical"
	"cloison/medical/reference"

	"pgregory.net/rapid"
)

func dates() *rapid.Generator[medical.Date] {
	return rapid.Custom(func(t *rapid.T) medical.Date {
		return reference.NewDate(rapid.IntRange(2017, 2060).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 31).Draw(t, "day"))
	})
}

func TestMonthsAreClampedToTheLastDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := dates().Draw(t, "date"), rapid.IntRange(-60, 120).Draw(t, "months")
		got := medical.AddMonths(d, n)
		months := (got.Year-d.Year)*12 + int(got.Month-d.Month)
		if months != n {
			t.Fatalf("%v + %d months = %v: another month", d, n, got)
		}
		if got.Day != d.Day && (got.Day > d.Day || got.AddDays(1).Day != 1) {
			t.Fatalf("%v + %d months = %v: neither the same day nor the last", d, n, got)
		}
	})
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, days := dates().Draw(t, "start"), rapid.IntRange(0, 400).Draw(t, "later")
		b := a.AddDays(days)
		for _, code := range []string{"DL2", "DL6", "DL7", "DL4", "DL9"} {
			r, ok := reference.DeadlineOn(code, a)
			if !ok {
				t.Fatalf("no rule for %s on %v", code, a)
			}
			if r.Duration.After(b).Before(r.Duration.After(a)) {
				t.Fatalf("%s from %v is due before %s from %v", code, b, code, a)
			}
			if !r.Duration.After(a).After(a) {
				t.Fatalf("%s from %v is due at once", code, a)
			}
		}
	})
}

// anyEvents draws sequences that no lawful dossier has: what follows from them must still be something.
func anyEvents(t *rapid.T) []medical.Event {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var list []medical.Event
	for i := range rapid.IntRange(0, 40).Draw(t, "length") {
		typ := rapid.SampledFrom(medical.EventTypes()).Draw(t, "type")
		data := map[string]any{}
		for _, f := range []string{"ref", "referral", "cause", "defaut"} {
			data[f] = rapid.SampledFrom([]string{"a", "b", "DEFAUT_DEMANDEUR", "DEMANDEUR_ABSENT"}).Draw(t, f)
		}
		b, err := json.Marshal(known(typ, data))
		if err != nil {
			t.Fatal(err)
		}
		d, err := medical.DecodeData(typ, b)
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		at = at.Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "hours")) * time.Hour)
		list = append(list, medical.Event{Seq: i + 1, At: at, Type: typ, Data: d,
			Stage: rapid.SampledFrom([]medical.Stage{medical.StageNone, medical.StageReport, medical.StageOpinion}).Draw(t, "stage")})
	}
	return list
}

// known keeps the fields that a type of event has.
func known(typ medical.EventType, data map[string]any) map[string]any {
	kept := map[string]any{}
	_ = json.Unmarshal(least(typ), &kept)
	for k, v := range data {
		kept[k] = v
		if b, _ := json.Marshal(kept); !readable(typ, b) {
			delete(kept, k)
		}
	}
	return kept
}

func TestEverySequenceOfEventsHasAStateAndDeadlines(t *testing.T) {
	kinds := reference.Kinds()
	rapid.Check(t, func(t *rapid.T) {
		on := dates().Draw(t, "registered")
		c := medical.Case{Kind: rapid.SampledFrom(kinds).Draw(t, "kind").Code, Direction: "DT-PARIS", RequestRegisteredOn: &on,
			Referrals: []medical.ReferralRef{{ID: "a", Prefecture: "75"}, {ID: "b", Prefecture: "69"}}, Events: anyEvents(t)}
		asOf := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
		if medical.State(c) == "" {
			t.Fatal("no state")
		}
		for _, d := range medical.Deadlines(c, asOf) {
			if d.Outcome == "" || (d.DueOn == nil) == (d.DueAt == nil) || (d.StartOn == nil) != (d.DueOn == nil) {
				t.Fatalf("deadline %s without outcome, start or due date", d.Code)
			}
		}
		if f := medical.Flags(c, asOf); !slices.IsSorted(f) {
			t.Fatal("flags are not sorted")
		}
		medical.BoxesOf(c.Events, medical.StageReport)
		for _, e := range c.Events {
			medical.Notices(c, e)
		}
	})
}

// Invariant 13: time alone changes no state.
func TestAPurgedDossierStaysPurged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyEvents(t), anyEvents(t)
		events := append(before, medical.Event{Seq: len(before) + 1, Type: medical.EvPurged, Data: medical.PurgeExecutee{}})
		for _, e := range after {
			e.Seq += len(before) + 1
			events = append(events, e)
		}
		if s := medical.State(medical.Case{Kind: "SEJ_ALG_67", Events: events}); s != medical.StatePurged {
			t.Fatalf("state %s after the purge", s)
		}
	})
}

func readable(typ medical.EventType, b []byte) bool {
	_, err := medical.DecodeData(typ, b)
	return err == nil
}
