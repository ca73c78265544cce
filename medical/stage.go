package medical

import "cloison/medical/reference"

// Stage is where the procedure stands, from which every request and every check of identity takes its stage (nobody types it): the report
// until it is signed, then the opinion until it is issued. A removal has no report. Boxes and messages are counted by it (CE, 7 December
// 2018, n° 419226).
func (c Case) Stage() Stage {
	switch {
	case c.AllDropped() || c.closing() != nil || c.issued():
		return StageNone
	case c.Stay() && c.first(EvReportSigned) == nil:
		return StageReport
	}
	return StageOpinion
}

// issued says that an opinion stands. Once its correction was begun, or a composition designated after it, it is being rectified.
func (c Case) issued() bool {
	issued := false
	for _, e := range c.Events {
		switch {
		case e.Type == EvOpinionIssued:
			issued = true
		case e.Type == EvCollegeComposed, e.Type == EvPhysicianDesignated, rectified(e):
			issued = false
		}
	}
	return issued
}

// CheckStage refuses a stage that somebody states and that is not the dossier's: the page was written on an earlier state.
func CheckStage(stated *string, is Stage) error {
	if stated != nil && *stated != string(is) {
		return StageMismatch
	}
	return nil
}

// dueFrom counts the fifteen days of R. 425-12: DL4 when the physician asks, DL5 when the author of the opinion does.
func (c Case) dueFrom(stage Stage, start Date) Date {
	code := "DL5"
	if stage == StageReport {
		code = "DL4"
	}
	rule, ok := reference.DeadlineOn(code, start)
	if !ok {
		return start // no rule in force: nothing is owed later
	}
	return rule.Duration.After(start)
}

// Minor says that the person was a minor at the referral and has not come of age since. Invariant 14.
func (c Case) Minor() bool { return c.MinorAtReferral && c.first(EvMajorityReached) == nil }
