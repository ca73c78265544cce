package medical

import (
	"fmt"
	"log/slog"
	"slices"
)

// Sending is one letter on its way. What comes after a return is another sending of the same request.
type Sending struct {
	Mode                                 string
	SentOn                               Date
	PresentedOn, CollectedOn, ReturnedOn *Date
	Reason                               string // why it came back
}

// Why a letter comes back.
const (
	ReturnUnknownAddress = "NPAI"        // the person does not live at that address
	ReturnUnclaimed      = "NON_RECLAME" // presented, and not collected in time
	ReturnRefused        = "REFUSE"
)

// Delivery is what the service learns of a letter: the input of recordDelivery. The number of a registered letter is on its face, so it is
// sealed in the civil compartment; the rest is dates and codes.
type Delivery struct {
	Mode             *string `json:"mode" validate:"omitnil,oneof=LRAR LRAR_ELECTRONIQUE LETTRE_SIMPLE REMISE REMISE_EN_MAIN MSSANTE"`
	RegisteredNumber *string `json:"registered_number" validate:"omitnil,min=1,max=40"`
	SentOn           *Date   `json:"sent_on"`
	PresentedOn      *Date   `json:"presented_on"`
	CollectedOn      *Date   `json:"collected_on"`
	ReturnedOn       *Date   `json:"returned_on"`
	ReturnReason     *string `json:"return_reason" validate:"omitnil,oneof=NPAI NON_RECLAME REFUSE"`
}

func (Delivery) Format(f fmt.State, _ rune) { redact(f) }
func (Delivery) LogValue() slog.Value       { return slog.StringValue(redacted) }

// Event is what the events keep of it.
func (d Delivery) Event(ref string) Acheminement {
	a := Acheminement{Ref: ref, SentOn: d.SentOn, PresentedOn: d.PresentedOn, CollectedOn: d.CollectedOn, ReturnedOn: d.ReturnedOn}
	if d.Mode != nil {
		a.Mode = *d.Mode
	}
	if d.ReturnReason != nil {
		a.ReturnReason = *d.ReturnReason
	}
	return a
}

// track adds what was learnt. A letter that is sent again begins another sending.
func (r *Request) track(a Acheminement) {
	if a.SentOn != nil && r.last().Reason != "" {
		r.Sendings = append(r.Sendings, Sending{SentOn: *a.SentOn})
	}
	s := r.last()
	if a.Mode != "" {
		s.Mode = a.Mode
	}
	if a.SentOn != nil {
		s.SentOn = *a.SentOn
	}
	for _, fact := range []struct{ known, learnt **Date }{
		{&s.PresentedOn, &a.PresentedOn}, {&s.CollectedOn, &a.CollectedOn}, {&s.ReturnedOn, &a.ReturnedOn},
	} {
		if *fact.learnt != nil {
			*fact.known = *fact.learnt
		}
	}
	if a.ReturnReason != "" {
		s.Reason = a.ReturnReason
	}
}

// CheckDelivery refuses facts that cannot all be true, with those that the dossier already has: DELIVERY_CONTRADICTORY.
func (c Case) CheckDelivery(ref string, in Delivery, today Date) error {
	r, ok := c.Request(ref)
	if !ok {
		return RequestUnknown
	}
	a := in.Event(ref)
	facts := []*Date{a.SentOn, a.PresentedOn, a.CollectedOn, a.ReturnedOn}
	for _, on := range facts {
		if on != nil && on.After(today) {
			return FutureDate
		}
	}
	if (in.ReturnedOn == nil) != (in.ReturnReason == nil) {
		return invalid("return_reason", "Un retour a sa date et son motif. Indiquez les deux.")
	}
	nothing := !slices.ContainsFunc(facts, func(on *Date) bool { return on != nil })
	if nothing && in.Mode == nil && in.RegisteredNumber == nil {
		return invalid("sent_on", "Indiquez au moins ce qui est connu de la lettre : envoi, présentation, remise ou retour.")
	}
	if contradicts(*r.last(), a) {
		return DeliveryContradictory
	}
	r.track(a)
	if !r.last().possible(c.day(r.Asked.At)) {
		return DeliveryContradictory
	}
	return nil
}

// contradicts: a fact that is known is not replaced by another one, and a letter is not sent again before it came back.
func contradicts(known Sending, a Acheminement) bool {
	again := a.SentOn != nil && known.Reason != ""
	if again {
		return known.ReturnedOn != nil && a.SentOn.Before(*known.ReturnedOn)
	}
	differs := func(was, is *Date) bool { return was != nil && is != nil && *was != *is }
	return differs(known.PresentedOn, a.PresentedOn) || differs(known.CollectedOn, a.CollectedOn) || differs(known.ReturnedOn, a.ReturnedOn) ||
		known.Reason != "" && a.ReturnReason != "" && known.Reason != a.ReturnReason
}

// possible: sent, presented, collected or returned, in that order. Nothing was presented to somebody who does not live there; an unclaimed
// letter was presented first; a letter that was collected does not come back.
func (s Sending) possible(asked Date) bool {
	after := s.SentOn
	for _, on := range []*Date{s.PresentedOn, s.CollectedOn, s.ReturnedOn} {
		if on == nil {
			continue
		}
		if on.Before(after) {
			return false
		}
		after = *on
	}
	returned := s.Reason != ""
	switch {
	case s.SentOn.Before(asked), s.ReturnedOn != nil && !returned, s.CollectedOn != nil && returned:
		return false
	case s.Reason == ReturnUnknownAddress:
		return s.PresentedOn == nil
	case returned:
		return s.PresentedOn != nil
	}
	return true
}

// proven says that the person can be held to have had the letter by that day: it was handed over, or presented at the address that was then
// the last known. An address that was checked since the letter left was not the one it went to.
func (c Case) proven(r Request, today Date) bool {
	s := r.last()
	switch {
	case s.Reason == ReturnUnknownAddress:
		return false
	case s.CollectedOn != nil && !s.CollectedOn.After(today), s.Mode == "REMISE_EN_MAIN":
		return true
	case s.PresentedOn == nil || s.PresentedOn.After(today):
		return false
	}
	checked := c.last(EvAddressChecked)
	return checked == nil || !c.day(checked.At).After(s.SentOn)
}

// receivedOn is the day from which the second reading of R. 425-12 counts: that of the receipt of the request, where it is proven.
func (r Request) receivedOn() *Date {
	s := r.last()
	if s.CollectedOn != nil {
		return s.CollectedOn
	}
	return s.PresentedOn
}
