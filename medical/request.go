package medical

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Request is one thing that the service asked, as its events show it: a complement (R. 425-12), examinations, a summons, or what is
// missing in the certificate. Its reference is its id in the dossier.
type Request struct {
	Ref       string
	Asked     Event
	Sendings  []Sending
	Cancelled bool   // a summons that the service took back
	Outcome   *Event // the answer, the examinations, the presence or the absence; nil while it is awaited
	Default   *Event // a default that was found about it
}

// Requests lists everything that was asked, in order.
func (c Case) Requests() []Request {
	var list []Request
	for _, e := range c.Events {
		if first, ok := c.firstSending(e); ok {
			list = append(list, Request{Ref: RefOf(e.Data), Asked: e, Sendings: []Sending{first}})
			continue
		}
		ref := RefOf(e.Data)
		for i := range list {
			if list[i].Ref == ref {
				list[i].add(e)
			}
		}
	}
	return list
}

// Request finds one by its reference.
func (c Case) Request(ref string) (Request, bool) {
	list := c.Requests()
	i := slices.IndexFunc(list, func(r Request) bool { return r.Ref == ref })
	if ref == "" || i < 0 {
		return Request{}, false
	}
	return list[i], true
}

// firstSending is how a request left: by the letter of that day. The event itself may say when it was received.
func (c Case) firstSending(e Event) (Sending, bool) {
	sent := Sending{SentOn: c.day(e.At)}
	switch d := e.Data.(type) {
	case ConvocationEnvoyee:
		sent.Mode, sent.CollectedOn = d.Mode, d.ReceivedOn
	case ComplementDemande:
		sent.CollectedOn = d.RequestReceivedOn
	case ExamensDemandes:
		sent.CollectedOn = d.RequestReceivedOn
	case CompletudeDemandee:
	default:
		return Sending{}, false
	}
	return sent, true
}

func (r *Request) add(e Event) {
	switch d := e.Data.(type) {
	case ConvocationAnnulee:
		r.Cancelled = true
	case ComplementRecu, ComplementRefuse, ExamensProduits, CompletudeRecue, Presence, Absence:
		r.Outcome = &e
	case DefautConstate:
		r.Default = &e
	case CourrierRetourneNPAI:
		r.last().Reason = ReturnUnknownAddress
	case Acheminement:
		r.track(d)
	}
}

func (r *Request) last() *Sending { return &r.Sendings[len(r.Sendings)-1] }

// Open says that the request still awaits its outcome.
func (r Request) Open() bool { return r.Outcome == nil && !r.Cancelled }

// Summons is the event of a summons; false for any other request.
func (r Request) Summons() (ConvocationEnvoyee, bool) {
	d, ok := r.Asked.Data.(ConvocationEnvoyee)
	return d, ok
}

// letterAt is the appointment as the letter said it.
func letterAt(d ConvocationEnvoyee) time.Time {
	if d.LetterAppointmentAt != nil {
		return *d.LetterAppointmentAt
	}
	return d.AppointmentAt
}

// outcomes says which events may close which request.
var outcomes = map[EventType][]EventType{
	EvComplementAsked: {EvComplementReceived, EvComplementRefused},
	EvExamsAsked:      {EvExamsProduced},
	EvCompletionAsked: {EvCompletionReceived},
	EvSummonsSent:     {EvPresent, EvAbsent, EvSummonsCancelled},
}

// CheckOutcome refuses an outcome before its request, of another request's kind, or after the one that the request already has. A summons that
// the person did not answer may still be cancelled: the mistake of the service is often found afterwards.
func (c Case) CheckOutcome(ref string, outcome EventType) (Request, error) {
	r, ok := c.Request(ref)
	switch {
	case !ok:
		return r, RequestUnknown
	case !slices.Contains(outcomes[r.Asked.Type], outcome):
		return r, RequestOtherKind
	case r.Cancelled:
		return r, SummonsCancelled
	case outcome == EvSummonsCancelled && r.Outcome != nil && r.Outcome.Type == EvAbsent:
		return r, nil
	case r.Outcome != nil:
		return r, RequestClosed
	}
	return r, nil
}

// prefixes begin the references that the program draws.
var prefixes = map[EventType]string{EvComplementAsked: "cmp", EvExamsAsked: "exa", EvSummonsSent: "conv", EvCompletionAsked: "cpl", EvAccessRequested: "acc"}

// NewRef checks the reference that was chosen, or draws the next one of its kind. One reference names one thing in the dossier.
func (c Case) NewRef(t EventType, chosen string) (string, error) {
	if chosen == "" {
		for n := 1; ; n++ {
			if ref := fmt.Sprintf("%s-%d", prefixes[t], n); !c.refTaken(ref) {
				return ref, nil
			}
		}
	}
	if c.refTaken(chosen) {
		return "", RequestRefTaken
	}
	return chosen, nil
}

// checkRef takes no word as a reference: it stands in clear events. It is asked last, so that what the law says of the act is said first.
func checkRef(t EventType, ref string) error {
	number, ok := strings.CutPrefix(ref, prefixes[t]+"-")
	if !ok || !refNumber.MatchString(number) {
		return invalid("ref", "Laissez la référence vide, ou donnez un numéro qui suit « "+prefixes[t]+"- » : "+prefixes[t]+"-2, par exemple.")
	}
	return nil
}

func (c Case) refTaken(ref string) bool {
	return slices.ContainsFunc(c.Events, func(e Event) bool { return RefOf(e.Data) == ref })
}

// RefOf is the reference that an event carries; "" where it has none.
func RefOf(data EventData) string {
	switch d := data.(type) {
	case ComplementDemande:
		return d.Ref
	case ComplementRecu:
		return d.Ref
	case ComplementRefuse:
		return d.Ref
	case ConvocationEnvoyee:
		return d.Ref
	case ConvocationAnnulee:
		return d.Ref
	case CourrierRetourneNPAI:
		return d.Ref
	case Presence:
		return d.Ref
	case Absence:
		return d.Ref
	case DefautConstate:
		return d.Ref
	case Acheminement:
		return d.Ref
	}
	return otherRef(data)
}

func otherRef(data EventData) string {
	switch d := data.(type) {
	case ExamensDemandes:
		return d.Ref
	case ExamensProduits:
		return d.Ref
	case CompletudeDemandee:
		return d.Ref
	case CompletudeRecue:
		return d.Ref
	case DemandeAcces:
		return d.Ref
	case AccesRemis:
		return d.Ref
	case InformationDemandeur:
		return d.Ref
	}
	return ""
}
