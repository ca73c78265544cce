package medical

import (
	"time"

	"cloison/medical/reference"
)

// What an assessment of the purge may say.
const (
	PurgeAuthorised = "AUTORISEE"
	PurgeRefused    = "REFUSEE_GEL"
)

// RetainedUntil is the last day on which the dossier is kept; nil until it is closed. Arrêté du 27 décembre 2016, art. 12: the text does not say
// from when, so that the start stands in the data of DL9 as the data-protection officer fixed it.
func (c Case) RetainedUntil() *Date {
	closed := c.last(EvClosed)
	if closed == nil {
		return nil
	}
	rule, ok := reference.DeadlineOn("DL9", c.day(closed.At))
	if !ok {
		return nil
	}
	until := rule.Duration.After(c.retainedFrom(rule, closed))
	return &until
}

// retainedFrom is the last of the events that start the retention; the closing where none of them happened.
func (c Case) retainedFrom(rule reference.Deadline, closed *Event) Date {
	var start *Event
	for _, name := range rule.StartEvents {
		if e := c.last(EventType(name)); e != nil && (start == nil || e.Seq > start.Seq) {
			start = e
		}
	}
	if start == nil {
		start = closed
	}
	return c.day(start.At)
}

// PurgeFrom is the first instant at which the dossier may go; nil until it is closed. The day on which a hold is lifted, or an appeal
// judged, still keeps it: a lift by mistake can be taken back.
func (c Case) PurgeFrom() *time.Time {
	until := c.RetainedUntil()
	if until == nil {
		return nil
	}
	for _, e := range []*Event{c.last(EvHoldLifted), c.last(EvJudged)} {
		if e != nil && c.day(e.At).After(*until) {
			lifted := c.day(e.At)
			until = &lifted
		}
	}
	from := c.midnight(until.AddDays(1))
	return &from
}

// PurgeHeld: nothing is destroyed under a hold, nor while an appeal is pending (invariant 11, SC15).
func (c Case) PurgeHeld() bool { return c.Held() || c.AppealPending() }

// assessed is the last assessment of the purge; nil when a closing, a hold or an appeal came since: they ask for another.
func (c Case) assessed() *Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		switch c.Events[i].Type {
		case EvPurgeAssessed:
			return &c.Events[i]
		case EvClosed, EvHoldSet, EvAppealFiled:
			return nil
		}
	}
	return nil
}

// LastAssessment is what the last assessment says; "" when there is none that still counts.
func (c Case) LastAssessment() string {
	if e := c.assessed(); e != nil {
		return e.Data.(PurgeEvaluee).PurgeDecision
	}
	return ""
}

// AssessPurge is what an assessment says at an instant; "" while the dossier must be kept, and when the last one already says it.
func AssessPurge(c Case, at time.Time) string {
	from := c.PurgeFrom()
	if from == nil || at.Before(*from) || c.first(EvPurged) != nil {
		return ""
	}
	decision := PurgeAuthorised
	if c.PurgeHeld() {
		decision = PurgeRefused
	}
	if c.LastAssessment() == decision {
		return ""
	}
	return decision
}

// CheckPurge says why a dossier may not be destroyed at an instant; nil when it may. It does not ask whether its keys are: keyholder knows.
func CheckPurge(c Case, at time.Time) error {
	until := c.RetainedUntil()
	switch {
	case until == nil || !c.day(at).After(*until):
		return PurgeNotDue
	case c.PurgeHeld() || at.Before(*c.PurgeFrom()):
		return PurgeHeld
	}
	return nil
}
