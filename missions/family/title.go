package family

import "cloison/missions"

// TitleCode is a kind of residence document.
type TitleCode string

const (
	TemporaryCard     TitleCode = "CST" // carte de séjour temporaire
	MultiYearCard     TitleCode = "CSP" // carte de séjour pluriannuelle
	ResidentCard      TitleCode = "CR"  // carte de résident, ten years
	PermanentCard     TitleCode = "CR_PERMANENT"
	RenewalReceipt    TitleCode = "RECEPISSE_RENOUVELLEMENT"
	FirstReceipt      TitleCode = "RECEPISSE_PREMIERE_DEMANDE"
	LongStayVisa      TitleCode = "VLS_TS" // visa that gives the rights of a temporary card
	ProvisionalPermit TitleCode = "APS"
	OtherTitle        TitleCode = "AUTRE"
)

// TitleCodes are all kinds.
func TitleCodes() []TitleCode {
	return []TitleCode{TemporaryCard, MultiYearCard, ResidentCard, PermanentCard, RenewalReceipt, FirstReceipt, LongStayVisa, ProvisionalPermit, OtherTitle}
}

// Title is one residence document of the applicant, both days included. To is nil for one without end.
type Title struct {
	Code   TitleCode      `json:"code"`
	From   missions.Date  `json:"from"`
	To     *missions.Date `json:"to"`
	Renews TitleCode      `json:"renews,omitempty"` // of a receipt: the title whose renewal was asked for
}

func (t Title) on(day missions.Date) bool {
	return !day.Before(t.From) && (t.To == nil || !day.After(*t.To))
}

func (t Title) overlaps(o Title) bool { return t.on(o.From) || o.on(t.From) }

// lasts says that the document was given for that many months at least, both days included.
func (t Title) lasts(months int) bool {
	return t.To == nil || !t.To.AddDays(1).Before(t.From.AddMonths(months))
}

// countsAsStay: the documents under which earlier stay counts (R. 434-2).
func (t Title) countsAsStay() bool { return t.Code != OtherTitle }

// current is the document in force that day.
func current(titles []Title, day missions.Date) (Title, bool) {
	for _, t := range titles {
		if t.on(day) {
			return t, true
		}
	}
	return Title{}, false
}

// stayedSince is the first day of the regular stay that still runs that day: documents that follow each other without a day between them.
func stayedSince(titles []Title, day missions.Date) (since missions.Date, ok bool) {
	for at := day; ; {
		t, found := current(titles, at)
		if !found || !t.countsAsStay() {
			return since, ok
		}
		since, ok = t.From, true
		at = t.From.AddDays(-1)
	}
}
