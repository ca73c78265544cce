package medical_test

import (
	"testing"

	"cloison/medical"
)

func TestWhatTheCollegeAskedOfTheAuthor(t *testing.T) {
	asked := func(stage medical.Stage, ref, to string) medical.Event {
		return medical.Event{Stage: stage, Data: medical.ComplementDemande{Ref: ref, To: to, DueOn: medical.Date{Year: 2026, Month: 3, Day: 1}}}
	}
	given := func(ref string) medical.Event { return medical.Event{Data: medical.ComplementRecu{Ref: ref}} }
	for name, c := range map[string]struct {
		events []medical.Event
		want   string
	}{
		"nothing":                         {nil, ""},
		"of the author":                   {[]medical.Event{asked("AVIS", "c-1", "RAPPORTEUR")}, "c-1"},
		"of another physician":            {[]medical.Event{asked("AVIS", "c-1", "MEDECIN_TRAITANT")}, ""},
		"by the author, before":           {[]medical.Event{asked("RAPPORT", "c-1", "RAPPORTEUR")}, ""},
		"given":                           {[]medical.Event{asked("AVIS", "c-1", "RAPPORTEUR"), given("c-1")}, ""},
		"another was given":               {[]medical.Event{asked("AVIS", "c-1", "RAPPORTEUR"), given("c-2")}, "c-1"},
		"two, the first given":            {[]medical.Event{asked("AVIS", "c-1", "RAPPORTEUR"), asked("AVIS", "c-2", "RAPPORTEUR"), given("c-1")}, "c-2"},
		"two, the second given, no order": {[]medical.Event{asked("AVIS", "c-1", "RAPPORTEUR"), asked("AVIS", "c-2", "RAPPORTEUR"), given("c-2")}, "c-1"},
	} {
		if got := (medical.Case{Events: c.events}).AskedOfRapporteur(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestWhoExamined(t *testing.T) {
	c := medical.Case{Events: []medical.Event{
		{Actor: "sec-01", Stage: "RAPPORT", Data: medical.ConvocationEnvoyee{}},
		{Actor: "med-05", Stage: "RAPPORT", Data: medical.Presence{}},
		{Actor: "med-05", Stage: "RAPPORT", Data: medical.IdentiteVerifiee{}},
		{Actor: "med-07", Stage: "RAPPORT", Data: medical.ExamensDemandes{}},
		{Actor: "med-03", Stage: "AVIS", Data: medical.Presence{}}, // a member may hear the person
	}}
	if got := medical.Examiners(c); len(got) != 2 || got[0] != "med-05" || got[1] != "med-07" {
		t.Errorf("who examined: %v", got)
	}
}

func TestWhatBecomesOfASignature(t *testing.T) {
	signed := func(m string, n int) medical.Event {
		return medical.Event{Actor: m, Data: medical.Signature{Composition: n}}
	}
	c := medical.Case{Events: []medical.Event{
		signed("a", 1), signed("b", 1),
		{Data: medical.SignatureAnnulee{Composition: 1, Member: "a", ReasonCode: "CORPS_MODIFIE"}}, signed("a", 1),
		{Data: medical.CompositionClose{Composition: 1, ReasonCode: "MEMBRE_INDISPONIBLE"}},
		signed("a", 2), {Data: medical.AvisEmis{Composition: 2, Version: 1}},
		{Data: medical.CompositionClose{Composition: 2, ReasonCode: "AVIS_RECTIFICATIF"}},
	}}
	var got []string
	for _, s := range medical.Signatures(c) {
		reason := ""
		if s.Void != nil {
			reason = s.Void.ReasonCode
		}
		got = append(got, s.Member+" "+reason)
	}
	want := []string{"a CORPS_MODIFIE", "b MEMBRE_INDISPONIBLE", "a MEMBRE_INDISPONIBLE", "a "}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}
