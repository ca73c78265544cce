package medical

import (
	"testing"
	"time"
)

// A second certificate is a piece more: a dossier that has its rapporteur, its report or its college does not go back to wait for one.
func TestALaterCertificateTakesNothingBack(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 16, 9, 0, 0, 0, time.UTC)
	received := CertificatRecu{Accepted: true}
	c := Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75"}
	for i, data := range []EventData{
		SaisineRecue{}, received, RapporteurDesigne{Rapporteur: "med-12"}, received, RapportSigne{}, received, RapportTransmis{}, received,
		CollegeDesigne{Composition: 1, DecisionRef: "DEC-2026-01", Members: []string{"med-02", "med-03", "med-06"}}, received,
	} {
		before := State(c)
		c.Events = append(c.Events, Event{Seq: i + 1, At: at.AddDate(0, 0, i), Type: data.EventType(), Actor: "sec-01", Data: data})
		if data == EventData(received) && i > 1 && State(c) != before {
			t.Errorf("event %d: %s went back to %s", i+1, before, State(c))
		}
	}
}
