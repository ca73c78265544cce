package medical

// State folds the events into the state of its procedure (docs/procedure.md). It is total: any sequence of events has a
// state. No delay changes it (invariant 13).
func State(c Case) StateName {
	stay := c.Stay()
	state := c.initial(stay)
	for _, e := range c.Events {
		state = c.next(stay, state, e)
	}
	return state
}

func (c Case) initial(stay bool) StateName {
	switch {
	case !stay:
		return StateSignalled
	case c.CertificateAvailableOn != nil:
		return StateCertificateHanded
	}
	return StateRequested
}

// terminal states are left only by what belongs to them: an appeal, a purge, a rectification.
func terminal(s StateName) bool {
	return s == StateClosed || s == StateDropped || s == StateLitigation || s == StatePurged
}

func (c Case) next(stay bool, s StateName, e Event) StateName {
	if s == StatePurged {
		return s
	}
	if to, ok := c.ending(s, e); ok {
		return to
	}
	if terminal(s) && e.Type != EvCompositionClosed {
		return s
	}
	if stay {
		return nextStay(s, e)
	}
	return nextRemoval(s, e)
}

// ending holds the events that close a dossier or follow its closing, the same in both procedures.
func (c Case) ending(s StateName, e Event) (StateName, bool) {
	switch e.Type {
	case EvPurged:
		return StatePurged, true
	case EvReferralRefused, EvOpinionWithdrawn:
		return StateDropped, true
	case EvDropped:
		if c.upTo(e).AllDropped() {
			return StateDropped, true
		}
	case EvClosed:
		if s == StateDropped {
			return StateDropped, true
		}
		return StateClosed, true
	case EvAppealFiled:
		if terminal(s) {
			return StateLitigation, true
		}
	case EvJudged:
		if s == StateLitigation && !c.upTo(e).AppealPending() {
			return StateClosed, true
		}
	}
	return s, false
}

// upTo is the dossier as it stood when e had just happened.
func (c Case) upTo(e Event) Case {
	for i := range c.Events {
		if c.Events[i].Seq == e.Seq {
			c.Events = c.Events[:i+1]
			break
		}
	}
	return c
}

func nextStay(s StateName, e Event) StateName {
	switch e.Type {
	case EvCertificateAvailable:
		if s == StateRequested {
			return StateCertificateHanded
		}
	case EvCertificateMissing:
		return StateCertificateMissing
	case EvCertificateReceived:
		// A later certificate is a piece more: it never takes a dossier back behind its rapporteur.
		if d, ok := e.Data.(CertificatRecu); ok && d.Accepted && awaitsCertificate(s) {
			return StateCertificateReceived
		}
	case EvCompletionReceived:
		if awaitsCertificate(s) {
			return StateToAssign
		}
	case EvRapporteurAssigned:
		return StateRapporteurAssigned
	case EvReportSigned:
		return StateReportSigned
	case EvReportTransmitted:
		return StateReportTransmitted
	case EvCollegeComposed, EvPhysicianDesignated:
		return StateCollegeComposed
	case EvCompositionClosed:
		return StateReportTransmitted
	case EvOpinionIssued:
		return StateOpinionIssued
	case EvOpinionSent:
		return StateOpinionSent
	}
	return work(s, e, StateRapporteurAssigned, StateReportInProgress, StateCollegeComposed, StateOpinionInProgress)
}

func awaitsCertificate(s StateName) bool {
	switch s {
	case StateRequested, StateCertificateHanded, StateCertificateMissing, StateCertificateReceived, StateToAssign:
		return true
	}
	return false
}

func nextRemoval(s StateName, e Event) StateName {
	switch e.Type {
	case EvCertificateReceived:
		if d, ok := e.Data.(CertificatRecu); ok && d.Accepted {
			return StateCertificateReceived
		}
	case EvCollegeComposed, EvPhysicianDesignated:
		return StateAuthorDesignated
	case EvCompositionClosed:
		return StateCertificateReceived
	case EvOpinionIssued:
		return StateOpinionIssued
	case EvOpinionSent:
		return StateOpinionSent
	case EvComplementReceived, EvPresent, EvAbsent, EvExamsProduced:
		if s == StateComplement {
			return StateAuthorDesignated
		}
	case EvComplementAsked, EvSummonsSent, EvExamsAsked:
		if s == StateAuthorDesignated {
			return StateComplement
		}
	}
	return s
}

// work moves from "designated" to "in progress" at the first thing done in that stage.
func work(s StateName, e Event, assigned, report, composed, opinion StateName) StateName {
	switch {
	case s == assigned && e.Stage == StageReport:
		return report
	case s == composed && (e.Stage == StageOpinion):
		return opinion
	}
	return s
}
