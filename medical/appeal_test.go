package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

// TestEachAppealIsPendingUntilItsOwnJudgment: what is before a court is not destroyed, whichever came first (invariant 11).
func TestEachAppealIsPendingUntilItsOwnJudgment(t *testing.T) {
	t.Parallel()
	appeal := func(referral string) medical.EventData { return medical.RecoursDepose{Referral: referral} }
	judgment := func(referral string) medical.EventData { return medical.Jugement{Referral: referral, Outcome: "REJET"} }
	closed := medical.Cloture{ReasonCode: "AVIS_TRANSMIS"}
	for name, c := range map[string]struct {
		data  []medical.EventData
		held  bool
		state medical.StateName
	}{
		"after the closing":                   {[]medical.EventData{closed, appeal("a")}, true, medical.StateLitigation},
		"before the closing":                  {[]medical.EventData{appeal("a"), closed}, true, medical.StateClosed},
		"before the closing, judged":          {[]medical.EventData{appeal("a"), closed, judgment("a")}, false, medical.StateClosed},
		"judged":                              {[]medical.EventData{closed, appeal("a"), judgment("a")}, false, medical.StateClosed},
		"judged, then before the next court":  {[]medical.EventData{closed, appeal("a"), judgment("a"), appeal("a")}, true, medical.StateLitigation},
		"one of two":                          {[]medical.EventData{closed, appeal("a"), appeal("b"), judgment("a")}, true, medical.StateLitigation},
		"both":                                {[]medical.EventData{closed, appeal("a"), appeal("b"), judgment("b"), judgment("a")}, false, medical.StateClosed},
		"another's judgment":                  {[]medical.EventData{closed, appeal("a"), judgment("b")}, true, medical.StateLitigation},
		"a judgment of no referral":           {[]medical.EventData{closed, appeal("a"), judgment("")}, false, medical.StateClosed},
		"a judgment of no referral among two": {[]medical.EventData{closed, appeal("a"), appeal("b"), judgment("")}, true, medical.StateLitigation},
		"an appeal of no referral":            {[]medical.EventData{closed, appeal(""), judgment("a")}, false, medical.StateClosed},
	} {
		file := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Referrals: []medical.ReferralRef{{ID: "a"}, {ID: "b"}}}
		for i, d := range c.data {
			file.Events = append(file.Events, medical.Event{Seq: i + 1, Type: d.EventType(), Data: d, At: time.Date(2026, 3, i+1, 9, 0, 0, 0, time.UTC)})
		}
		if held, state := file.PurgeHeld(), medical.State(file); held != c.held || state != c.state {
			t.Errorf("%s: held %t, state %s", name, held, state)
		}
		if err := medical.CheckPurge(file, time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)); (err == nil) == c.held {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := medical.Case{Events: []medical.Event{{Data: appeal("a")}}}
	if !two.AppealPendingOn("a") || two.AppealPendingOn("b") {
		t.Error("an appeal is pending on another referral")
	}
}
