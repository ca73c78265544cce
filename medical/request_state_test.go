package medical_test

import (
	"testing"

	"cloison/medical"
)

// A letter that is read again later still says the address of its own day.
func TestALetterKeepsTheAddressOfItsDay(t *testing.T) {
	c := reporting(told{4, 9, "", medical.AdresseVerifiee{}}, told{9, 9, "", medical.AdresseVerifiee{}})
	for day, want := range map[int]int{3: 0, 4: 3, 8: 3, 9: 4, 20: 4} {
		if got := c.AddressCheckedBefore(*on(day)); got != want {
			t.Errorf("a letter of the %dth goes to the address of event %d, want %d", day, got, want)
		}
	}
}

// What a page says beforehand of a default is what recordEvent answers.
func TestADefaultIsAnnouncedAsItIsDecided(t *testing.T) {
	sent := told{3, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(10, 9)}}
	absent := told{10, 10, report, medical.Absence{Ref: "conv-1", Cause: "DEFAUT_DEMANDEUR"}}
	presented := told{11, 9, "", medical.Acheminement{Ref: "conv-1", PresentedOn: on(5)}}
	silent := told{3, 9, report, medical.ComplementDemande{Ref: "cmp-1", DueOn: *on(18)}}
	for name, c := range map[string]struct {
		of   medical.Case
		ref  string
		day  int
		want medical.Rule
	}{
		"before the absence":        {reporting(sent), "conv-1", 12, medical.AbsenceMissing},
		"a letter not proven":       {reporting(sent, absent), "conv-1", 12, medical.N4NotImputable},
		"a letter presented":        {reporting(sent, absent, presented), "conv-1", 12, ""},
		"a silence before its term": {reporting(silent), "cmp-1", 18, medical.BeforeDue},
		"a silence after it":        {reporting(silent), "cmp-1", 19, ""},
	} {
		r, ok := c.of.Request(c.ref)
		if got := c.of.DefaultRule(r, *on(c.day)); !ok || got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	completion := reporting(told{3, 9, "", medical.CompletudeDemandee{Ref: "cpl-1"}})
	r, _ := completion.Request("cpl-1")
	if _, due := completion.Due(r); due || completion.DefaultRule(r, *on(30)) == "" {
		t.Error("what is missing in a certificate has no term, and no default")
	}
}
