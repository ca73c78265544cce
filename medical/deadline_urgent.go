package medical

import (
	"time"

	"cloison/medical/reference"
)

// urgent: DL8, an opinion "sans délai" in removal. The law gives no number; 48 hours is the Office's own. R. 631-1, R. 731-1.
func (b *builder) urgent(asOf time.Time) {
	cert := b.c.acceptedCertificate()
	if b.c.Stay() || cert == nil {
		return
	}
	sent := b.c.first(EvOpinionSent)
	for _, s := range b.c.urgentStarts(cert.At) {
		rule, ok := reference.DeadlineOn("DL8", b.c.day(s.at))
		if !ok {
			continue
		}
		start, due, note := s.at, rule.Duration.AfterInstant(s.at), "délai interne paramétrable"
		d := Deadline{Code: "DL8", StartEvent: s.event, StartAt: &start, Duration: rule.Duration.String(), DueAt: &due, Note: &note}
		if sent != nil {
			d.FulfilledAt = &sent.At
		}
		d.Outcome = b.c.urgentOutcome(start, due, d.FulfilledAt, b.stop, asOf)
		b.list = append(b.list, d)
	}
}

type urgentStart struct {
	event string
	at    time.Time
}

// urgentStarts: the certificate, when the opinion is urgent from the start; a change of liberty that makes one physician competent; or, when
// neither did, the text that made him so.
func (c Case) urgentStarts(received time.Time) []urgentStart {
	var list []urgentStart
	if c.kind().Family == "EXP" || c.authorAt(received) == Single {
		list = append(list, urgentStart{"RECEPTION_CERTIFICAT", received})
	}
	issued := c.first(EvOpinionIssued)
	before := c.authorAt(received)
	for _, p := range c.libertyChanges() {
		if !p.From.After(received) || issued != nil && !p.From.Before(issued.At) {
			continue
		}
		now := c.authorAt(*p.From)
		if now == Single && before != Single {
			list = append(list, urgentStart{"CHANGEMENT_LIBERTE", *p.From})
		}
		before = now
	}
	if issued != nil && len(list) == 0 {
		if a, ok := c.AuthorAt(issued.At); ok && a.Author == string(Single) {
			from := a.From.Time()
			list = append(list, urgentStart{"CHANGEMENT_TEXTE", time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, reference.Location(""))})
		}
	}
	return list
}

func (c Case) authorAt(t time.Time) AuthorKind {
	a, _ := c.AuthorAt(t)
	return AuthorKind(a.Author)
}

func (c Case) urgentOutcome(start, due time.Time, sent *time.Time, stop *Date, asOf time.Time) string {
	switch {
	case c.freedMeanwhile(start, due, sent):
		return Moot
	case sent != nil && !sent.After(due):
		return Met
	case sent != nil:
		return Missed
	case stop != nil && !stop.After(c.day(due)):
		return Moot
	case !asOf.After(due):
		return Running
	}
	return Missed
}

// freedMeanwhile: the person's status came back to the college's before the hours had run. An expulsion stays urgent.
func (c Case) freedMeanwhile(start, due time.Time, sent *time.Time) bool {
	if c.kind().Family == "EXP" {
		return false
	}
	for _, p := range c.libertyChanges() {
		inside := p.From.After(start) && !p.From.After(due) && (sent == nil || p.From.Before(*sent))
		if inside && c.authorAt(*p.From) == College {
			return true
		}
	}
	return false
}
