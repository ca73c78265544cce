package medical_test

import (
	"testing"

	"cloison/medical"

	"pgregory.net/rapid"
)

// everyAnswers are all the complete sets, with two durations.
func everyAnswers() (list []medical.Answers) {
	for _, q1 := range []string{"NECESSITE", "NE_NECESSITE_PAS"} {
		for _, q2 := range []*string{nil, ptr("PEUT_ENTRAINER"), ptr("NE_DEVRAIT_PAS_ENTRAINER")} {
			for _, q3 := range []*string{nil, ptr("PEUT_BENEFICIER"), ptr("NE_PEUT_PAS_BENEFICIER")} {
				for _, months := range []*int{nil, ptr(6), ptr(24)} {
					for _, q5 := range []*string{nil, ptr("PEUT_VOYAGER"), ptr("NE_PEUT_PAS_VOYAGER")} {
						a := medical.Answers{Q1: q1, Q2: q2, Q3: q3, Q4Months: months, Q5: q5}
						if medical.CheckAnswers(a) == nil {
							list = append(list, a)
						}
					}
				}
			}
		}
	}
	return list
}

// A round is opened again exactly where no settlement could pass.
func TestAgreementIsASettlementThatExists(t *testing.T) {
	every := everyAnswers()
	rapid.Check(t, func(t *rapid.T) {
		var given []medical.Answers
		for range 3 {
			given = append(given, rapid.SampledFrom(every).Draw(t, "answers"))
		}
		exists := false
		for _, kept := range every {
			for _, method := range []string{medical.MethodMajority, medical.MethodUnanimity} {
				exists = exists || medical.CheckSettlement(settle(kept, method), given) == nil
			}
		}
		if got := medical.Agreement(given); (got != "") != exists {
			t.Fatalf("agreement %q, and a settlement exists: %v", got, exists)
		}
	})
}

func TestAgreements(t *testing.T) {
	unlikely := medical.Answers{Q1: "NECESSITE", Q2: ptr("NE_DEVRAIT_PAS_ENTRAINER")}
	for name, c := range map[string]struct {
		given []medical.Answers
		want  string
	}{
		"all alike":                   {[]medical.Answers{favourable(12), favourable(24), favourable(36)}, "UNANIMITE"},
		"two of three":                {[]medical.Answers{favourable(12), favourable(24), notNeeded()}, "MAJORITE"},
		"three ways":                  {[]medical.Answers{favourable(12), unlikely, notNeeded()}, ""},
		"no majority on the journey":  {[]medical.Answers{available("PEUT_VOYAGER"), available("NE_PEUT_PAS_VOYAGER"), notNeeded()}, ""},
		"no majority on availability": {[]medical.Answers{favourable(12), available("PEUT_VOYAGER"), notNeeded()}, ""},
		"one physician":               {[]medical.Answers{favourable(12)}, "UNIQUE"},
		"an answer is missing":        {[]medical.Answers{favourable(12), favourable(12)}, ""},
	} {
		if got := medical.Agreement(c.given); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if medical.SettlementCertainty("MAJORITE") != "inferred" || medical.SettlementCertainty("UNANIMITE") != "verified" {
		t.Error("the majority is to be confirmed, and nothing else")
	}
}
