package family

import (
	"slices"

	"cloison/missions"
)

// State is where a case stands.
type State string

const (
	Draft           State = "BROUILLON"
	Deposited       State = "DEPOSE"
	NotComplete     State = "INCOMPLET"
	Complete        State = "COMPLET"
	AtMayor         State = "TRANSMIS_MAIRE"
	OpinionOfMayor  State = "AVIS_MAIRE"
	OpinionTacit    State = "AVIS_TACITE"
	Enquiry         State = "ENQUETE_OFII"
	Examined        State = "INSTRUCTION_OFII"
	AtPrefect       State = "TRANSMIS_PREFET"
	Granted         State = "ACCORD"
	Refused         State = "REFUS"
	SilentRejection State = "REJET_IMPLICITE"
	UnderAppeal     State = "RECOURS"
	VisaRequested   State = "VISA_DEMANDE"
	VisaGiven       State = "VISA_DELIVRE"
	VisaDenied      State = "VISA_REFUSE"
	Lapse           State = "CADUC"
	Entered         State = "ARRIVEE"
	ToIntegration   State = "CIR_ORIENTE"
	Dropped         State = "CLASSE"
	Ended           State = "CLOS"
)

// States are all of them, in the order of the procedure.
func States() []State {
	return []State{Draft, Deposited, NotComplete, Complete, AtMayor, OpinionOfMayor, OpinionTacit, Enquiry, Examined, AtPrefect, Granted, Refused,
		SilentRejection, UnderAppeal, VisaRequested, VisaGiven, VisaDenied, Lapse, Entered, ToIntegration, Dropped, Ended}
}

// Arriving are the states of a family on its way: from the visa that was asked for after the grant, until it is handed over.
func Arriving() []State { return []State{VisaRequested, VisaGiven, Entered} }

// Standing is what the events of a case amount to.
type Standing struct {
	State      State
	Since      missions.Date
	Commune    string // where the family will live, now
	Children   []missions.Date
	Deaths     []int
	Attested   missions.Date // the attestation of deposit
	DecisionBy missions.Date // last day of the six months; never moves (R. 434-12)
	Post       string        // the consular post that was told
	Mayor      MayorLoop
	Visits     []Visit
	Found      *FoundByOFII
	Proposal   *Proposed
	Principles PrinciplesLoop
	Title      *bool // issued or not, once checked
	Decision   *Decided
	DecidedOn  missions.Date
	Silent     bool // rejected by silence, whatever came later
	Appeal     *Appealed
	VisaAsked  missions.Date
	VisaBy     missions.Date // last day to ask for the visa
	VisaIssued missions.Date
	EntryBy    missions.Date // last day to enter
	EntryOn    missions.Date
	Steps      []ArrivalStep
	Certified  bool
	Last       missions.Date // of the last event
}

// MayorLoop is one turn at one commune: a move begins another.
type MayorLoop struct {
	Sent, Received, Due missions.Date
	Opinion             *MayorOpinion
	OpinionOn           missions.Date
	Late                bool // the opinion came after the two months: it is kept, and the tacit one stands
	Tacit               bool
}

// PrinciplesLoop is the mayor's other opinion (R. 434-24).
type PrinciplesLoop struct {
	Asked, Due missions.Date
	Given      *PrinciplesGiven
	Deemed     bool
}

// Fold gives the standing of a case. The law gives the terms, each in force on the day that starts it; an error is a parameter that is missing.
func Fold(r Request, events []Event, law *missions.Law) (Standing, error) {
	s := Standing{State: Draft, Commune: r.Commune}
	for _, e := range events {
		read := reading{law: law}
		s.apply(e, &read)
		if read.err != nil {
			return Standing{}, read.err
		}
		s.Last = e.On
	}
	return s, nil
}

func (s *Standing) to(state State, on missions.Date) { s.State, s.Since = state, on }

func (s *Standing) apply(e Event, law *reading) {
	switch d := e.Data.(type) {
	case Filed:
		s.to(Deposited, e.On)
	case Incomplete:
		s.to(NotComplete, e.On)
	case Shelved:
		s.to(Dropped, e.On)
	case Completed:
		s.Attested, s.DecisionBy = e.On, e.On.AddMonths(law.count(pDecision, months, e.On))
		s.to(Complete, e.On)
	case ConsulateTold:
		s.Post = d.Post
	case Naturalised, Closed:
		s.to(Ended, e.On)
	case Moved:
		s.move(d, e.On)
	case Born:
		s.Children = append(s.Children, d.BirthDate)
	case Died:
		s.Deaths = append(s.Deaths, d.Beneficiary)
	default:
		if !s.applyOpinions(e, law) && !s.applyDecision(e, law) {
			s.applyArrival(e, law)
		}
	}
}

// move: the other commune's mayor is asked in his turn; the six months run on. Before the prefect has the file, it goes back to that step.
func (s *Standing) move(d Moved, on missions.Date) {
	s.Commune, s.Mayor, s.Visits, s.Found = d.Commune, MayorLoop{}, nil, nil
	if slices.Contains([]State{AtMayor, OpinionOfMayor, OpinionTacit, Enquiry, Examined}, s.State) {
		s.to(Complete, on)
	}
}

func (s *Standing) applyOpinions(e Event, law *reading) bool {
	switch d := e.Data.(type) {
	case SentToMayor:
		s.Mayor = MayorLoop{Sent: e.On}
		s.to(AtMayor, e.On)
	case ReachedMayor:
		s.Mayor.Received, s.Mayor.Due = d.On, d.On.AddMonths(law.count(pMayor, months, d.On))
	case MayorOpinion:
		s.Mayor.Opinion, s.Mayor.OpinionOn = &d, e.On
		s.Mayor.Late = !s.Mayor.Due.IsZero() && e.On.After(s.Mayor.Due)
		if s.State == AtMayor && !s.Mayor.Late {
			s.to(OpinionOfMayor, e.On)
		}
	case MayorSilent:
		s.Mayor.Tacit = true
		s.to(OpinionTacit, e.On)
	case EnquiryOpened:
		s.to(Enquiry, e.On)
	case Visit:
		s.Visits = append(s.Visits, d)
	case FoundByOFII:
		s.Found = &d
		s.to(Examined, e.On)
	case LabourEnquiry:
	default:
		return false
	}
	return true
}

func (s *Standing) applyDecision(e Event, law *reading) bool {
	switch d := e.Data.(type) {
	case Proposed:
		s.Proposal = &d
		if s.State != SilentRejection {
			s.to(AtPrefect, e.On)
		}
	case PrinciplesAsked:
		s.Principles = PrinciplesLoop{Asked: e.On, Due: e.On.AddMonths(law.count(pPrinciples, months, e.On))}
	case PrinciplesGiven:
		s.Principles.Given = &d
	case PrinciplesSilent:
		s.Principles.Deemed = true
	case TitleChecked:
		s.Title = &d.Issued
	case Decided:
		s.Decision, s.DecidedOn, s.VisaBy = &d, e.On, missions.Date{}
		if !d.Granted {
			s.to(Refused, e.On)
			break
		}
		s.VisaBy = d.NotifiedOn.AddMonths(law.count(pVisa, months, d.NotifiedOn))
		s.to(Granted, e.On)
		if !s.VisaAsked.IsZero() { // it may be asked for as soon as the attestation exists
			s.to(VisaRequested, e.On)
		}
	case RejectedBySilence:
		s.Silent = true
		s.to(SilentRejection, e.On)
	case Appealed:
		s.Appeal = &d
		s.to(UnderAppeal, e.On)
	default:
		return false
	}
	return true
}

func (s *Standing) applyArrival(e Event, law *reading) {
	switch d := e.Data.(type) {
	case VisaAsked:
		s.VisaAsked = d.On
		if s.State == Granted {
			s.to(VisaRequested, e.On)
		}
	case VisaIssued:
		s.VisaIssued, s.EntryBy = d.On, d.On.AddMonths(law.count(pEntry, months, d.On))
		s.to(VisaGiven, e.On)
	case VisaRefused:
		s.to(VisaDenied, e.On)
	case Lapsed:
		s.to(Lapse, e.On)
	case NewVisaAgreed: // force majeure: asked for again, so the old dates end
		s.VisaIssued, s.EntryBy = missions.Date{}, missions.Date{}
		s.to(VisaRequested, e.On)
	case Prepared:
		s.Steps = append(s.Steps, d.Step)
	case Arrived:
		s.EntryOn = d.EntryOn
		s.to(Entered, e.On)
	case CertificateIssued:
		s.Certified = true
	case HandedOver:
		s.to(ToIntegration, e.On)
	}
}

// Household is the request as it is now: births and deaths during the examination, and where the family will live.
func (s Standing) Household(r Request) Request {
	now := r
	now.Commune = s.Commune
	now.Family = slices.Clone(r.Family)
	for _, at := range s.Deaths {
		if at >= 0 && at < len(now.Family) {
			now.Family[at].Asked, now.Family[at].WillLiveHere = false, false
		}
	}
	for _, born := range s.Children {
		now.Family = append(now.Family, Beneficiary{Relation: Child, BirthDate: born, Filiation: OfTheCouple, WillLiveHere: true, Nationality: r.Applicant.Nationality})
	}
	return now
}

// MayorVerified says that the commune checked both conditions, in time or late.
func (s Standing) MayorVerified() bool {
	o := s.Mayor.Opinion
	return o != nil && !o.AsksOFII && o.Resources != Unchecked && o.Housing != Unchecked && o.Resources != "" && o.Housing != ""
}

// VisitIsRefused says that the occupant refused: the condition of housing is deemed not met.
func (s Standing) VisitIsRefused() bool {
	return slices.ContainsFunc(s.Visits, func(v Visit) bool { return v.Outcome == VisitRefused })
}

// Absences counts visits that found nobody.
func (s Standing) Absences() (n int) {
	for _, v := range s.Visits {
		if v.Outcome == VisitAbsent {
			n++
		}
	}
	return n
}

// Authority is who decides: in Paris the préfet de police.
func (s Standing) Authority() string {
	if missions.Department(s.Commune) == paris {
		return "préfet de police"
	}
	return "préfet du département " + missions.Department(s.Commune)
}

// MayorIsAsked says that the mayor's opinion, or what comes late of it, is still of use: the file is with him, and the prefect has not decided.
func (s Standing) MayorIsAsked() bool {
	return !s.Mayor.Sent.IsZero() && slices.Contains([]State{AtMayor, OpinionOfMayor, OpinionTacit, Enquiry, Examined, AtPrefect}, s.State)
}
