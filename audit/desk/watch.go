package desk

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"cloison/audit"
)

//go:embed watch.json
var watchFile []byte

// watch is one rule that an auditor's attention follows: simple, explained, in force from a date to a date. Its threshold is data.
type watch struct {
	Code, Family, Kind string
	Rules, Actions     []string
	Evening, Morning   int
	Least              int64
	From               string
	Until              *string
	Says, Why, Source  string
}

var watches = mustWatches()

// mustWatches is read once, at start: an embedded file that does not decode is a defect of the build.
func mustWatches() []watch {
	var list []watch
	if err := json.Unmarshal(watchFile, &list); err != nil {
		panic("reading watch.json: " + err.Error())
	}
	return list
}

// inForce says whether the rule held on a day.
func (w watch) inForce(on time.Time) bool {
	day := on.Format(time.DateOnly)
	return w.From <= day && (w.Until == nil || day <= *w.Until)
}

// look asks the log. A kind that nobody knows is a defect, never silence.
func (w watch) look(ctx context.Context, q audit.Querier, in audit.Window) ([]audit.Hit, error) {
	in.Least = w.Least
	var hits []audit.Hit
	var err error
	switch w.Kind {
	case "matching":
		hits, err = in.Matching(ctx, q, w.Rules, w.Actions)
	case "refusals":
		hits, err = in.RepeatedRefusals(ctx, q)
	case "hours":
		hits, err = in.OutOfHours(ctx, q, w.Evening, w.Morning)
	case "objects":
		hits, err = in.ManyObjects(ctx, q)
	case "policy":
		hits, err = in.PolicyChanges(ctx, q)
	case "clock":
		hits, err = in.ClockJumps(ctx, q)
	default:
		return nil, fmt.Errorf("rule of watch %s: no kind %q", w.Code, w.Kind)
	}
	return slices.DeleteFunc(hits, func(h audit.Hit) bool { return !w.inForce(h.On) }), err
}
