package medical_test

import (
	"errors"
	"fmt"
	"testing"

	"cloison/medical"
)

// TestAnEndThatWasSignalledClosesTheDossier: with its last referral go the composition and the dossier, or it would be kept for ever.
func TestAnEndThatWasSignalledClosesTheDossier(t *testing.T) {
	t.Parallel()
	file := func(data ...medical.EventData) medical.Case {
		c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Referrals: []medical.ReferralRef{{ID: "a"}, {ID: "b"}}}
		for i, d := range data {
			c.Events = append(c.Events, medical.Event{Seq: i + 1, Type: d.EventType(), Data: d})
		}
		return c
	}
	one := medical.ClotureSansAvis{Referral: "b", ReasonCode: "DOUBLON"}
	composed := medical.CollegeDesigne{Composition: 1, Members: []string{"x", "y", "z"}}
	for name, c := range map[string]struct {
		reason string
		file   medical.Case
		want   string
	}{
		"the last one":         {"SAISINE_ANNULEE", file(one), "[SAISINE_ANNULEE CLOTURE_SANS_AVIS CLOTURE]"},
		"before a college":     {"RETRAIT", file(one, composed), "[RETRAIT COMPOSITION_CLOSE CLOTURE_SANS_AVIS CLOTURE]"},
		"one of two":           {"DECES", file(), "[DECES CLOTURE_SANS_AVIS]"},
		"one closed since":     {"RETRAIT", file(medical.ClotureSansAvis{Referral: "a", ReasonCode: "DOUBLON"}), "[]"},
		"a wrong order, alone": {"MAUVAISE_SAISINE", file(one), "[SAISINE_ANNULEE CLOTURE_SANS_AVIS CLOTURE]"},
	} {
		list, err := c.file.DropSignalled(c.reason, "a")
		types := []medical.EventType{}
		for _, d := range list {
			types = append(types, d.EventType())
		}
		if got := fmt.Sprint(types); err != nil || got != c.want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if _, err := file(composed, medical.AvisEmis{Composition: 1, Version: 1}).DropSignalled("DECES", "a"); !errors.Is(err, medical.OpinionImmutable) {
		t.Errorf("once an opinion was issued: %v", err)
	}
}
