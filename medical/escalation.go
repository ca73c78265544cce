package medical

import (
	"time"

	"cloison/medical/reference"
)

// SecondCalledAt is the instant from which the second physician on call is called for a removal: the hours in force have passed since the opinion
// became urgent, one physician is to give it, and nobody is designated (REQ-6). Nil where it is not for him.
func (c Case) SecondCalledAt(asOf time.Time) *time.Time {
	if c.openComposition() != 0 || c.authorAt(asOf) != Single {
		return nil
	}
	var called *time.Time
	for _, d := range Deadlines(c, asOf) {
		if d.Code != "DL8" || d.fulfilled() || d.Outcome == Moot {
			continue
		}
		rule, ok := reference.SecondCallOn(c.day(*d.StartAt))
		if !ok {
			continue
		}
		if at := rule.After.AfterInstant(*d.StartAt); called == nil || at.Before(*called) {
			called = &at
		}
	}
	return called
}
