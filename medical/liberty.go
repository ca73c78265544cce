package medical

import "time"

// reasonLiberty is why a composition ends when the person's status makes another author competent.
const reasonLiberty = "CHANGEMENT_LIBERTE"

// Signalled is a change of liberty as a prefecture told it: from when on, and the status.
type Signalled struct {
	At      time.Time
	Liberty Liberty
}

// ConfirmLiberty gives effect to changes of liberty, each from the instant it happened. Where they leave the composition in progress without
// competence it ends: what was answered stays sealed, what was signed is void, and both are kept (SC10, transition B7). An opinion that was
// issued stays as it is (invariant 4).
func (c Case) ConfirmLiberty(changes []Signalled, actor string, now time.Time) []Event {
	var list []Event
	add := func(at time.Time, stage Stage, data EventData) {
		list = append(list, Event{At: at, Type: data.EventType(), Actor: actor, Stage: stage, Data: data})
	}
	for _, change := range changes {
		add(change.At, StageNone, ChangementLiberte{Liberty: change.Liberty})
	}
	after := c
	after.Events = append(append([]Event{}, c.Events...), list...)
	if after.AuthorLost(now) {
		add(now, StageOpinion, CompositionClose{Composition: c.openComposition(), ReasonCode: reasonLiberty})
	}
	return list
}

// AuthorLost says that whoever was designated is not competent at an instant, and has not given the opinion. R. 631-1, R. 731-1.
func (c Case) AuthorLost(at time.Time) bool {
	if c.openComposition() == 0 || c.issued() {
		return false
	}
	return CheckAuthor(c, c.authorKind(), at) != nil
}

// authorKind is what was designated last.
func (c Case) authorKind() AuthorKind {
	kind := College
	for _, e := range c.Events {
		switch e.Type {
		case EvCollegeComposed:
			kind = College
		case EvPhysicianDesignated:
			kind = Single
		}
	}
	return kind
}
