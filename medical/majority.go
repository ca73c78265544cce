package medical

import "time"

// fullAge is the majority of article 414 of the Code civil.
const fullAge = 18

// MajorityOf is the day on which a person comes of age; nil when he is of age on that day already. Born on 29 February: the last day of
// February, as every delay counted in months.
func MajorityOf(birth, on Date) *Date {
	day := birth.AddYears(fullAge)
	if !day.After(on) {
		return nil
	}
	return &day
}

// ComesOfAge says whether the day has come, at the place, for a minor whose dossier is in progress, and nothing recorded it.
func ComesOfAge(c Case, at time.Time) bool {
	return c.MajorityOn != nil && !c.day(at).Before(*c.MajorityOn) && c.first(EvMajorityReached) == nil && !terminal(State(c))
}
