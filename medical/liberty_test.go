package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

// freePerson is a removal of somebody free, whose college has answered and partly signed.
func freePerson(more ...medical.EventData) medical.Case {
	c := medical.Case{Kind: "OQTF_L7313_LIBRE", Direction: "DT-LYON", Referrals: []medical.ReferralRef{{ID: "a", Prefecture: "69"}}}
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	for i, data := range append([]medical.EventData{medical.CertificatRecu{Accepted: true}, medical.CollegeDesigne{Composition: 1, Members: []string{"x", "y", "z"}}}, more...) {
		c.Events = append(c.Events, medical.Event{Seq: i + 1, At: at, Type: data.EventType(), Actor: "x", Stage: medical.StageOpinion, Data: data})
	}
	return c
}

func TestAChangeOfLibertyEndsTheCompositionThatItLeavesWithoutCompetence(t *testing.T) {
	then, now := time.Date(2026, 5, 5, 18, 30, 0, 0, time.UTC), time.Date(2026, 5, 5, 18, 35, 0, 0, time.UTC)
	retained := []medical.Signalled{{At: then, Liberty: medical.Retained}}
	for name, x := range map[string]struct {
		c       medical.Case
		changes []medical.Signalled
		want    []string
	}{
		"a college, a person retained":          {freePerson(), retained, []string{"CHANGEMENT_LIBERTE", "COMPOSITION_CLOSE"}},
		"nothing changed":                       {freePerson(), nil, nil},
		"freed again before it is confirmed":    {freePerson(), append(retained, medical.Signalled{At: now, Liberty: medical.Free}), []string{"CHANGEMENT_LIBERTE", "CHANGEMENT_LIBERTE"}},
		"the opinion is issued":                 {freePerson(medical.AvisEmis{Composition: 1, Version: 1}), retained, []string{"CHANGEMENT_LIBERTE"}},
		"the composition is closed already":     {freePerson(medical.CompositionClose{Composition: 1}), retained, []string{"CHANGEMENT_LIBERTE"}},
		"one physician, still competent":        {freePerson(medical.CompositionClose{Composition: 1}, medical.Med1Designe{Composition: 2}), retained, []string{"CHANGEMENT_LIBERTE"}},
		"one physician, a person who was freed": {freePerson(medical.CompositionClose{Composition: 1}, medical.Med1Designe{Composition: 2}), []medical.Signalled{{At: then, Liberty: medical.Free}}, []string{"CHANGEMENT_LIBERTE", "COMPOSITION_CLOSE"}},
		"a residence permit":                    {stay(freePerson()), retained, []string{"CHANGEMENT_LIBERTE"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, e := range x.c.ConfirmLiberty(x.changes, "sec-01", now) {
				got = append(got, string(e.Type))
				if e.Type == medical.EvLibertyChanged && e.At.Equal(now) != (name == "freed again before it is confirmed" && len(got) == 2) {
					t.Errorf("the change counts from %s", e.At)
				}
				if d, ok := e.Data.(medical.CompositionClose); ok && (d.ReasonCode != "CHANGEMENT_LIBERTE" || !e.At.Equal(now)) {
					t.Errorf("the end of the composition: %+v at %s", d, e.At)
				}
			}
			diff(t, "events", x.want, got)
		})
	}
}

func stay(c medical.Case) medical.Case {
	c.Kind = "SEJ_L4259_PREMIERE"
	return c
}
