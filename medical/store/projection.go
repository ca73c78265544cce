package store

import (
	"slices"
	"time"

	"cloison/medical"
	"cloison/policy"
)

// projection is what the events say, in the columns that carry constraints and serve lists.
type projection struct {
	state              medical.StateName
	rapporteur         string
	composition, round int
	certificateSentOn  *medical.Date
	certificate, reportSigned, transmitted, composed, firstAnswer, lastAnswer,
	settled, issued, sent, closed *time.Time
	college *policy.Composition
}

// project folds the events. The dates of answers, settlement and issue are those of the last composition: replacing a college starts
// them again.
func project(c medical.Case) projection {
	p := projection{state: medical.State(c)}
	for i := range c.Events {
		p.apply(c.Events[i].Actor, &c.Events[i].At, c.Events[i].Data)
	}
	if !ended(p.state) {
		p.closed = nil // one of several referrals was closed: the dossier goes on
	}
	return p
}

// ended: nothing more is done in the procedure itself.
func ended(s medical.StateName) bool {
	return s == medical.StateClosed || s == medical.StateDropped || s == medical.StatePurged || s == medical.StateLitigation
}

func (p *projection) apply(actor string, at *time.Time, data medical.EventData) {
	switch d := data.(type) {
	case medical.CertificatRecu:
		// One that comes after the report, or after an answer, is a piece more: the procedure went on from the one before.
		if d.Accepted && p.reportSigned == nil && p.firstAnswer == nil {
			p.certificate, p.certificateSentOn = at, d.SentOn
		}
	case medical.RapporteurDesigne:
		// What another author signed stays in the events; this one signs his own (R. 425-12).
		p.rapporteur, p.reportSigned = d.Rapporteur, nil
	case medical.RapportSigne:
		p.reportSigned = at
	case medical.RapportTransmis:
		p.transmitted = at
	case medical.CollegeDesigne:
		p.compose(at, medical.College, d.Composition, d.DecisionRef, d.Members)
	case medical.Med1Designe:
		p.compose(at, medical.Single, d.Composition, d.DecisionRef, d.Members)
	case medical.CompositionClose:
		if p.college != nil && p.college.Version == d.Composition {
			p.college.Open = false
		}
		if d.ReasonCode == medical.ReasonRectified {
			p.issued, p.sent = nil, nil // corrected: another version is awaited
		}
	case medical.Cloture, medical.ClotureSansAvis:
		p.closed = at
	default:
		p.applyOpinion(actor, at, data)
	}
}

func (p *projection) applyOpinion(actor string, at *time.Time, data medical.EventData) {
	switch d := data.(type) {
	case medical.ReponseMembre:
		p.answer(actor, at, d)
	case medical.Synthese:
		p.settled = at
		if p.college != nil {
			p.college.Settled = true
		}
	case medical.Signature:
		if p.college != nil && p.college.Version == d.Composition {
			p.college.Signed = append(p.college.Signed, actor)
		}
	case medical.SignatureAnnulee:
		if p.college != nil && p.college.Version == d.Composition {
			p.college.Signed = slices.DeleteFunc(p.college.Signed, func(m string) bool { return m == d.Member })
		}
	case medical.SignatureRefusee:
		if p.college != nil && p.college.Version == d.Composition {
			p.college.Refused = append(p.college.Refused, actor)
		}
	case medical.TourOuvert:
		if p.college != nil && p.college.Version == d.Composition {
			p.openRound(d.Round)
		}
	case medical.AvisEmis:
		p.issued = at
	case medical.AvisTransmis:
		p.sent = at
	}
}

func (p *projection) compose(at *time.Time, author medical.AuthorKind, version int, decision string, members []string) {
	p.composed, p.firstAnswer, p.lastAnswer, p.settled, p.issued, p.sent = at, nil, nil, nil, nil, nil
	p.composition, p.round = version, 1
	p.college = &policy.Composition{
		Version: version, Author: string(author), Decision: decision, Members: append([]string{}, members...), Open: true, Round: 1,
		Answered: []string{}, Signed: []string{}, Refused: []string{},
	}
}

// openRound starts the answers again in the same composition.
func (p *projection) openRound(round int) {
	p.settled = nil
	p.round, p.college.Round, p.college.Answered, p.college.Settled, p.college.Refused = round, round, []string{}, false, []string{}
}

func (p *projection) answer(actor string, at *time.Time, d medical.ReponseMembre) {
	if p.firstAnswer == nil {
		p.firstAnswer = at
	}
	p.lastAnswer = at
	if p.college == nil || p.college.Version != d.Composition {
		return
	}
	p.college.Answered = append(p.college.Answered, actor)
}

func policyDossier(d Dossier, reportSaved bool) policy.Dossier {
	p := project(d.Case)
	pipeline := "ELOIGNEMENT"
	if d.Case.Stay() {
		pipeline = "SEJOUR"
	}
	return policy.Dossier{
		Kind: "dossier", ID: d.ID, State: string(p.state), Pipeline: pipeline, Direction: d.Case.Direction, Prefecture: d.Case.Prefecture,
		Closed:     ended(p.state),
		Rapporteur: p.rapporteur, CertificateReceived: p.certificate != nil, ReportSaved: reportSaved, ReportSigned: p.reportSigned != nil,
		ReportTransmitted: p.transmitted != nil, Issued: p.issued != nil, Composition: p.college,
		SupplementAsked: d.Case.AskedOfRapporteur() != "", Examiners: medical.Examiners(d.Case),
		RetainedUntil: dayText(d.Case.RetainedUntil()), Held: d.Case.PurgeHeld(), HoldSet: d.Case.Held(),
	}
}

func dayText(d *medical.Date) string {
	if d == nil {
		return ""
	}
	return d.String()
}
