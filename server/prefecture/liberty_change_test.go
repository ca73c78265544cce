package prefecture

import (
	"errors"
	"testing"
	"time"

	"cloison/act"
	"cloison/release"
)

// REQ-2: a history of liberty goes forward from what it holds, and no change is told before its day.
func TestAChangeOfLibertyIsOfAPastDay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 12, 9, 0, 0, 0, time.UTC)
	instant := func(at time.Time) *release.Instant { i := release.InstantOf(at); return &i }
	last := release.LibertyPeriod{Status: "LIBRE", From: instant(now.AddDate(0, 0, -10))}
	malformed := release.Instant("hier")
	for name, one := range map[string]struct {
		from *release.Instant
		rule string
		kind act.Kind
	}{
		"now, by silence":        {nil, "", ""},
		"this instant":           {instant(now), "", ""},
		"since yesterday":        {instant(now.AddDate(0, 0, -1)), "", ""},
		"from tomorrow":          {instant(now.AddDate(0, 0, 1)), "DATES_ORDER", ""},
		"a second from now":      {instant(now.Add(time.Second)), "DATES_ORDER", ""},
		"before the last change": {instant(now.AddDate(0, 0, -11)), "", act.Invalid},
		"no instant":             {&malformed, "", act.Invalid},
	} {
		err := changeLibertyIn{From: one.from}.checkFrom(last, now)
		var said *act.Error
		switch {
		case one.rule == "" && one.kind == "":
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.As(err, &said) || one.rule != said.Rule || one.kind != "" && said.Kind != one.kind:
			t.Errorf("%s: %v", name, err)
		}
	}
}
