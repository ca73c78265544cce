package medical

// LastSending is the letter that counts: what comes after a return is another one.
func (r Request) LastSending() Sending { return *r.last() }

// Due is the day by which the answer to a request is due (dueOn); false for a summons, whose day is its appointment, and for what was
// missing in a certificate, for which the law sets no term.
func (c Case) Due(r Request) (Date, bool) {
	if t := r.Asked.Type; t != EvComplementAsked && t != EvExamsAsked {
		return Date{}, false
	}
	return c.dueOn(r), true
}

// DefaultOf is the default that may be found about a kind of request.
func DefaultOf(asked EventType) (string, bool) {
	found, ok := defaultOf[asked]
	return found, ok
}

// DefaultRule is why the default of a request cannot be found that day; "" when it can. A professional's silence is his own.
func (c Case) DefaultRule(r Request, today Date) Rule {
	found, ok := DefaultOf(r.Asked.Type)
	if !ok {
		return RequestOtherKind
	}
	cause := CauseApplicant
	if found == DefaultUnanswered {
		cause = CauseProfessional
	}
	rule, _ := c.CheckDefault(DefautConstate{Ref: r.Ref, Defaut: found, Cause: cause}, today).(Rule)
	return rule
}

// IdentityDefaultMay says that the default of identity can be found now.
func (c Case) IdentityDefaultMay() bool { return c.checkIdentityDefault() == nil }

// AddressCheckedBefore is the rank of the last check of the address by that day, whose record holds the address a letter of that day
// goes to; 0 when there was none: the address is then the referral's.
func (c Case) AddressCheckedBefore(on Date) int {
	rank := 0
	for _, e := range c.Events {
		if e.Type == EvAddressChecked && !c.day(e.At).After(on) {
			rank = e.Seq
		}
	}
	return rank
}
