package medical

import (
	"testing"
	"time"

	"cloison/medical/reference"
)

// The start of the retention is data: another line of DL9 moves the term, and no code changes.
func TestTheStartOfTheRetentionIsData(t *testing.T) {
	t.Parallel()
	at := func(month time.Month) time.Time { return time.Date(2026, month, 10, 9, 0, 0, 0, time.UTC) }
	closed := Event{Seq: 2, Type: EvClosed, Data: Cloture{}, At: at(5)}
	c := Case{Direction: "DT-PARIS", Events: []Event{{Seq: 1, Type: EvOpinionIssued, Data: AvisEmis{Version: 1}, At: at(3)}, closed}}
	for start, want := range map[string]string{"CLOTURE": "2026-05-10", "AVIS_EMIS": "2026-03-10", "JUGEMENT": "2026-05-10"} {
		if got := c.retainedFrom(reference.Deadline{StartEvents: []string{start}}, &closed); got.String() != want {
			t.Errorf("from %s: %s, want %s", start, got, want)
		}
	}
	if until := c.RetainedUntil(); until == nil || until.String() != "2031-05-10" {
		t.Errorf("kept until %v", until)
	}
}
