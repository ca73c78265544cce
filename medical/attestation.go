package medical

import "slices"

// Attestation is how the procedure went, from the events alone: dates, who reported, who sat, who signed, and what was asked of the person.
// It says nothing of an illness: no content, no reason, no answer (CAA Douai, 2 July 2020, 19DA00895).
type Attestation struct {
	CertificateReceivedOn *Date             `json:"certificate_received_on"`
	Rapporteur            string            `json:"rapporteur"` // directory id, "" where there is none
	ReportSignedOn        *Date             `json:"report_signed_on"`
	ReportTransmittedOn   *Date             `json:"report_transmitted_on"`
	DecisionRef           string            `json:"decision_ref"`
	ComposedOn            *Date             `json:"composed_on"`
	Members               []AttestedMember  `json:"members"`
	OpinionVersion        int               `json:"opinion_version"` // 0 before
	IssuedOn              *Date             `json:"issued_on"`
	SentOn                *Date             `json:"sent_on"`
	Steps                 []AttestationStep `json:"steps"`
}

// AttestedMember is one author of the last composition.
type AttestedMember struct {
	Person     string `json:"person"`
	AnsweredOn *Date  `json:"answered_on"`
	SignedOn   *Date  `json:"signed_on"`
}

// AttestationStep is one thing asked of the person, on the day it was asked; Done is nil while it is not known.
type AttestationStep struct {
	Stage Stage  `json:"stage"`
	Kind  string `json:"step"` // CONVOCATION EXAMENS IDENTITE
	On    Date   `json:"on"`
	Done  *bool  `json:"done"`

	ref string
}

// AttestationOf folds the events. Dates are those of the place of the territorial direction.
func AttestationOf(c Case) Attestation {
	a := Attestation{Members: []AttestedMember{}, Steps: []AttestationStep{}}
	if e := c.acceptedCertificate(); e != nil {
		a.CertificateReceivedOn = c.dayOf(e)
	}
	for i := range c.Events {
		e := &c.Events[i]
		switch d := e.Data.(type) {
		case RapporteurDesigne:
			a.Rapporteur = d.Rapporteur
		case RapportSigne:
			a.ReportSignedOn = c.dayOf(e)
		case RapportTransmis:
			a.ReportTransmittedOn = c.dayOf(e)
		case CollegeDesigne:
			a.compose(c.dayOf(e), d)
		case Med1Designe:
			a.compose(c.dayOf(e), CollegeDesigne{Composition: d.Composition, DecisionRef: d.DecisionRef, Members: d.Members})
		case AvisEmis:
			a.OpinionVersion, a.IssuedOn = d.Version, c.dayOf(e)
		case AvisTransmis:
			a.SentOn = c.dayOf(e)
		default:
			a.sit(c, e)
			a.step(c, e)
		}
	}
	return a
}

func (c Case) dayOf(e *Event) *Date {
	on := c.day(e.At)
	return &on
}

// compose begins anew: what an earlier composition did is not how the opinion was given.
func (a *Attestation) compose(on *Date, d CollegeDesigne) {
	a.DecisionRef, a.ComposedOn, a.Members = d.DecisionRef, on, []AttestedMember{}
	for _, m := range d.Members {
		a.Members = append(a.Members, AttestedMember{Person: m})
	}
}

func (a *Attestation) sit(c Case, e *Event) {
	i := slices.IndexFunc(a.Members, func(m AttestedMember) bool { return m.Person == e.Actor })
	if i < 0 {
		return
	}
	switch e.Data.(type) {
	case ReponseMembre:
		a.Members[i].AnsweredOn = c.dayOf(e)
	case Signature:
		a.Members[i].SignedOn = c.dayOf(e)
	}
}

func (a *Attestation) step(c Case, e *Event) {
	switch d := e.Data.(type) {
	case ConvocationEnvoyee:
		a.ask(c, e, "CONVOCATION", d.Ref)
	case ConvocationAnnulee:
		a.Steps = slices.DeleteFunc(a.Steps, func(s AttestationStep) bool { return s.Kind == "CONVOCATION" && s.ref == d.Ref })
	case Presence:
		a.answer("CONVOCATION", d.Ref, true)
	case Absence:
		a.answer("CONVOCATION", d.Ref, false)
	case ExamensDemandes:
		a.ask(c, e, "EXAMENS", d.Ref)
	case ExamensProduits:
		a.answer("EXAMENS", d.Ref, true)
	case DefautConstate:
		if d.Defaut == "EXAMENS_NON_PRODUITS" {
			a.answer("EXAMENS", d.Ref, false)
		}
	case IdentiteVerifiee:
		if e.Stage != StageNone { // a check at the stages of the procedure, not that of a request for access
			a.ask(c, e, "IDENTITE", d.Person)
			a.answer("IDENTITE", d.Person, d.IdentityShown)
		}
	}
}

func (a *Attestation) ask(c Case, e *Event, kind, ref string) {
	a.Steps = append(a.Steps, AttestationStep{Stage: e.Stage, Kind: kind, On: c.day(e.At), ref: ref})
}

func (a *Attestation) answer(kind, ref string, done bool) {
	for i := range a.Steps {
		if a.Steps[i].Kind == kind && a.Steps[i].ref == ref {
			a.Steps[i].Done = &done
		}
	}
}
