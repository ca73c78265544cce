package medical

import (
	"time"

	"cloison/medical/reference"
)

// Case is what the pure functions take: the clear part of a referral and the events of its dossier, in order.
type Case struct {
	Kind                   string
	Renewal                bool
	Direction              string // territorial direction: the place whose clock counts
	Prefecture             string
	Country                Country
	RequestRegisteredOn    *Date
	CertificateAvailableOn *Date
	Asylum                 *Asylum
	MajorityOn             *Date // the day on which a minor comes of age; nil for whoever was of age when the referral came
	Linked                 bool  // linked to another dossier other than by a simple renewal
	Referrals              []ReferralRef
	MinorAtReferral        bool            // under eighteen on the day of the referral
	Representatives        []string        // ids of the legal representatives: rep-1, ...
	Liberty                []LibertyPeriod // as the referral told it; changes since then are events
	Events                 []Event
}

// Country is the country the questions are about, and whether the person comes from it or would be sent to it.
type Country struct {
	Role    string `json:"role"`
	Country string `json:"country"`
}

// Asylum is what the delays of an asylum seeker start from. D. 431-7.
type Asylum struct {
	RegisteredOn        Date
	InformationGivenOn  *Date
	InformationLanguage *string
	InformationSigned   bool
	NewCircumstances    bool
}

// ReferralRef is one administrative file: one referral, one prefecture. Several may share a dossier (L. 425-10: both parents of a sick minor).
type ReferralRef struct{ ID, Prefecture string }

// LibertyPeriod is a status from an instant on; nil: from the start.
type LibertyPeriod struct {
	Status Liberty
	From   *time.Time
}

func (c Case) kind() reference.Kind {
	k, _ := reference.KindOf(c.Kind)
	return k
}

// Stay says that the dossier follows the residence permit procedure, with a report.
func (c Case) Stay() bool { return c.kind().Pipeline == "SEJOUR" }

func (c Case) day(t time.Time) Date { return LocalDate(t, c.Direction) }

// location is the zone of the place whose clock counts.
func (c Case) location() *time.Location { return reference.Location(c.Direction) }

// LibertyAt is the status of liberty at an instant: the last one that started by then.
func (c Case) LibertyAt(t time.Time) Liberty {
	status := Free
	if len(c.Liberty) > 0 {
		status = c.Liberty[0].Status
	}
	for _, p := range c.libertyChanges() {
		if !p.From.After(t) {
			status = p.Status
		}
	}
	return status
}

// libertyChanges lists the dated changes, oldest first: those the referral told, then those told since.
func (c Case) libertyChanges() []LibertyPeriod {
	var list []LibertyPeriod
	for _, p := range c.Liberty {
		if p.From != nil {
			list = append(list, p)
		}
	}
	for _, e := range c.Events {
		if d, ok := e.Data.(ChangementLiberte); ok {
			list = append(list, LibertyPeriod{Status: d.Liberty, From: &e.At})
		}
	}
	return sortedByTime(list)
}

// LibertyHistory is the dated history: the status that the referral began with, then each change, oldest first.
func (c Case) LibertyHistory() []LibertyPeriod {
	var list []LibertyPeriod
	if len(c.Liberty) > 0 && c.Liberty[0].From == nil {
		list = append(list, c.Liberty[0])
	}
	return append(list, c.libertyChanges()...)
}

func sortedByTime(list []LibertyPeriod) []LibertyPeriod {
	out := make([]LibertyPeriod, 0, len(list))
	for _, p := range list {
		i := len(out)
		for i > 0 && out[i-1].From.After(*p.From) {
			i--
		}
		if i > 0 && out[i-1].From.Equal(*p.From) && out[i-1].Status == p.Status {
			continue // the same change, told by the referral and by an event
		}
		out = append(out[:i], append([]LibertyPeriod{p}, out[i:]...)...)
	}
	return out
}

// first and last find events by type; nil when there is none.
func (c Case) first(t EventType) *Event {
	for i := range c.Events {
		if c.Events[i].Type == t {
			return &c.Events[i]
		}
	}
	return nil
}

func (c Case) last(t EventType) *Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if c.Events[i].Type == t {
			return &c.Events[i]
		}
	}
	return nil
}

// acceptedCertificate is the last certificate that was taken; nil before.
func (c Case) acceptedCertificate() *Event {
	for i := len(c.Events) - 1; i >= 0; i-- {
		if d, ok := c.Events[i].Data.(CertificatRecu); ok && d.Accepted {
			return &c.Events[i]
		}
	}
	return nil
}

// dropped is the closing without opinion that covers a referral; nil when it is open.
func (c Case) dropped(referral string) *Event {
	for i := range c.Events {
		if d, ok := c.Events[i].Data.(ClotureSansAvis); ok && (d.Referral == "" || d.Referral == referral) {
			return &c.Events[i]
		}
	}
	return nil
}

// Dropped says that a referral was closed without an opinion.
func (c Case) Dropped(referral string) bool { return c.dropped(referral) != nil }

// AllDropped says that every referral of the dossier was closed without an opinion.
func (c Case) AllDropped() bool {
	if len(c.Referrals) == 0 {
		return c.last(EvDropped) != nil
	}
	for _, r := range c.Referrals {
		if c.dropped(r.ID) == nil {
			return false
		}
	}
	return true
}

// prefectureOf is where a referral's notices go at an instant: the last transfer told by then wins.
func (c Case) prefectureOf(r ReferralRef, at time.Time) string {
	p := r.Prefecture
	for _, e := range c.Events {
		if d, ok := e.Data.(ChangementPrefecture); ok && !e.At.After(at) && (d.Referral == "" || d.Referral == r.ID) {
			p = d.PrefectureNew
		}
	}
	return p
}

// PrefectureNow is the prefecture in charge of a referral once all that is known has happened, "" when the dossier has no such referral.
func (c Case) PrefectureNow(referral string) string {
	last := time.Time{}
	for _, e := range c.Events {
		if e.At.After(last) {
			last = e.At
		}
	}
	for _, r := range c.Referrals {
		if r.ID == referral {
			return c.prefectureOf(r, last)
		}
	}
	return ""
}

// PrefectureWhen is the prefecture in charge of a referral when e happened: of two events of one instant, the one recorded first came first.
func (c Case) PrefectureWhen(referral string, e Event) string {
	return c.upTo(e).PrefectureNow(referral)
}
