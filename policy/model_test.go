package policy

import "slices"

// model is the policy said a second time, in Go: not as lists of conditions but as what each act wants of a person, of an object and of the
// procedure. It answers allowed or not, and no rule. It was written from docs/procedure.md and the table in expected/, by who had read the
// rules: what it shows is that two forms of the same intent agree on inputs that nobody thought of, not that the intent is right.
type model struct {
	who Subject
	at  Context

	act string
	any any
	// what the object is, when it is that
	d       Dossier
	r       Referral
	sent    Release
	rota    Rota
	budget  BudgetExtension
	people  Habilitation
	exit    Disclosure
	hasCase bool // a dossier, or a disclosure of one
	hasExit bool
	portal  bool
	about   string // kind of the object
}

func newModel(q Query) model {
	m := model{who: q.Subject, at: q.Context, act: q.Action, any: q.Resource}
	switch resource := q.Resource.(type) {
	case Dossier:
		m.d, m.hasCase, m.about = resource, true, resource.Kind
	case Disclosure:
		m.exit, m.d, m.hasCase, m.hasExit, m.about = resource, resource.Dossier, true, true, resource.Kind
	case Referral:
		m.r, m.about = resource, resource.Kind
	case Release:
		m.sent, m.about = resource, resource.Kind
	case Rota:
		m.rota, m.about = resource, resource.Kind
	case BudgetExtension:
		m.budget, m.about = resource, resource.Kind
	case Habilitation:
		m.people, m.about = resource, resource.Kind
	case Portal:
		m.portal, m.about = true, resource.Kind
	}
	return m
}

// The person.

func (m model) human() bool  { return m.who.System == "" }
func (m model) doctor() bool { return m.human() && m.who.Role == "MEDECIN" && m.who.Profession == "10" }
func (m model) ours() bool   { return m.doctor() && m.who.Habilitated }

// clerk: a secretary who proves another profession than physician's is none of ours; one who proves it needs the habilitation too, where the
// act is also a physician's.
func (m model) clerk() bool {
	return m.human() && m.who.Role == "SECRETARIAT_MEDICAL" && (m.who.Profession == "" || m.who.Profession == "10")
}

func (m model) clerkBeside() bool { return m.clerk() && (m.who.Profession == "" || m.who.Habilitated) }
func (m model) agent() bool       { return m.human() && m.who.Role == "PREFECTURE" && m.who.Prefecture != "" }
func (m model) auditor() bool {
	return m.human() && (m.who.Role == "AUDITEUR_CONFORMITE" || m.who.Role == "DPO")
}
func (m model) dpo() bool { return m.human() && m.who.Role == "DPO" }
func (m model) program(name string) bool {
	return m.who.System == name
}

// The tie.

func (m model) here() bool {
	return m.about == "dossier" && slices.Contains(m.who.Directions, m.d.Direction)
}
func (m model) reports() bool {
	return m.ours() && m.about == "dossier" && m.d.Rapporteur == m.who.ID
}

func (m model) sits() bool {
	c := m.d.Composition
	return m.ours() && m.hasCase && c != nil && slices.Contains(c.Members, m.who.ID) && (c.Open || m.d.Issued)
}

func (m model) inCharge() bool { return m.reports() || m.sits() }
func (m model) localClerk() bool {
	return m.clerk() && m.here()
}

// head is the physician whom the custodians name head of service, in his roster's word for this act.
func (m model) head() bool { return m.ours() && (m.people.Head || m.budget.Head || m.d.Head) }

// keeper is who may enter that somebody else is empowered.
func (m model) keeper() bool { return m.head() || m.clerkBeside() }

// team is the secretariat of the territory, or a physician in charge.
func (m model) team() bool { return m.clerkBeside() && m.here() || m.inCharge() }

// narrowed is who may ask for what the store narrows to his own.
func (m model) narrowed() bool {
	return m.ours() || m.clerkBeside() && (m.portal && m.about == "portal" || m.here())
}

// reader is who may see what is under medical secrecy.
func (m model) reader() bool { return m.reports() || m.sits() && m.transmitted() }

// The procedure.

func (m model) residence() bool   { return m.hasCase && m.d.Pipeline == "SEJOUR" }
func (m model) removal() bool     { return m.hasCase && m.d.Pipeline == "ELOIGNEMENT" }
func (m model) open() bool        { return m.hasCase && !m.d.Closed }
func (m model) noOpinion() bool   { return m.hasCase && !m.d.Issued }
func (m model) alive() bool       { return m.open() && m.noOpinion() }
func (m model) kept() bool        { return m.hasCase && m.d.State != "PURGE" }
func (m model) transmitted() bool { return m.hasCase && (m.d.ReportTransmitted || m.removal()) }
func (m model) sitting() bool     { return m.d.Composition != nil && m.d.Composition.Open }
func (m model) free() bool        { return m.hasCase && !m.sitting() }
func (m model) college() bool {
	return m.hasCase && (m.d.Author == "COLLEGE3" || m.d.Author == "" && m.residence())
}
func (m model) alone() bool { return m.removal() && m.d.Author == "MED1" }
func (m model) purposed() bool {
	return slices.Contains([]string{"INSTRUCTION", "COLLEGE", "SECRETARIAT", "CONTENTIEUX", "ACCES", "CONTROLE"}, m.at.Purpose)
}
func (m model) grounded() bool {
	return slices.Contains([]string{"CONTROLE", "PLAINTE", "DROITS", "INCIDENT", "ENQUETE", "JUSTICE"}, m.at.Purpose)
}
func (m model) certified() bool { return m.residence() || m.hasCase && m.d.CertificateReceived }

// Physicians proposed, and physicians who sit.

func (m model) tied(one Member) bool {
	return one.Treats || m.d.Examiners == nil || slices.Contains(m.d.Examiners, one.ID)
}

// proposed: all listed and empowered that day, with no tie to the person, and none the author of the report.
func (m model) proposed(reporterToo bool) bool {
	for _, one := range m.at.Members {
		if !one.Listed || !one.Habilitated || m.tied(one) || !reporterToo && one.ID == m.d.Rapporteur {
			return false
		}
	}
	return true
}

func (m model) three() bool {
	seen := map[string]bool{}
	for _, one := range m.at.Members {
		seen[one.ID] = true
	}
	return len(m.at.Members) == 3 && len(seen) == 3
}

func (m model) distinct() bool {
	seen := map[string]bool{}
	for _, one := range m.at.Members {
		if seen[one.ID] {
			return false
		}
		seen[one.ID] = true
	}
	return true
}

// own is everything that the decisions say of the subject.
func (m model) own() []Member {
	var all []Member
	if m.at.Person != nil && m.at.Person.ID == m.who.ID {
		all = append(all, *m.at.Person)
	}
	for _, one := range m.at.Members {
		if one.ID == m.who.ID {
			all = append(all, one)
		}
	}
	return all
}

func (m model) listed() bool {
	return slices.ContainsFunc(m.own(), func(one Member) bool { return one.Listed })
}

func (m model) unbiased() bool {
	return slices.ContainsFunc(m.own(), func(one Member) bool { return !m.tied(one) })
}

// named: the act names no composition, or there is none yet, or it names the one in progress.
func (m model) named() bool {
	c := m.d.Composition
	return m.at.Composition == 0 || m.hasCase && c == nil || c != nil && c.Open && c.Version == m.at.Composition
}

// competent: a composition answers while its kind of author is the competent one.
func (m model) competent() bool {
	author := ""
	if m.d.Composition != nil {
		author = m.d.Composition.Author
	}
	if author == "MED1" {
		return m.alone()
	}
	return m.college() || author == "" && m.alone()
}

// member is who may do an act of a sitting member now.
func (m model) member() bool {
	return m.sits() && m.alive() && m.transmitted() && m.competent() && m.d.Rapporteur != m.who.ID && m.listed() && m.unbiased() && m.named()
}

func (m model) allIn() bool {
	c := m.d.Composition
	if c == nil || len(c.Members) == 0 {
		return false
	}
	for _, one := range c.Members {
		if !slices.Contains(c.Answered, one) {
			return false
		}
	}
	return true
}

func (m model) in(list func(*Composition) []string) bool {
	return m.d.Composition != nil && slices.Contains(list(m.d.Composition), m.who.ID)
}

func (m model) answered() bool { return m.in(func(c *Composition) []string { return c.Answered }) }
func (m model) signed() bool   { return m.in(func(c *Composition) []string { return c.Signed }) }
func (m model) refused() bool  { return m.in(func(c *Composition) []string { return c.Refused }) }
func (m model) settled() bool  { return m.d.Composition != nil && m.d.Composition.Settled }
func (m model) seats() bool    { return m.d.Composition != nil && len(m.d.Composition.Members) > 0 }

// mayIssue: the signature that is the last wants everybody listed, and without a tie, that day.
func (m model) mayIssue() bool {
	left := map[string]bool{}
	for _, one := range m.d.Composition.Members {
		if !slices.Contains(m.d.Composition.Signed, one) {
			left[one] = true
		}
	}
	if len(left) != 1 {
		return true
	}
	for _, one := range m.d.Composition.Members {
		at := slices.IndexFunc(m.at.Members, func(said Member) bool { return said.ID == one })
		if at < 0 || !m.at.Members[at].Listed || m.tied(m.at.Members[at]) {
			return false
		}
	}
	return true
}

// stage is who has the hand: until the report is signed its author, then the college.
func (m model) stage(clerks bool) bool {
	reporting := m.residence() && !m.d.ReportSigned
	staffed := !reporting && m.sitting() || reporting && m.d.Rapporteur != ""
	if !m.alive() || !staffed {
		return false
	}
	return clerks && m.clerkBeside() && m.here() || reporting && m.reports() || !reporting && m.sits()
}

func (m model) document() bool { return m.hasCase && m.d.Document != nil }
func (m model) stands() bool   { return m.document() && m.d.Document.Excluded == "" }
func (m model) due() bool      { return m.hasCase && m.d.RetainedUntil != "" && m.at.On > m.d.RetainedUntil }

// The prefecture.

func (m model) mine() bool {
	return m.agent() && (m.about == "referral" && m.r.Prefecture == m.who.Prefecture || m.about == "release" && m.sent.Prefecture == m.who.Prefecture)
}

func (m model) asked() bool { return m.mine() && m.about == "referral" && !m.r.Withdrawn }
func (m model) hasOpinion() bool {
	return m.about == "referral" && m.r.Issued || m.about == "release" && m.sent.Release == "opinion"
}
