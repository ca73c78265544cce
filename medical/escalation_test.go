package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

// The second on call is called four hours after an opinion that one physician has to give became urgent, while nobody is designated.
func TestWhenTheSecondOnCallIsCalled(t *testing.T) {
	t.Parallel()
	received := time.Date(2026, 5, 4, 20, 0, 0, 0, time.UTC)
	retained := func(more ...medical.EventData) medical.Case {
		c := medical.Case{Kind: "OQTF_L7313_RETENU", Direction: "DT-LYON", Liberty: []medical.LibertyPeriod{{Status: medical.Retained}}}
		for i, data := range append([]medical.EventData{medical.CertificatRecu{Accepted: true}}, more...) {
			c.Events = append(c.Events, medical.Event{Seq: i + 1, At: received, Type: data.EventType(), Data: data})
		}
		return c
	}
	free := retained()
	free.Kind, free.Liberty = "EXP_L6313_LIBRE", []medical.LibertyPeriod{{Status: medical.Free}}
	noCertificate := retained()
	noCertificate.Events = nil
	for name, x := range map[string]struct {
		c      medical.Case
		called bool
	}{
		"nobody is designated":         {retained(), true},
		"somebody is":                  {retained(medical.Med1Designe{Composition: 1, Members: []string{"x"}}), false},
		"he was relieved":              {retained(medical.Med1Designe{Composition: 1, Members: []string{"x"}}, medical.CompositionClose{Composition: 1}), true},
		"the opinion has left":         {retained(medical.AvisTransmis{Version: 1}), false},
		"a college gives it":           {free, false},
		"the certificate has not come": {noCertificate, false},
		"a residence permit":           {stay(retained()), false},
	} {
		t.Run(name, func(t *testing.T) {
			at := x.c.SecondCalledAt(received.Add(time.Hour))
			if (at != nil) != x.called || at != nil && !at.Equal(received.Add(4*time.Hour)) {
				t.Errorf("called at %v", at)
			}
		})
	}
}
