package medical

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Task is something that a person has to do because a day has come. The day changes no state (invariant 13): the act that answers the task
// may. Ref says which one, where a dossier can have several: a request, a member of a composition, an assessment.
type Task struct {
	Code, Ref string
	DueOn     *Date     // the last day of the deadline behind it; nil where none is
	RaisedAt  time.Time // from when on it stands
}

// Codes of tasks.
const (
	TaskCertificateMissing = "CERTIFICAT_NON_RECU"          // DL2, DL3: ask again, or record that it has not come
	TaskReportUnanswered   = "SANS_REPONSE_RAPPORT"         // DL4: find the default, or report on what there is (R. 425-12)
	TaskOpinionUnanswered  = "SANS_REPONSE_AVIS"            // DL5
	TaskOpinionLate        = "AVIS_EN_RETARD"               // DL6
	TaskUrgentLate         = "AVIS_URGENT_EN_RETARD"        // DL8
	TaskAccessLate         = "ACCES_EN_RETARD"              // DL10
	TaskRightsLate         = "DROITS_EN_RETARD"             // DL11
	TaskMajority           = "MAJORITE_ATTEINTE"            // the person is now addressed himself (invariant 14)
	TaskListingEnded       = "MEMBRE_NON_INSCRIT"           // a member can no longer sign (SC7): replace him
	TaskHoldReview         = "GEL_A_REVOIR"                 // the retention is over and a hold suspends the purge (SC15)
	TaskDestroy            = "DESTRUCTION_A_FAIRE"          // the purge is authorised: the custodians and the archives' visa
	TaskDecidedBefore      = "RECTIFICATION_APRES_DECISION" // a prefect decided on the version before: he must know of the corrected one
	TaskSecondCalled       = "SECOND_APPELE"                // the first physician on call has not acted: the second, whose id is the ref
	TaskSuccessor          = "SUCCESSEUR_A_DESIGNER"        // whose duty ended had something to do here: somebody goes on
	TaskPieceChanged       = "PIECE_CHANGEE_APRES_REPONSE"  // a member answered on another file than the one there is: answer again, or sign knowing it
	TaskLibertyLate        = "LIBERTE_CONNUE_APRES_AVIS"    // another author was competent on the day of the opinion: correct it, or leave it
)

// reminder is the task that the end of a deadline raises. Where two starts are in circulation, the latest end counts when the deadline binds
// the person (nobody is told late who may not be), the earliest when it binds the service.
type reminder struct {
	task   string
	latest bool
}

var reminders = map[string]reminder{
	"DL2": {TaskCertificateMissing, true}, "DL3": {TaskCertificateMissing, true},
	"DL4": {TaskReportUnanswered, true}, "DL5": {TaskOpinionUnanswered, true},
	"DL6": {TaskOpinionLate, false}, "DL8": {TaskUrgentLate, false},
	"DL10": {TaskAccessLate, false}, "DL11": {TaskRightsLate, false},
}

// Watched is a deadline with the instant at which it is over, where the territorial direction is, and the task that its end raises; Task is
// "" when nobody has to act on it, or has already.
type Watched struct {
	Deadline
	Over    time.Time
	Task    string
	RaiseAt time.Time
}

// Watch lists the deadlines of a dossier as Deadlines does, each with what its end will ask of a person.
func Watch(c Case, asOf time.Time) []Watched {
	var list []Watched
	for _, d := range Deadlines(c, asOf) {
		w := Watched{Deadline: d, Over: d.over(c)}
		if r, ok := reminders[d.Code]; ok && !d.fulfilled() && d.Outcome != Moot && !c.answered(Task{Code: r.task, Ref: d.ref()}) {
			w.Task = r.task
		}
		list = append(list, w)
	}
	for i, w := range list {
		if w.Task != "" {
			list[i].RaiseAt = raiseAt(list, w)
		}
	}
	return list
}

// raiseAt is the one instant of all the starts of a task.
func raiseAt(list []Watched, w Watched) time.Time {
	at := w.Over
	for _, other := range list {
		same := other.Task == w.Task && other.ref() == w.ref()
		if same && reminders[w.Code].latest == other.Over.After(at) {
			at = other.Over
		}
	}
	return at
}

func (d Deadline) ref() string {
	if d.Ref == nil {
		return ""
	}
	return *d.Ref
}

func (d Deadline) fulfilled() bool { return d.FulfilledOn != nil || d.FulfilledAt != nil }

// over is the first instant that is too late: midnight after the last day, at the place; for hours, the microsecond after.
func (d Deadline) over(c Case) time.Time {
	if d.DueAt != nil {
		return d.DueAt.Add(time.Microsecond)
	}
	return c.midnight(d.DueOn.AddDays(1))
}

// midnight is where a day begins at the place.
func (c Case) midnight(d Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, c.location()).UTC()
}

// Tasks lists what stands to be done as of an instant, nobody having answered it. A member whose listing ended, or a physician whose duty did,
// is not among them: that is in no event.
func Tasks(c Case, asOf time.Time) []Task {
	var list []Task
	for _, w := range Watch(c, asOf) {
		due := Task{Code: w.Task, Ref: w.ref(), DueOn: w.DueOn, RaisedAt: w.RaiseAt}
		twice := slices.ContainsFunc(list, func(t Task) bool { return t.Code == due.Code && t.Ref == due.Ref })
		if w.Task != "" && !w.RaiseAt.After(asOf) && w.Over.Equal(w.RaiseAt) && !twice {
			list = append(list, due)
		}
	}
	if e := c.last(EvMajorityReached); e != nil && !c.since(e).answered(Task{Code: TaskMajority}) {
		list = append(list, Task{Code: TaskMajority, RaisedAt: e.At})
	}
	if t, ok := c.purgeTask(); ok {
		list = append(list, t)
	}
	return append(list, c.EventTasks()...)
}

// EventTasks are those that no day brings: what happened asks for them at once.
func (c Case) EventTasks() []Task {
	return slices.Concat(slices.DeleteFunc(c.replacedAfterDecision(), c.answered), c.libertyKnownLate(), c.pieceChangedTask())
}

// purgeTask: who considers the purge again while a hold stands, and who destroys once it is lifted.
func (c Case) purgeTask() (Task, bool) {
	e := c.assessed()
	if e == nil || c.first(EvPurged) != nil {
		return Task{}, false
	}
	t := Task{Code: TaskDestroy, Ref: strconv.Itoa(e.Seq), DueOn: c.RetainedUntil(), RaisedAt: e.At}
	refused := e.Data.(PurgeEvaluee).PurgeDecision == PurgeRefused
	if refused {
		t.Code = TaskHoldReview
	}
	return t, refused == c.PurgeHeld()
}

func (c Case) answered(t Task) bool {
	for _, e := range c.Events {
		if c.Answers(e, t) {
			return true
		}
	}
	return false
}

// since is the dossier with the events after e alone.
func (c Case) since(e *Event) Case {
	for i := range c.Events {
		if c.Events[i].Seq == e.Seq {
			c.Events = c.Events[i+1:]
			break
		}
	}
	return c
}

// Answers says whether an event of the dossier does what a task asks. What closes the dossier answers every task of its procedure.
func (c Case) Answers(e Event, t Task) bool {
	switch t.Code {
	case TaskAccessLate, TaskRightsLate:
		return e.Type == EvAccessGiven && RefOf(e.Data) == t.Ref
	case TaskHoldReview:
		return e.Type == EvHoldLifted || e.Type == EvJudged || e.Type == EvPurged
	case TaskDecidedBefore:
		d, ok := e.Data.(AccusePrefecture)
		return ok && decidedRef(d.Version, d.Referral) == t.Ref
	case TaskLibertyLate:
		return e.Type == EvOpinionUpheld || e.Type == EvOpinionWithdrawn || rectified(e)
	case TaskDestroy:
		return e.Type == EvHoldSet || e.Type == EvAppealFiled || e.Type == EvPurged
	}
	return c.closes(e) || answersInProcedure(e, t)
}

func (c Case) closes(e Event) bool {
	switch e.Type {
	case EvClosed, EvReferralRefused:
		return true
	case EvDropped:
		return c.upTo(e).AllDropped()
	}
	return false
}

func answersInProcedure(e Event, t Task) bool {
	switch t.Code {
	case TaskCertificateMissing:
		d, ok := e.Data.(CertificatRecu)
		return e.Type == EvCertificateMissing || ok && d.Accepted
	case TaskReportUnanswered:
		return e.Type == EvReportSigned || answersRequest(e, t.Ref)
	case TaskOpinionUnanswered:
		return e.Type == EvOpinionIssued || answersRequest(e, t.Ref)
	case TaskOpinionLate:
		return e.Type == EvOpinionIssued
	case TaskSecondCalled:
		return e.Type == EvPhysicianDesignated || e.Type == EvCollegeComposed || e.Type == EvOpinionSent
	case TaskUrgentLate:
		return e.Type == EvOpinionSent
	case TaskMajority:
		return e.Type == EvApplicantInformed
	case TaskListingEnded:
		return endsComposition(e, t.Ref)
	case TaskPieceChanged:
		return endsComposition(e, t.Ref) || answersAgain(e, t.Ref)
	case TaskSuccessor:
		return endsComposition(e, t.Ref) || e.Type == EvRapporteurAssigned && strings.HasPrefix(t.Ref, SuccessionRef(0, ""))
	}
	return false
}

func answersRequest(e Event, ref string) bool {
	switch d := e.Data.(type) {
	case ComplementRecu:
		return d.Ref == ref
	case ComplementRefuse:
		return d.Ref == ref
	case ExamensProduits:
		return d.Ref == ref
	case DefautConstate:
		return d.Ref == ref
	}
	return false
}

// ListingRef names a member of a composition in a task.
func ListingRef(composition int, member string) string {
	return strconv.Itoa(composition) + ":" + member
}

// SuccessionRef names in a task whom somebody succeeds: a member of a composition, or the author of the report, which is of none (0).
func SuccessionRef(composition int, predecessor string) string {
	return ListingRef(composition, predecessor)
}

func endsComposition(e Event, ref string) bool {
	composition := 0
	switch d := e.Data.(type) {
	case CompositionClose:
		composition = d.Composition
	case AvisEmis:
		composition = d.Composition
	}
	prefix := ListingRef(composition, "")
	return composition > 0 && len(ref) > len(prefix) && ref[:len(prefix)] == prefix
}
