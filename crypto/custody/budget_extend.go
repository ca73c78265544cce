package custody

import (
	"slices"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// extended is a reading on one day of law.
type extended struct {
	reading
	day string
}

type extendData struct {
	Approval    string `json:"approval"`
	By          string `json:"by"`
	Person      string `json:"person"`
	Compartment string `json:"compartment"`
	More        int    `json:"more"`
	Reason      string `json:"reason"`
	Day         string `json:"day"`
}

func (d *extendData) apply(st *state, _ time.Time) {
	st.extended[extended{reading{d.Person, d.Compartment}, d.Day}] += d.More
	st.spent[d.Approval] = true
}

// extendBudget gives a person more dossiers today, on the fresh approval of a
// head of service whom the roster names: the web process alone can't widen what
// it may read (TestABudgetIsExtendedByTheHeadOfService). A day is doubled at
// most, however many heads agree, and the zone's day stays as it is; only
// custodians set more.
func (s *Service) extendBudget(now time.Time, a keyholder.ExtendBudgetArgs) (result, error) {
	given, ok := s.state.approvals[a.Approval]
	if !ok || s.state.spent[a.Approval] {
		return result{}, refuse(keyholder.RuleApprovalUnknown)
	}
	reader, ok := s.reads(now, a.Extension)
	if !ok {
		return result{}, refuse(keyholder.RuleExtension)
	}
	data := &extendData{
		Approval: a.Approval, By: given.person, Person: reader.Person(), Compartment: a.Extension.Compartment,
		More: a.Extension.More, Reason: a.Extension.Reason, Day: a.Extension.Day,
	}
	digest, err := a.Extension.Digest()
	if err != nil {
		return result{}, err
	}
	head, isHead := s.headToday(now, given)
	switch {
	case given.act != keyholder.ActBudget || given.blind != s.blind(digest):
		return result{data: data}, refuse(keyholder.RuleApprovalOther)
	case now.Sub(given.at) > nonceLife:
		return result{data: data}, refuse(keyholder.RuleApprovalExpired)
	case !isHead:
		return result{data: data}, refuse(keyholder.RuleNotHead)
	case head.Person() == data.Person:
		return result{data: data}, refuse(keyholder.RuleExtensionOwn)
	}
	day := extended{reading{data.Person, data.Compartment}, data.Day}
	if s.state.extended[day]+data.More > s.state.budgets.Of(data.Compartment).PersonDay {
		return result{data: data}, refuse(keyholder.RuleExtensionTooLarge)
	}
	s.opts.Log.Warn("a budget of dossiers was extended", "compartment", data.Compartment, "more", data.More, "reason", data.Reason)
	return s.commit(keyholder.None{}, data, now), nil
}

// reads finds whom an extension is for, if it is one: today's, for a reason of
// the list, for a listed reader of that compartment.
func (s *Service) reads(now time.Time, e keyholder.Extension) (wire.Line, bool) {
	if e.More < 1 || e.Day != s.today(now) || !slices.Contains(keyholder.Reasons(), e.Reason) {
		return wire.Line{}, false
	}
	for _, l := range s.state.roster.Lines {
		if l.Issuer == e.Issuer && l.Subject == e.Subject && l.On(e.Day) && slices.Contains(l.Compartments, e.Compartment) {
			return l, true
		}
	}
	return wire.Line{}, false
}

// headToday finds the approver's line, if it still makes him a head of service.
func (s *Service) headToday(now time.Time, a approval) (wire.Line, bool) {
	for _, l := range s.state.roster.Lines {
		if a.of(l) && l.Head && l.On(s.today(now)) {
			return l, true
		}
	}
	return wire.Line{}, false
}
