package family

import (
	"slices"

	"cloison/missions"
)

// Due gives the events that time alone causes that day, in order. A term's last day belongs to whoever has to act: silence speaks on the day
// after. Recording them and asking again gives nothing more.
func Due(s Standing, on missions.Date) []Data {
	past := func(day missions.Date) bool { return !day.IsZero() && on.After(day) }
	var due []Data
	if s.State == AtMayor && past(s.Mayor.Due) {
		due = append(due, MayorSilent{})
	}
	if p := s.Principles; p.Given == nil && !p.Deemed && past(p.Due) && !s.over() {
		due = append(due, PrinciplesSilent{})
	}
	if s.examining() && past(s.DecisionBy) {
		due = append(due, RejectedBySilence{})
	}
	if s.State == Granted && past(s.VisaBy) || s.State == VisaGiven && past(s.EntryBy) {
		due = append(due, Lapsed{})
	}
	return due
}

// examining: complete and not decided.
func (s Standing) examining() bool {
	return slices.Contains([]State{Complete, AtMayor, OpinionOfMayor, OpinionTacit, Enquiry, Examined, AtPrefect}, s.State)
}

// Undecided are the states of a case that nobody has decided: what is computed of it still serves somebody.
func Undecided() []State {
	return []State{Deposited, NotComplete, Complete, AtMayor, OpinionOfMayor, OpinionTacit, Enquiry, Examined, AtPrefect}
}

// over: nothing more happens.
func (s Standing) over() bool {
	return slices.Contains([]State{Ended, Dropped, ToIntegration}, s.State)
}

// Term is a day that a case waits for.
type Term struct {
	Code   string        `json:"code"`
	From   missions.Date `json:"from"`
	On     missions.Date `json:"on"`
	Source string        `json:"source"`
	Doubt  bool          `json:"to_confirm"`
}

// Terms are the days that a case waits for, soonest first.
func Terms(s Standing) []Term {
	var all []Term
	add := func(running bool, code string, from, on missions.Date, source string, doubt bool) {
		if running && !on.IsZero() {
			all = append(all, Term{code, from, on, source, doubt})
		}
	}
	add(s.State == AtMayor, "AVIS_MAIRE", s.Mayor.Received, s.Mayor.Due, "R. 434-15", false)
	add(s.Principles.Given == nil && !s.Principles.Deemed && !s.over(), "AVIS_PRINCIPES", s.Principles.Asked, s.Principles.Due, "R. 434-24", false)
	add(s.examining(), "DECISION_PREFET", s.Attested, s.DecisionBy, "R. 434-12, R. 434-26", false)
	add(s.State == Granted, "DEMANDE_DE_VISA", s.DecidedOn, s.VisaBy, "circulaire de 2000", true)
	add(s.State == VisaGiven, "ENTREE_EN_FRANCE", s.VisaIssued, s.EntryBy, "R. 434-34", false)
	slices.SortStableFunc(all, func(a, b Term) int { return a.On.Time().Compare(b.On.Time()) })
	return all
}
