package medical

import (
	"testing"
	"time"
)

// TestATransferCountsFromItsPlaceAmongTheEvents: two events of one instant are in the order they were recorded.
func TestATransferCountsFromItsPlaceAmongTheEvents(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	c := Case{Kind: "SEJ_L4259_PREMIERE", Referrals: []ReferralRef{{ID: "r", Prefecture: "75"}, {ID: "s", Prefecture: "75"}}}
	for i, d := range []EventData{SaisineRecue{}, Signature{Composition: 1}, ChangementPrefecture{Referral: "r", PrefectureNew: "69"}, Signature{Composition: 1}} {
		c.Events = append(c.Events, Event{Seq: i + 1, At: at, Type: d.EventType(), Data: d})
	}
	if c.PrefectureWhen("r", c.Events[1]) != "75" || c.PrefectureWhen("r", c.Events[3]) != "69" || c.PrefectureNow("r") != "69" || c.PrefectureNow("s") != "75" || c.PrefectureNow("x") != "" {
		t.Error("the prefecture in charge is another")
	}
}
