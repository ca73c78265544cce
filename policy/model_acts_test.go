package policy

import "slices"

// modelZones are where each act is done; both where a program of each zone does it.
var modelBoth = []string{"session.open", "me.get", "session.list", "session.close", "audit.list", "audit.search", "audit.export", "audit.exposure", "audit.get", "audit.prove", "audit.explain", "audit.replay", "alarm.list", "alarm.review", "sample.list", "sample.draw", "access.own", "access.justify", "audit.checkpoint", "audit.tile", "idempotency.forget", "release.quarantine"}

var modelServer = []string{"referral.create", "referral.list", "referral.get", "release.list", "release.get", "opinion.get", "opinion.document",
	"opinion.verify", "release.acknowledge", "release.receive", "shredding.receive", "cursor.read", "acknowledgement.read", "referral.correct", "referral.transfer",
	"referral.liberty", "referral.withdraw", "referral.decide", "appeal.declare", "appeal.close", "attestation.request", "attestation.get", "referral.import", "reconciliation.get", "release.hand_over", "release.remind", "opinion.archive", "mail.send"}

func (m model) elsewhere() bool {
	server := slices.Contains(modelServer, m.act)
	switch m.at.Zone {
	case "medical":
		return server
	case "server":
		return !server && !slices.Contains(modelBoth, m.act)
	}
	return true
}

// may says whether the model allows, and whether it knows the act at all.
func (m model) may() (allowed, known bool) {
	for _, part := range []func() (bool, bool){m.mayProgram, m.mayDossier, m.mayReport, m.mayCollege, m.mayOpinion, m.mayEnd, m.mayPrefecture, m.mayPeople} {
		if allowed, known = part(); known {
			return allowed && !m.elsewhere(), true
		}
	}
	return false, false
}

func (m model) mayProgram() (bool, bool) {
	switch m.act {
	case "session.open":
		if m.at.Zone == "server" {
			return m.agent() || m.auditor(), true
		}
		staff := slices.Contains([]string{"SECRETARIAT_MEDICAL", "AUDITEUR_CONFORMITE", "DPO"}, m.who.Role)
		clean := m.who.Profession == "" || m.who.Profession == "10" && m.who.Habilitated
		return !m.who.Lapsed && (m.ours() || m.human() && staff && clean), true
	case "me.get", "session.list", "session.close", "step_up.approve", "access.own", "access.justify":
		return m.human(), true
	case "audit.list", "audit.get", "audit.prove", "audit.explain", "audit.replay", "alarm.list", "alarm.review", "sample.list", "sample.draw", "audit.checkpoint", "audit.tile":
		return m.auditor(), true
	case "audit.search", "audit.export", "audit.exposure":
		return m.auditor() && m.grounded(), true
	case "referral.receive", "referral.quarantine", "acknowledgement.receive", "release.receive", "cursor.read", "acknowledgement.read",
		"referral_event.receive", "release.quarantine", "shredding.receive":
		return m.program("relay"), true
	case "deadline.raise", "majority.record", "listing.raise", "successor.raise", "purge.files", "idempotency.forget", "release.remind", "mail.send":
		return m.program("sweep"), true
	case "purge.assess":
		return m.program("sweep") && m.due(), true
	}
	return false, false
}

func (m model) mayDossier() (bool, bool) {
	switch m.act {
	case "dossier.list", "task.list", "removal.list", "dossier.search":
		return m.narrowed(), true
	case "passkey.list", "passkey.propose":
		return m.ours() || m.clerkBeside(), true
	case "dossier.names":
		return m.narrowed() && m.purposed(), true
	case "disclosure.list":
		return m.team(), true
	case "access.list":
		return m.dpo() || m.team(), true
	case "observations.write":
		return m.reader() && m.kept(), true
	case "document.move", "document.split":
		return m.reader() && m.alive() && m.stands(), true
	case "source.cite", "document.take":
		return m.reader() && m.alive(), true
	case "dossier.get", "timeline.get", "referral_event.list":
		return m.team(), true
	case "upload.get":
		return m.team(), true
	case "dossier.open":
		switch m.at.Open {
		case "civil":
			return m.team() && m.purposed(), true
		case "medical":
			return m.reader() && m.purposed(), true
		}
		return false, true
	case "document.list":
		return m.reader() && m.purposed(), true
	case "document.read", "document.inspect":
		return m.reader() && m.purposed() && m.stands(), true
	case "document.create", "request.close", "event.record":
		return m.team() && m.open(), true
	case "document.upload":
		return m.team() && m.open() && m.stands(), true
	case "document.withdraw":
		own := m.document() && m.d.Document.Author == m.who.ID && !m.d.Document.Opened
		return m.open() && m.stands() && (m.inCharge() || m.team() && own), true
	case "identity.check", "secrecy.lift", "dossier.link":
		return m.team() && m.kept(), true
	case "event.follow":
		return m.localClerk() && m.kept(), true
	case "certificate.receive", "certificate.reject", "mail.record", "mail.register", "delivery.record":
		return m.localClerk() && m.open(), true
	case "completion.request":
		return m.localClerk() && m.open() && m.d.Rapporteur == "", true
	case "dossier.close":
		return m.localClerk() && m.alive(), true
	case "request.open":
		return m.stage(true), true
	case "request.ask":
		return m.stage(false), true
	case "referral_event.confirm":
		// Liberty on the day of an opinion may be known once it is given and the dossier closed.
		late := m.d.Issued && m.d.State != "SANS_SUITE" && m.d.State != "PURGE"
		return m.team() && (m.open() || m.hasCase && late), true
	}
	return false, false
}

func (m model) mayReport() (bool, bool) {
	writing := m.reports() && m.open() && m.residence() && m.d.Rapporteur != ""
	switch m.act {
	case "rapporteur.assign":
		return m.localClerk() && m.open() && m.residence() && m.d.Rapporteur == "" && m.at.Person != nil && m.at.Person.Habilitated, true
	case "report.save":
		return writing && !m.d.ReportSigned, true
	case "report.draft":
		return writing && !m.d.ReportSigned && m.purposed(), true
	case "report.sign":
		return writing && !m.d.ReportSigned && m.d.ReportSaved && m.d.CertificateReceived, true
	case "report.transmit":
		return writing && m.d.ReportSigned && !m.d.ReportTransmitted, true
	case "report.supplement":
		return writing && m.d.ReportSigned && !m.d.Issued && m.d.SupplementAsked, true
	}
	return false, false
}

func (m model) mayCollege() (bool, bool) {
	switch m.act {
	case "college.compose":
		return m.localClerk() && m.alive() && m.transmitted() && m.certified() && m.college() && m.three() && m.proposed(false) && m.free(), true
	case "college.propose":
		return m.localClerk() && m.alive() && m.transmitted() && m.certified() && m.college() && m.free(), true
	case "college.replace":
		opens := m.college() && m.three()
		return m.localClerk() && m.alive() && m.d.Composition != nil && m.named() && m.distinct() && m.proposed(false) && (opens || !m.at.Designates), true
	case "physician.designate":
		return m.localClerk() && m.alive() && m.certified() && m.alone() && len(m.at.Members) == 1 && m.proposed(true) && m.free(), true
	case "removal.take":
		mine := m.removal() && (m.d.OnCall == m.who.ID || m.d.SecondOnCall == m.who.ID) && len(m.at.Members) == 1 && m.at.Members[0].ID == m.who.ID
		return m.ours() && mine && m.alive() && m.certified() && m.alone() && m.proposed(true) && m.free(), true
	case "rota.set":
		here := m.about == "rota" && slices.Contains(m.who.Directions, m.rota.Direction)
		return m.clerk() && here && m.at.Person != nil && m.at.Person.Habilitated, true
	case "answers.give":
		return m.member() && m.seats() && !m.answered(), true
	case "answers.draft":
		return m.sits() && m.alive() && m.transmitted() && m.d.Rapporteur != m.who.ID && !m.answered() && m.purposed(), true
	case "answers.read":
		return m.sits() && m.d.Rapporteur != m.who.ID && (m.at.Open == "own" || m.allIn()), true
	case "round.open":
		c := m.d.Composition
		return m.member() && m.allIn() && (!c.Settled || len(c.Refused) > 0), true
	}
	return false, false
}

func (m model) mayOpinion() (bool, bool) {
	switch m.act {
	case "opinion.correct", "opinion.withdraw", "opinion.uphold":
		return (m.sits() || m.clerkBeside() && m.here()) && m.kept() && m.d.State != "SANS_SUITE" && m.d.Issued, true
	case "opinion.settle":
		return m.member() && m.allIn() && len(m.d.Composition.Signed) == 0, true
	case "opinion.preview":
		return m.sits() && m.d.Rapporteur != m.who.ID && m.settled(), true
	case "opinion.sign":
		return m.member() && m.settled() && !m.signed() && m.d.Composition.Refused != nil && len(m.d.Composition.Refused) == 0 && m.mayIssue(), true
	case "opinion.refuse":
		return m.member() && m.settled() && !m.signed() && !m.refused(), true
	}
	return false, false
}

func (m model) mayEnd() (bool, bool) {
	switch m.act {
	case "disclosure.create":
		return m.mayLeave(), true
	case "disclosure.get":
		return m.team() && m.hasExit && m.exit.Creator == m.who.ID, true
	case "hold.set":
		return m.dpo() && m.kept() && !m.d.HoldSet, true
	case "hold.lift":
		return m.dpo() && m.kept() && m.d.HoldSet, true
	case "retention.get", "retention.list":
		return m.dpo(), true
	case "destruction.get":
		return m.dpo() && m.hasCase && !m.kept(), true
	case "budget.extend":
		// A head of service, for somebody else.
		proven := m.who.Profession == "" || m.who.Habilitated
		return m.human() && (m.doctor() || m.who.Role == "SECRETARIAT_MEDICAL") && proven && m.budget.Head && !m.budget.Own, true
	case "dossier.purge":
		return (m.dpo() || m.program("sweep") && m.who.Role != "PREFECTURE") && m.kept() && m.due() && !m.d.Held, true
	}
	return false, false
}

// mayLeave: the attestation to a party of a case; the file to the judge, secrecy lifted; his own to the person.
func (m model) mayLeave() bool {
	if !m.hasExit || m.exit.Purged {
		return false
	}
	e := m.exit
	switch e.Bundle {
	case "L1":
		return m.team() && e.Litigation && (e.Recipient == "COURT" || e.Recipient == "PREFECTURE" && e.InCharge)
	case "L3":
		return m.team() && e.Sourced && slices.Contains([]string{"COURT", "PERSON", "REPRESENTATIVE", "THIRD"}, e.Recipient)
	case "L2":
		return m.reader() && e.Recipient == "COURT" && e.SecrecyLifted
	case "L4":
		person := slices.Contains([]string{"PERSON", "REPRESENTATIVE", "THIRD", ""}, e.Recipient)
		return m.reader() && person && e.Requested && e.IdentityVerified && !e.RepresentationEnded && !e.MotiveMissing
	}
	return false
}

func (m model) mayPrefecture() (bool, bool) {
	referral := m.about == "referral"
	switch m.act {
	case "referral.list", "release.list", "referral.import", "reconciliation.get", "opinion.archive":
		return m.agent(), true
	case "referral.create", "referral.get", "referral.correct", "attestation.get":
		return m.mine(), true
	case "referral.transfer", "referral.liberty":
		return m.asked(), true
	case "referral.withdraw":
		return m.asked() && !m.r.Issued, true
	case "referral.decide":
		return m.asked() && !m.r.Decided, true
	case "appeal.declare":
		return m.asked() && !m.r.Appealed, true
	case "appeal.close":
		return m.mine() && referral && m.r.Appealed, true
	case "attestation.request":
		return m.mine() && referral && m.r.Appealed && !m.r.Attested, true
	case "release.get", "release.hand_over":
		return m.mine() || m.agent() && m.about == "release" && m.sent.ReceivedBy == m.who.Prefecture, true
	case "opinion.get", "opinion.document", "opinion.verify":
		return m.mine() && m.hasOpinion(), true
	case "release.acknowledge":
		return m.mine() && m.hasOpinion() && (referral && !m.r.Acknowledged || !referral && !m.sent.Acknowledged), true
	}
	return false, false
}

// saysAbsence: a physician says his own, a head of service anybody's.
func (m model) saysAbsence() bool {
	return m.head() || m.ours() && m.about == "habilitation" && m.people.Own
}

// mayPeople: two hands empower, one head of service ends, nobody for himself; and a rapporteur gives way to another until his report has gone.
func (m model) mayPeople() (bool, bool) {
	other := m.about == "habilitation" && !m.people.Own || m.about == "budget" && !m.budget.Own
	people := m.about == "habilitation"
	switch m.act {
	case "habilitation.list":
		return m.keeper(), true
	case "habilitation.enter":
		return m.keeper() && other, true
	case "habilitation.confirm":
		return m.head() && other && people && !m.people.Entered && !m.people.Confirmed, true
	case "habilitation.review":
		return m.head() && other && slices.Contains([]string{"EN_VIGUEUR", "ECHUE"}, m.people.Standing), true
	case "habilitation.end":
		return m.head() && other && slices.Contains([]string{"EN_VIGUEUR", "ECHUE", "AUCUNE"}, m.people.Standing), true
	case "succession.list":
		return m.head(), true
	case "decision.list", "decision.enter":
		return m.keeper(), true
	case "decision.confirm":
		return m.head() && other && people && !m.people.Entered && !m.people.Confirmed, true
	case "absence.list", "absence.withdraw":
		return m.saysAbsence(), true
	case "absence.set":
		return m.saysAbsence() && slices.Contains([]string{"EN_VIGUEUR", "ECHUE", "AUCUNE"}, m.people.Standing), true
	case "opinion.left":
		return m.head() && m.alive(), true
	case "rapporteur.reassign":
		next := m.at.Person
		fits := next != nil && next.Habilitated && !next.Treats && next.ID != m.d.Rapporteur && next.ID != m.who.ID
		seated := fits && m.d.Composition != nil && slices.Contains(m.d.Composition.Members, next.ID)
		return m.head() && fits && !seated && m.open() && m.residence() && m.d.Rapporteur != "" && !m.d.ReportTransmitted, true
	}
	return false, false
}
