package medical

import "slices"

// Defaults that may be found, and whose they are.
const (
	DefaultAbsent     = "DEMANDEUR_ABSENT"
	DefaultExams      = "EXAMENS_NON_PRODUITS"
	DefaultIdentity   = "IDENTITE_NON_JUSTIFIEE"
	DefaultUnanswered = "SANS_REPONSE_15J"

	CauseApplicant    = "DEFAUT_DEMANDEUR"
	CauseService      = "ERREUR_SERVICE"
	CauseExcused      = "EXCUSE_LEGITIME"
	CauseAddress      = "COURRIER_NPAI"
	CauseProfessional = "PROFESSIONNEL_SANS_REPONSE"
)

// CheckDefault refuses a default that is not one: without its request, before its time, twice, once its stage is over, or that is not the
// person's (invariant 9). A default changes no state and blocks nothing: R. 425-12 has the report made with what there is.
func (c Case) CheckDefault(d DefautConstate, today Date) error {
	if d.Defaut == DefaultIdentity {
		return c.checkIdentityDefault()
	}
	r, ok := c.Request(d.Ref)
	switch {
	case !ok:
		return RequestUnknown
	case defaultOf[r.Asked.Type] != d.Defaut:
		return RequestOtherKind
	case r.Cancelled:
		return SummonsCancelled
	case r.Default != nil:
		return DefaultFound
	case r.Asked.Stage != c.Stage():
		return DefaultStageOver
	}
	switch d.Defaut {
	case DefaultAbsent:
		return c.checkAbsence(r, d, today)
	case DefaultExams:
		return c.checkExams(r, d, today)
	}
	return c.checkSilence(r, d, today)
}

var defaultOf = map[EventType]string{EvSummonsSent: DefaultAbsent, EvExamsAsked: DefaultExams, EvComplementAsked: DefaultUnanswered}

// checkAbsence: the person was awaited on the day that the letter said, and the letter was presented at the last known address.
func (c Case) checkAbsence(r Request, d DefautConstate, today Date) error {
	summons, _ := r.Summons()
	absent, _ := outcomeOf[Absence](r)
	switch {
	case r.Outcome == nil:
		return AbsenceMissing
	case r.Outcome.Type != EvAbsent:
		return RequestClosed
	case d.Cause != CauseApplicant, absent.Cause != CauseApplicant, !letterAt(summons).Equal(summons.AppointmentAt), !c.proven(r, today):
		return N4NotImputable
	}
	return nil
}

func (c Case) checkExams(r Request, d DefautConstate, today Date) error {
	switch {
	case r.Outcome != nil:
		return RequestClosed
	case !today.After(c.dueOn(r)):
		return BeforeDue
	case d.Cause != CauseApplicant, !c.proven(r, today):
		return N5NotImputable
	}
	return nil
}

// checkSilence: a professional who does not answer is no default of the person.
func (c Case) checkSilence(r Request, d DefautConstate, today Date) error {
	switch {
	case r.Outcome != nil:
		return RequestClosed
	case !today.After(c.dueOn(r)):
		return BeforeDue
	case d.Cause == CauseApplicant:
		return invalid("cause", "Le professionnel interrogé n’a pas répondu : ce n’est pas un défaut de la personne. Indiquez PROFESSIONNEL_SANS_REPONSE.")
	}
	return nil
}

// checkIdentityDefault: the last check of somebody's identity, in the stage in progress, was negative.
func (c Case) checkIdentityDefault() error {
	stage := c.Stage()
	already := slices.ContainsFunc(inStage(c.Events, stage), func(e Event) bool {
		d, ok := e.Data.(DefautConstate)
		return ok && d.Defaut == DefaultIdentity
	})
	switch {
	case already:
		return DefaultFound
	case stage == StageNone || !BoxesOf(c.Events, stage).Identity.Missing():
		return IdentityNotMissing
	}
	return nil
}

// dueOn is the day by which an answer was due. Two starts are in circulation (the request, its receipt): the later one protects the person.
func (c Case) dueOn(r Request) Date {
	due := c.dueFrom(r.Asked.Stage, c.day(r.Asked.At))
	if received := r.receivedOn(); received != nil {
		if later := c.dueFrom(r.Asked.Stage, *received); later.After(due) {
			return later
		}
	}
	return due
}

// outcomeOf is the data of a request's outcome, when it is of that type.
func outcomeOf[T EventData](r Request) (T, bool) {
	var none T
	if r.Outcome == nil {
		return none, false
	}
	d, ok := r.Outcome.Data.(T)
	return d, ok
}
