package prefecture

import (
	"testing"

	"cloison/release"
)

// D. 431-7: three months from the written information. Without it the delay is held against nobody; whoever is late and says what is new is
// referred like anyone else (SC17): being late is a fact that is told, and no refusal.
func TestAnAsylumSeekerIsLateAfterThreeMonthsFromTheInformation(t *testing.T) {
	t.Parallel()
	informed, last, after := release.Date("2025-11-30"), release.Date("2026-02-28"), release.Date("2026-03-01")
	for name, c := range map[string]struct {
		informed, requested *release.Date
		want                bool
	}{
		"the last day":    {&informed, &last, false},
		"the day after":   {&informed, &after, true},
		"never informed":  {nil, &after, false},
		"no date of file": {&informed, nil, false},
	} {
		known := (&asylumIn{RegisteredOn: "2025-10-30", InformationGivenOn: c.informed, NewCircumstances: true}).known(c.requested)
		if known.Late != c.want || !known.NewCircumstances {
			t.Errorf("%s: late %t, new circumstances %t", name, known.Late, known.NewCircumstances)
		}
	}
	if (*asylumIn)(nil).known(&after) != nil {
		t.Error("an application that nobody made")
	}
}
