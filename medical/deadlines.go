package medical

import (
	"slices"
	"strconv"
	"time"

	"cloison/medical/reference"
)

// Deadline is one delay from one start. A delay whose start is disputed has one line per start. Date-counted delays have *On, those counted
// in hours *At. A deadline never changes a state (invariant 13).
type Deadline struct {
	Code        string     `json:"code"`
	Ref         *string    `json:"ref"`
	StartEvent  string     `json:"start_event"`
	StartOn     *Date      `json:"start_on"`
	StartAt     *time.Time `json:"start_at"`
	Duration    string     `json:"duration"`
	DueOn       *Date      `json:"due_on"`
	DueAt       *time.Time `json:"due_at"`
	FulfilledOn *Date      `json:"fulfilled_on"`
	FulfilledAt *time.Time `json:"fulfilled_at"`
	Outcome     string     `json:"outcome"`
	Note        *string    `json:"note"`
}

// Outcomes of a deadline.
const (
	Running   = "EN_COURS"
	Met       = "RESPECTEE"
	Missed    = "DEPASSEE"
	Moot      = "SANS_OBJET"
	Unknown   = "NON_RENSEIGNEE"
	Held      = "GELEE"
	Expired   = "ECHUE"
	PurgeDone = "PURGE_FAITE"
)

// Deadlines lists every delay of a dossier with its outcome as of an instant, by code.
func Deadlines(c Case, asOf time.Time) []Deadline {
	b := builder{c: c, today: c.day(asOf)}
	if stop := c.stoppedAll(); stop != nil {
		on := c.day(stop.At)
		b.stop = &on
	}
	if c.Stay() {
		b.asylum()
		b.certificate()
		b.opinion()
		b.prefect()
	}
	b.requests()
	b.urgent(asOf)
	b.retention()
	b.access()
	slices.SortStableFunc(b.list, func(x, y Deadline) int { return number(x.Code) - number(y.Code) })
	return b.list
}

// number orders DL2 before DL10.
func number(code string) int {
	n, _ := strconv.Atoi(code[2:])
	return n
}

// stoppedAll is the closing of the whole dossier without an opinion; nil while a referral is open.
func (c Case) stoppedAll() *Event {
	if !c.AllDropped() {
		return nil
	}
	return c.last(EvDropped)
}

type builder struct {
	c     Case
	today Date
	stop  *Date
	list  []Deadline
}

// add appends a date-counted delay. Without a start there is no line.
func (b *builder) add(code, event, ref string, start, fulfilled *Date) {
	if start == nil {
		return
	}
	rule, ok := reference.DeadlineOn(code, *start)
	if !ok {
		return
	}
	due := rule.Duration.After(*start)
	d := Deadline{Code: code, StartEvent: event, StartOn: start, Duration: rule.Duration.String(), DueOn: &due, FulfilledOn: fulfilled}
	if ref != "" {
		d.Ref = &ref
	}
	d.Outcome = b.outcome(code, due, fulfilled)
	b.list = append(b.list, d)
}

func (b *builder) outcome(code string, due Date, fulfilled *Date) string {
	access := code == "DL10" || code == "DL11" // owed to the person, whatever became of the referral
	switch {
	case fulfilled != nil && !fulfilled.After(due):
		return Met
	case fulfilled != nil:
		return Missed
	case b.stop != nil && !b.stop.After(due) && !access:
		return Moot
	case !b.today.After(due):
		return Running
	case code == "DL7" && b.stop == nil:
		return Unknown // the prefect may have decided: the medical service is not told
	}
	return Missed
}

func (b *builder) day(e *Event) *Date {
	if e == nil {
		return nil
	}
	d := b.c.day(e.At)
	return &d
}

// asylum: DL1, D. 431-7. Without the written information the delay does not run.
func (b *builder) asylum() {
	if a := b.c.Asylum; a != nil {
		b.add("DL1", "REMISE_INFORMATION_ASILE", "", a.InformationGivenOn, b.c.RequestRegisteredOn)
	}
}

// certificate: DL2, or DL3 for an asylum seeker. R. 425-12. It is met by the sending, not by the receipt.
func (b *builder) certificate() {
	sent := b.sentOn()
	if a := b.c.Asylum; a != nil {
		b.add("DL3", "ENREGISTREMENT_ASILE", "", &a.RegisteredOn, sent)
		b.add("DL3", "ENREGISTREMENT_DEMANDE", "", b.c.RequestRegisteredOn, sent)
		return
	}
	b.add("DL2", "MISE_A_DISPOSITION_CERTIFICAT", "", b.c.CertificateAvailableOn, sent)
	b.add("DL2", "ENREGISTREMENT_DEMANDE", "", b.c.RequestRegisteredOn, sent)
}

func (b *builder) sentOn() *Date {
	if e := b.c.acceptedCertificate(); e != nil {
		if d := e.Data.(CertificatRecu); d.SentOn != nil {
			return d.SentOn
		}
	}
	return nil
}

// opinion: DL6, R. 425-13. An indicator: an opinion given later is as valid.
func (b *builder) opinion() {
	issued := b.day(b.c.first(EvOpinionIssued))
	b.add("DL6", "ENVOI_CERTIFICAT", "", b.sentOn(), issued)
	b.add("DL6", "RECEPTION_CERTIFICAT", "", b.day(b.c.acceptedCertificate()), issued)
}

// prefect: DL7, R. 432-1.
func (b *builder) prefect() {
	n := len(b.list)
	b.add("DL7", "ENREGISTREMENT_DEMANDE", "", b.c.RequestRegisteredOn, b.day(b.c.first(EvPrefectDecided)))
	if len(b.list) > n && b.list[n].FulfilledOn == nil {
		note := "décision préfectorale non connue du service médical"
		b.list[n].Note = &note
	}
}

// requests: DL4 at the stage of the report, DL5 at the stage of the opinion. R. 425-12.
func (b *builder) requests() {
	for _, r := range b.c.Requests() {
		switch r.Asked.Type {
		case EvComplementAsked:
			b.request(r.Asked, r.Ref, r.receivedOn(), EvComplementReceived)
		case EvExamsAsked:
			b.request(r.Asked, r.Ref, r.receivedOn(), EvExamsProduced)
		}
	}
}

func (b *builder) request(e Event, ref string, received *Date, back EventType) {
	start, answered := b.c.day(e.At), b.answered(ref, back)
	if e.Stage != StageReport {
		b.add("DL5", "DATE_DEMANDE", ref, &start, answered)
		return
	}
	b.add("DL4", "DATE_DEMANDE", ref, &start, answered)
	b.add("DL4", "RECEPTION_DEMANDE", ref, received, answered)
}

// answered is the day the answer to a request came; nil before.
func (b *builder) answered(ref string, back EventType) *Date {
	for i, e := range b.c.Events {
		if e.Type == back && RefOf(e.Data) == ref {
			return b.day(&b.c.Events[i])
		}
	}
	return nil
}

// retention: DL9 runs from the last closing; a hold freezes it. Arrêté du 27 décembre 2016, art. 12.
func (b *builder) retention() {
	closed := b.c.closing()
	if closed == nil {
		return
	}
	purged := b.c.first(EvPurged)
	b.add("DL9", "CLOTURE", "", b.day(closed), b.day(purged))
	d := &b.list[len(b.list)-1]
	switch {
	case purged != nil:
		d.Outcome = PurgeDone
	case !b.today.After(*d.DueOn):
		d.Outcome = Running
	case b.c.Held():
		d.Outcome = Held
	default:
		d.Outcome = Expired
	}
}

// Held says that the purge is suspended now.
func (c Case) Held() bool {
	held := false
	for _, e := range c.Events {
		switch e.Type {
		case EvHoldSet:
			held = true
		case EvHoldLifted:
			held = false
		}
	}
	return held
}

// access: DL10 (L. 1111-7 CSP) and DL11 (RGPD art. 12), for each request.
func (b *builder) access() {
	for i, e := range b.c.Events {
		if d, ok := e.Data.(DemandeAcces); ok {
			start, given := b.day(&b.c.Events[i]), b.answered(d.Ref, EvAccessGiven)
			b.add("DL10", "RECEPTION_DEMANDE_ACCES", d.Ref, start, given)
			b.add("DL11", "RECEPTION_DEMANDE_ACCES", d.Ref, start, given)
		}
	}
}
