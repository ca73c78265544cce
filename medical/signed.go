package medical

import (
	"reflect"
	"slices"
	"time"
)

// ChangesSigned refuses events that would change the boxes of an opinion that a member has already signed: what the three sign must be one
// body, and a box is never corrected by hand (invariants 4 and 5).
func (c Case) ChangesSigned(events ...Event) error {
	composition := c.openComposition()
	signed := slices.ContainsFunc(c.Events, func(e Event) bool {
		d, ok := e.Data.(Signature)
		return ok && d.Composition == composition
	})
	if composition == 0 || !signed || c.issued() {
		return nil
	}
	after := append(slices.Clone(c.Events), events...)
	if !reflect.DeepEqual(BoxesOf(c.Events, StageOpinion), BoxesOf(after, StageOpinion)) {
		return BoxesSigned
	}
	return nil
}

// CheckReportCurrent refuses to sign a report that was saved before something changed the defaults it has to state. R. 425-12.
func CheckReportCurrent(c Case, savedAt time.Time) error {
	then := c
	then.Events = nil
	for _, e := range c.Events {
		if !e.At.After(savedAt) {
			then.Events = append(then.Events, e)
		}
	}
	if !slices.Equal(DefaultStatements(then), DefaultStatements(c)) {
		return ReportOutdated
	}
	return nil
}
