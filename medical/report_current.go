package medical

import (
	"slices"
	"time"
)

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
