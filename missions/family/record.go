package family

import (
	"slices"

	"cloison/missions"
)

// Record says whether an event may be recorded on a case that stands so, and refuses it otherwise: the case stays as it was. It is asked in the
// transaction that appends it, on the events as locked there.
func Record(r Request, s Standing, e Event, law *missions.Law) error {
	if !slices.Contains(e.Data.by(), e.By) {
		return WrongAuthority
	}
	if e.On.Before(s.Last) {
		return OutOfOrder
	}
	if e.By == Clock {
		if !slices.ContainsFunc(Due(s, e.On), func(d Data) bool { return d.Type() == e.Data.Type() }) {
			return NotDue
		}
		return nil
	}
	for _, check := range []func(Request, Standing, Event, *missions.Law) (bool, error){recordFile, recordOpinion, recordEnquiry, recordDecision, recordVisa, recordArrival, recordPapers} {
		if known, err := check(r, s, e, law); known || err != nil {
			return err
		}
	}
	return WrongState
}

func in(s Standing, states ...State) error {
	if !slices.Contains(states, s.State) {
		return WrongState
	}
	return nil
}

func recordFile(r Request, s Standing, e Event, _ *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case Filed:
		if err := in(s, Draft, NotComplete); err != nil {
			return true, err
		}
		return true, Check(r)
	case Incomplete:
		if len(d.Missing) == 0 {
			return true, wrong("missing", "Indiquez au moins une pièce qui manque.")
		}
		return true, in(s, Deposited)
	case Shelved:
		return true, in(s, NotComplete)
	case Completed:
		if d.Attestation == "" {
			return true, wrong("attestation", "Indiquez le numéro de l’attestation de dépôt.")
		}
		return true, in(s, Deposited)
	case ConsulateTold:
		if _, known := missions.PostOf(d.Post, e.On); !known {
			return true, wrong("post", "Choisissez le poste consulaire dans la liste.")
		}
		if s.Attested.IsZero() || s.over() {
			return true, WrongState
		}
		return true, nil
	case Naturalised, Born, Died, Moved:
		if s.State == Draft || s.over() {
			return true, WrongState
		}
		return true, checkChange(r, s, e)
	case Closed:
		return true, in(s, Refused, SilentRejection, VisaDenied, Lapse, UnderAppeal, ToIntegration)
	}
	return false, nil
}

func checkChange(r Request, s Standing, e Event) error {
	switch d := e.Data.(type) {
	case Moved:
		if missions.Department(d.Commune) == "" || d.Commune == s.Commune {
			return wrong("commune", "Indiquez le code INSEE de la nouvelle commune.")
		}
		if !s.examining() && s.State != Deposited && s.State != NotComplete {
			return WrongState
		}
	case Born:
		if d.BirthDate.Before(r.FiledOn) || d.BirthDate.After(e.On) {
			return wrong("birth_date", "Une naissance qui change la situation suit le dépôt. Une personne née avant se demande au dépôt.")
		}
	case Died:
		if d.Beneficiary < 0 || d.Beneficiary >= len(r.Family) || slices.Contains(s.Deaths, d.Beneficiary) {
			return wrong("beneficiary", "Choisissez une personne de la demande.")
		}
	}
	return nil
}

func recordOpinion(_ Request, s Standing, e Event, _ *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case SentToMayor:
		if d.Commune != s.Commune {
			return true, wrong("commune", "Le dossier va au maire de la commune où la famille vivra.")
		}
		return true, in(s, Complete)
	case ReachedMayor:
		if d.On.Before(s.Mayor.Sent) || d.On.After(e.On) {
			return true, OutOfOrder
		}
		if !s.Mayor.Received.IsZero() {
			return true, WrongState
		}
		return true, in(s, AtMayor)
	case MayorOpinion:
		known := slices.Contains([]Opinion{Favourable, Unfavourable, ResultsOnly}, d.Opinion) && checkedCode(d.Resources) && checkedCode(d.Housing)
		if !known {
			return true, wrong("opinion", "Choisissez l’avis et ce que la mairie a vérifié.")
		}
		if s.Mayor.Sent.IsZero() || s.Mayor.Opinion != nil {
			return true, WrongState
		}
		// An opinion that comes late is kept, until the prefect has decided (RF-EC1).
		return true, in(s, AtMayor, OpinionTacit, Enquiry, Examined, AtPrefect)
	case PrinciplesAsked:
		if !s.Principles.Asked.IsZero() {
			return true, WrongState
		}
		return true, in(s, AtPrefect)
	case PrinciplesGiven:
		if s.Principles.Asked.IsZero() || s.Principles.Given != nil {
			return true, WrongState
		}
		return true, in(s, AtPrefect, SilentRejection)
	}
	return false, nil
}

func checkedCode(c Checked) bool { return c == FoundMet || c == FoundNotMet || c == Unchecked }

func recordEnquiry(_ Request, s Standing, e Event, law *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case EnquiryOpened:
		if !slices.Contains([]EnquiryMotive{MayorDidNotCheck, MayorAsked, Doubt}, d.Why) {
			return true, wrong("why", "Choisissez le motif de l’enquête.")
		}
		if s.State == AtMayor {
			return true, MayorStillHasTime
		}
		return true, in(s, OpinionOfMayor, OpinionTacit)
	case Visit:
		return true, checkVisit(s, d, e.On, law)
	case FoundByOFII:
		if d.Resources == "" || d.Housing == "" || s.VisitIsRefused() && d.Housing != NotMet {
			return true, wrong("housing", "Indiquez les deux résultats ; une visite refusée par l’occupant vaut condition non remplie.")
		}
		if s.State == AtMayor {
			return true, MayorStillHasTime
		}
		return true, in(s, OpinionOfMayor, OpinionTacit, Enquiry)
	case LabourEnquiry:
		return true, in(s, Enquiry, Examined)
	case Proposed:
		return true, checkProposal(s, d)
	}
	return false, nil
}

// checkVisit: R. 434-18, with prior written consent; after an absence a new date within the days of the circular, and no third.
func checkVisit(s Standing, d Visit, on missions.Date, law *missions.Law) error {
	if err := in(s, Enquiry); err != nil {
		return err
	}
	switch d.Outcome {
	case VisitDone:
		if d.Consent == nil || d.Consent.After(on) {
			return ConsentRequired
		}
	case VisitRefused:
	case VisitAbsent:
		if s.Absences() == 2 {
			return SecondAbsence
		}
		if s.Absences() == 1 {
			return nil
		}
		read := reading{law: law}
		limit := on.AddDays(read.count(pVisit, "JOURS", on))
		if read.err != nil {
			return read.err
		}
		if d.Again == nil || d.Again.Before(on) || d.Again.After(limit) {
			return VisitTooFar
		}
	default:
		return wrong("outcome", "Choisissez ce que la visite a donné.")
	}
	return nil
}

// checkProposal: R. 434-25. What the mayor did not verify, OFII has verified; both go to the prefect.
func checkProposal(s Standing, d Proposed) error {
	if !d.Favourable && len(d.Grounds) == 0 || !knownGrounds(d.Grounds) {
		return GroundsRequired
	}
	if s.State == AtMayor {
		return MayorStillHasTime
	}
	if s.Mayor.Opinion == nil && !s.Mayor.Tacit {
		return WrongState
	}
	if s.Found == nil && !s.MayorVerified() {
		return NotChecked
	}
	// Silence rejects and takes nothing from OFII's duty to send the file: the prefect may still decide.
	return in(s, OpinionOfMayor, OpinionTacit, Examined, SilentRejection)
}

func knownGrounds(grounds []Ground) bool {
	return !slices.ContainsFunc(grounds, func(g Ground) bool { return !slices.Contains(Grounds(), g) })
}

func recordDecision(r Request, s Standing, e Event, law *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case TitleChecked:
		if !heldReceipt(r) {
			return true, WrongState
		}
		return true, in(s, AtPrefect, SilentRejection)
	case Decided:
		return true, checkDecision(r, s, d, e.On)
	case Appealed:
		return true, checkAppeal(s, d, e.On, law)
	}
	return false, nil
}

// checkDecision: the prefect may decide after his own silence too; never before the file is with him.
func checkDecision(r Request, s Standing, d Decided, on missions.Date) error {
	if s.Proposal == nil {
		return WrongState
	}
	if err := in(s, AtPrefect, SilentRejection, UnderAppeal); err != nil {
		return err
	}
	if !d.Granted && len(d.Grounds) == 0 || !knownGrounds(d.Grounds) || d.Granted && len(d.Grounds) > 0 {
		return GroundsRequired
	}
	if d.NotifiedOn.Before(on) {
		return OutOfOrder
	}
	if heldReceipt(r) && (s.Title == nil || d.Granted && !*s.Title) {
		return TitleNotChecked
	}
	return nil
}

func checkAppeal(s Standing, d Appealed, on missions.Date, law *missions.Law) error {
	if err := in(s, Refused, SilentRejection); err != nil {
		return err
	}
	if !slices.Contains(Remedies(), d.Remedy) {
		return wrong("remedy", "Choisissez le recours dans la liste.")
	}
	from := s.Since
	if s.State == Refused {
		from = s.Decision.NotifiedOn
	}
	read := reading{law: law}
	until := from.AddMonths(read.count(pAppeal, months, from))
	switch {
	case read.err != nil:
		return read.err
	case d.On.Before(from) || d.On.After(on):
		return OutOfOrder
	case d.On.After(until):
		return RemediesOver
	}
	return nil
}

func recordVisa(_ Request, s Standing, e Event, _ *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case VisaAsked:
		if s.Attested.IsZero() || !s.VisaAsked.IsZero() || !s.examining() && s.State != Granted {
			return true, WrongState
		}
		if d.On.Before(s.Attested) || d.On.After(e.On) {
			return true, OutOfOrder
		}
	case VisaIssued:
		if err := in(s, VisaRequested); err != nil {
			return true, err
		}
		if d.On.Before(s.DecidedOn) || d.On.After(e.On) {
			return true, OutOfOrder
		}
	case VisaRefused:
		if err := in(s, VisaRequested); err != nil {
			return true, err
		}
		if d.On.Before(s.VisaAsked) || d.On.After(e.On) {
			return true, OutOfOrder
		}
	case NewVisaAgreed:
		if s.VisaIssued.IsZero() {
			return true, WrongState
		}
		return true, in(s, Lapse)
	default:
		return false, nil
	}
	return true, nil
}

func recordArrival(_ Request, s Standing, e Event, _ *missions.Law) (bool, error) {
	switch d := e.Data.(type) {
	case Prepared:
		if !slices.Contains(ArrivalSteps(), d.Step) || slices.Contains(s.Steps, d.Step) {
			return true, wrong("step", "Choisissez une étape qui reste à faire.")
		}
		if e.By == Representation && !slices.Contains(StepsAbroad(), d.Step) {
			return true, WrongAuthority
		}
		return true, in(s, Granted, VisaRequested, VisaGiven, Entered)
	case Arrived:
		if err := in(s, VisaGiven, Lapse); err != nil {
			return true, err
		}
		if d.EntryOn.Before(s.VisaIssued) || d.EntryOn.After(e.On) {
			return true, OutOfOrder
		}
		// An entry in time that is told late is an entry in time.
		if s.EntryBy.IsZero() || d.EntryOn.After(s.EntryBy) {
			return true, EntryTooLate
		}
		return true, nil
	case CertificateIssued:
		if s.Certified {
			return true, WrongState
		}
		return true, in(s, VisaRequested, VisaGiven, Entered) // where OFII has a representation, the visit is made there
	case HandedOver:
		switch {
		case s.State != Entered:
			return true, WrongState
		case !s.Certified:
			return true, CertificateMissing
		case len(s.Steps) < len(ArrivalSteps()):
			return true, ArrivalUnprepared
		}
		return true, nil
	}
	return false, nil
}
