package medical_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cloison/medical"
	"cloison/medical/reference"

	"pgregory.net/rapid"
)

// walk is a dossier as its acts could have made it: what may follow is what the rules of policy allow, kept here in plain booleans that know
// nothing of the functions they are compared with.
type walk struct {
	c   medical.Case
	now time.Time
	seq int

	received, signedReport, transmitted, settled, issued, closed, dropped, held, appeal, purged bool
	rapporteur                                                                                  string
	composition, versions                                                                       int
	kind                                                                                        medical.AuthorKind
	members                                                                                     []string
	answered, signed                                                                            map[string]bool
	asked                                                                                       []medical.EventData // requests and summons, answered or not
	liberty                                                                                     medical.Liberty
	notices                                                                                     map[string]int // code and referral
}

var physicians = []string{"med-01", "med-02", "med-03", "med-04", "med-05", "med-06"}

func newWalk(t *rapid.T) *walk {
	start := time.Date(2026, 1, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 700*24).Draw(t, "start")) * time.Hour)
	kind := rapid.SampledFrom(reference.Kinds()).Draw(t, "kind")
	direction := rapid.SampledFrom([]string{"DT-PARIS", "DT-CAYENNE"}).Draw(t, "direction")
	w := &walk{now: start, liberty: medical.Free, answered: map[string]bool{}, signed: map[string]bool{}, notices: map[string]int{}}
	day := medical.LocalDate(start, direction)
	available := day.AddDays(rapid.IntRange(0, 40).Draw(t, "available"))
	w.c = medical.Case{Kind: kind.Code, Direction: direction, Prefecture: "75", RequestRegisteredOn: &day, CertificateAvailableOn: &available,
		Referrals: []medical.ReferralRef{{ID: "a", Prefecture: "75"}, {ID: "b", Prefecture: "69"}}}
	if rapid.Bool().Draw(t, "minor") {
		of := day.AddDays(rapid.IntRange(1, 400).Draw(t, "of age"))
		w.c.MajorityOn = &of
	}
	w.happen("system", medical.StageNone, medical.SaisineRecue{})
	w.advance(t, rapid.IntRange(0, 2).Draw(t, "begins"))
	return w
}

// advance: short walks must see the middle of the procedure, and what follows its end, as often as its beginning.
func (w *walk) advance(t *rapid.T, to int) {
	if to == 0 {
		return
	}
	w.happen("sec-01", medical.StageNone, medical.CertificatRecu{Accepted: true})
	w.received = true
	if w.c.Stay() {
		w.rapporteur = "med-01"
		w.happen("sec-01", medical.StageReport, medical.RapporteurDesigne{Rapporteur: w.rapporteur})
	}
	if to == 1 {
		return
	}
	for w.c.Stay() && !w.transmitted {
		w.report()
	}
	w.designate(t)
	for !w.issued {
		w.sit(t)
	}
	w.close()
}

func (w *walk) report() {
	if !w.signedReport {
		w.happen(w.rapporteur, medical.StageReport, medical.RapportSigne{})
		w.signedReport = true
		return
	}
	w.happen(w.rapporteur, medical.StageReport, medical.RapportTransmis{})
	w.transmitted = true
}

func (w *walk) close() {
	w.happen("system", medical.StageNone, medical.AccusePrefecture{Referral: "a", Version: w.versions})
	w.happen("system", medical.StageNone, medical.Cloture{ReasonCode: "AVIS_TRANSMIS"})
	w.closed = true
}

// happen appends an event and counts what it tells the prefectures.
func (w *walk) happen(actor string, stage medical.Stage, data medical.EventData) {
	w.seq++
	e := medical.Event{Seq: w.seq, At: w.now, Type: data.EventType(), Actor: actor, Stage: stage, Data: data}
	w.c.Events = append(slices.Clip(w.c.Events), e)
	for _, n := range medical.Notices(w.c, e) {
		w.notices[n.Code+" "+n.Referral]++
	}
}

func (w *walk) stage() medical.Stage {
	if w.c.Stay() && !w.signedReport {
		return medical.StageReport
	}
	return medical.StageOpinion
}

func (w *walk) over() bool { return w.closed || w.dropped || w.purged }

// working: somebody is in charge, and may ask.
func (w *walk) working() bool {
	return !w.over() && !w.issued && w.received && (w.c.Stay() && w.rapporteur != "" && !w.signedReport || w.composition > 0)
}

func (w *walk) actions() map[string]func(*rapid.T) {
	when := func(allowed func() bool, do func(*rapid.T)) func(*rapid.T) {
		return func(t *rapid.T) {
			if allowed() { // otherwise nothing: a dossier that is over has few steps left
				do(t)
			}
		}
	}
	return map[string]func(*rapid.T){
		"": w.check,
		"time passes": func(t *rapid.T) {
			days := rapid.SampledFrom([]int{0, 1, 14, 15, 16, 31, 92, 400, 1827}).Draw(t, "days")
			w.pass(t, time.Duration(days)*24*time.Hour+time.Duration(rapid.IntRange(0, 23).Draw(t, "hours"))*time.Hour)
		},
		"five years pass": when(w.over, func(t *rapid.T) { w.pass(t, 1830*24*time.Hour) }),
		"certificate": when(func() bool { return !w.over() && !w.received }, func(t *rapid.T) {
			accepted := rapid.Bool().Draw(t, "accepted")
			sent := medical.LocalDate(w.now, w.c.Direction)
			w.happen("sec-01", medical.StageNone, medical.CertificatRecu{Accepted: accepted, SentOn: &sent})
			w.received = accepted
		}),
		"certificate missing": when(func() bool { return w.c.Stay() && !w.over() && !w.received }, func(*rapid.T) {
			w.happen("sec-01", medical.StageNone, medical.ConstatNonReception{DueOn: medical.LocalDate(w.now, w.c.Direction)})
		}),
		"rapporteur": when(func() bool { return w.c.Stay() && !w.over() && w.received && w.rapporteur == "" }, func(t *rapid.T) {
			w.rapporteur = rapid.SampledFrom(physicians).Draw(t, "rapporteur")
			w.happen("sec-01", medical.StageReport, medical.RapporteurDesigne{Rapporteur: w.rapporteur})
		}),
		"request": when(w.working, func(t *rapid.T) {
			ref := fmt.Sprintf("r-%d", w.seq)
			due := medical.LocalDate(w.now, w.c.Direction).AddDays(15)
			asks := []medical.EventData{medical.ComplementDemande{Ref: ref, DueOn: due}, medical.ExamensDemandes{Ref: ref, DueOn: due},
				medical.ConvocationEnvoyee{Ref: ref, AppointmentAt: w.now}}
			asked := rapid.SampledFrom(asks).Draw(t, "asks")
			w.happen("med-01", w.stage(), asked)
			w.asked = append(w.asked, asked)
		}),
		"answer to a request": when(func() bool { return w.working() && len(w.asked) > 0 }, func(t *rapid.T) {
			cause := rapid.SampledFrom([]string{"DEFAUT_DEMANDEUR", "ERREUR_SERVICE", "COURRIER_NPAI"}).Draw(t, "cause")
			shown := rapid.Bool().Draw(t, "shown")
			var answers []medical.EventData
			switch asked := rapid.SampledFrom(w.asked).Draw(t, "asked").(type) {
			case medical.ComplementDemande:
				answers = []medical.EventData{medical.ComplementRecu{Ref: asked.Ref}, medical.ComplementRefuse{Ref: asked.Ref}}
			case medical.ExamensDemandes:
				answers = []medical.EventData{medical.ExamensProduits{Ref: asked.Ref}, medical.DefautConstate{Ref: asked.Ref, Defaut: "EXAMENS_NON_PRODUITS", Cause: cause}}
			case medical.ConvocationEnvoyee:
				answers = []medical.EventData{medical.Presence{Ref: asked.Ref}, medical.ConvocationAnnulee{Ref: asked.Ref},
					medical.IdentiteVerifiee{Person: "patient", IdentityShown: shown}, medical.DefautConstate{Ref: asked.Ref, Defaut: "DEMANDEUR_ABSENT", Cause: cause}}
			}
			w.happen("sec-01", w.stage(), rapid.SampledFrom(answers).Draw(t, "answer"))
		}),
		"report": when(func() bool { return w.c.Stay() && !w.over() && w.rapporteur != "" && !w.transmitted }, func(*rapid.T) { w.report() }),
		"author": when(func() bool {
			return !w.over() && !w.issued && w.received && len(w.members) == 0 && (w.transmitted || !w.c.Stay())
		}, w.designate),
		"college answers": when(func() bool { return !w.over() && !w.issued && len(w.members) > 0 }, w.sit),
		"replacement": when(func() bool { return !w.over() && !w.issued && len(w.members) > 0 }, func(*rapid.T) {
			w.happen("sec-01", medical.StageOpinion, medical.CompositionClose{Composition: w.composition, ReasonCode: "FIN_INSCRIPTION_MEMBRE"})
			w.disperse()
		}),
		"liberty": when(func() bool { return !w.over() && !w.issued }, func(t *rapid.T) {
			w.liberty = rapid.SampledFrom([]medical.Liberty{medical.Free, medical.Assigned, medical.Retained, medical.Detained}).Draw(t, "liberty")
			w.happen("system", medical.StageNone, medical.ChangementLiberte{Liberty: w.liberty})
		}),
		"acknowledged and closed": when(func() bool { return w.issued && !w.over() }, func(*rapid.T) { w.close() }),
		"dropped": when(func() bool { return !w.over() && !w.issued }, func(*rapid.T) {
			w.happen("sec-01", medical.StageNone, medical.ClotureSansAvis{ReasonCode: "RETRAIT"})
			w.happen("system", medical.StageNone, medical.Cloture{ReasonCode: "SANS_SUITE"})
			w.dropped = true
		}),
		"majority": when(func() bool { return medical.ComesOfAge(w.c, w.now) }, func(t *rapid.T) {
			if w.over() || medical.LocalDate(w.now, w.c.Direction).Before(*w.c.MajorityOn) {
				t.Fatal("came of age before the day, or in a dossier that is over")
			}
			w.happen("system", medical.StageNone, medical.MajoriteAtteinte{})
		}),
		"hold": when(func() bool { return !w.purged }, func(*rapid.T) {
			if w.held {
				w.happen("dpo-01", medical.StageNone, medical.LeveeGel{HoldReason: "CONTENTIEUX"})
			} else {
				w.happen("dpo-01", medical.StageNone, medical.GelConservation{HoldReason: "CONTENTIEUX"})
			}
			w.held = !w.held
		}),
		"appeal": when(func() bool { return w.closed && !w.purged }, func(*rapid.T) {
			if w.appeal {
				w.happen("sec-01", medical.StageNone, medical.Jugement{Outcome: "REJET"})
			} else {
				w.happen("system", medical.StageNone, medical.RecoursDepose{})
			}
			w.appeal = !w.appeal
		}),
		"purge": w.purge,
	}
}

func (w *walk) designate(t *rapid.T) {
	w.kind = medical.College
	if medical.CheckAuthor(w.c, medical.Single, w.now) == nil {
		w.kind = medical.Single
	}
	free := slices.DeleteFunc(slices.Clone(physicians), func(p string) bool { return p == w.rapporteur })
	w.members = rapid.Permutation(free).Draw(t, "members")[:map[medical.AuthorKind]int{medical.College: 3, medical.Single: 1}[w.kind]]
	w.composition++
	d := medical.CollegeDesigne{Composition: w.composition, DecisionRef: "DEC-2026-01", Members: w.members}
	if w.kind == medical.Single {
		w.happen("sec-01", medical.StageOpinion, medical.Med1Designe{Composition: d.Composition, DecisionRef: d.DecisionRef, Members: d.Members})
		return
	}
	w.happen("sec-01", medical.StageOpinion, d)
}

func (w *walk) disperse() {
	w.members, w.settled, w.answered, w.signed = nil, false, map[string]bool{}, map[string]bool{}
}

// sit does the next thing of the college: an answer, the settlement, a signature; the last signature issues and sends.
func (w *walk) sit(t *rapid.T) {
	for _, m := range w.members {
		if !w.answered[m] {
			w.happen(m, medical.StageOpinion, medical.ReponseMembre{Composition: w.composition, Round: 1})
			w.answered[m] = true
			return
		}
	}
	if !w.settled {
		w.happen(w.members[0], medical.StageOpinion, medical.Synthese{Composition: w.composition, Round: 1})
		w.settled = true
		return
	}
	if medical.CheckAuthor(w.c, w.kind, w.now) != nil {
		return // no longer competent: another composition comes first
	}
	for _, m := range w.members {
		if w.signed[m] {
			continue
		}
		w.happen(m, medical.StageOpinion, medical.Signature{Composition: w.composition})
		w.signed[m] = true
		if len(w.signed) == len(w.members) {
			w.versions++
			w.happen("system", medical.StageOpinion, medical.AvisEmis{Composition: w.composition, Version: w.versions})
			w.happen("system", medical.StageOpinion, medical.AvisTransmis{Version: w.versions})
			w.issued = true
		}
		return
	}
}

// purge is what the sweep and then the custodians do, in one step.
func (w *walk) purge(t *rapid.T) {
	decision := medical.AssessPurge(w.c, w.now)
	if decision == "" {
		return
	}
	if !w.over() {
		t.Fatal("a purge was assessed in a dossier that is open")
	}
	if held := w.held || w.appeal; held != (decision == medical.PurgeRefused) {
		t.Fatalf("assessed %s, held %t", decision, held) // invariant 11
	}
	w.happen("system", medical.StageNone, medical.PurgeEvaluee{PurgeDecision: decision})
	if medical.CheckPurge(w.c, w.now) == nil && rapid.Bool().Draw(t, "custodians") {
		w.happen("system", medical.StageNone, medical.PurgeExecutee{})
		w.purged = true
	}
}

// pass: invariant 13. Nothing but the day is different, and the state is not; a task that stood still stands.
func (w *walk) pass(t *rapid.T, d time.Duration) {
	state, before := medical.State(w.c), medical.Tasks(w.c, w.now)
	w.now = w.now.Add(d)
	if medical.State(w.c) != state {
		t.Fatalf("time made %s of %s", medical.State(w.c), state)
	}
	after := medical.Tasks(w.c, w.now)
	for _, b := range before {
		if !slices.ContainsFunc(after, func(a medical.Task) bool { return a.Code == b.Code && a.Ref == b.Ref }) {
			t.Fatalf("%s %s went by itself", b.Code, b.Ref)
		}
	}
}

// check holds the invariants of the procedure after every step (docs/procedure.md).
func (w *walk) check(t *rapid.T) {
	w.checkState(t)
	w.checkBoxes(t)
	w.checkNotices(t)
	w.checkAuthor(t)
	w.checkTime(t)
}

// checkState: invariants 2, 3 and 4. The state says no more than what was done, and no less than the last of it.
func (w *walk) checkState(t *rapid.T) {
	state := medical.State(w.c)
	want := medical.StateName("")
	switch {
	case w.purged:
		want = medical.StatePurged
	case w.appeal:
		want = medical.StateLitigation
	case w.dropped:
		want = medical.StateDropped
	case w.closed:
		want = medical.StateClosed
	case w.issued:
		want = medical.StateOpinionSent
	case w.c.Stay() && w.signedReport && !w.transmitted:
		want = medical.StateReportSigned
	}
	if want != "" && state != want {
		t.Fatalf("state %s, want %s", state, want)
	}
	ofReport := []medical.StateName{medical.StateRapporteurAssigned, medical.StateReportInProgress, medical.StateReportSigned, medical.StateReportTransmitted}
	ofCollege := []medical.StateName{medical.StateCollegeComposed, medical.StateOpinionInProgress, medical.StateOpinionIssued, medical.StateOpinionSent}
	switch {
	case !w.c.Stay() && slices.Contains(ofReport, state):
		t.Fatalf("a removal is %s", state)
	case w.c.Stay() && !w.transmitted && slices.Contains(ofCollege, state):
		t.Fatalf("%s before the report was transmitted", state)
	case !w.issued && (state == medical.StateOpinionIssued || state == medical.StateOpinionSent):
		t.Fatalf("%s with %d of %d signatures", state, len(w.signed), len(w.members))
	}
}

// checkBoxes: invariant 5, against a count that reads the corpus's own rule anew.
func (w *walk) checkBoxes(t *rapid.T) {
	for _, stage := range []medical.Stage{medical.StageReport, medical.StageOpinion} {
		summoned, came, exams, produced := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
		identity, checked := false, false
	events:
		for _, e := range w.c.Events {
			if e.Stage != stage {
				continue
			}
			switch d := e.Data.(type) {
			case medical.RapportSigne, medical.AvisEmis:
				break events
			case medical.ConvocationEnvoyee:
				summoned[d.Ref] = true
			case medical.ConvocationAnnulee:
				delete(summoned, d.Ref)
			case medical.Presence:
				came[d.Ref] = true
			case medical.ExamensDemandes:
				exams[d.Ref] = true
			case medical.ExamensProduits:
				produced[d.Ref] = true
			case medical.IdentiteVerifiee:
				checked, identity = true, d.IdentityShown
			}
		}
		attended, all := false, true
		for ref := range summoned {
			attended = attended || came[ref]
		}
		for ref := range exams {
			all = all && produced[ref]
		}
		boxes := medical.BoxesOf(w.c.Events, stage)
		wantBox(t, stage, "convocation", boxes.Convocation, len(summoned) > 0, attended)
		wantBox(t, stage, "exams", boxes.Exams, len(exams) > 0, all)
		wantBox(t, stage, "identity", boxes.Identity, checked, identity)
	}
}

func wantBox(t *rapid.T, stage medical.Stage, name string, got medical.Box, requested, done bool) {
	if got.Requested != requested || requested != (got.Done != nil) || requested && *got.Done != done {
		t.Fatalf("box %s of %s: %+v, want %t %t", name, stage, got, requested, done)
	}
}

// checkNotices: invariant 9.
func (w *walk) checkNotices(t *rapid.T) {
	for _, referral := range []string{"a", "b"} {
		if n := w.notices["N3 "+referral]; n > 1 || w.transmitted != (n == 1) {
			t.Fatalf("N3 %d times to %s, transmitted %t", n, referral, w.transmitted)
		}
		if n := w.notices["N6 "+referral]; n != w.versions {
			t.Fatalf("N6 %d times to %s for %d opinions", n, referral, w.versions)
		}
	}
	last := w.c.Events[len(w.c.Events)-1]
	if d, ok := last.Data.(medical.DefautConstate); ok && d.Cause != "DEFAUT_DEMANDEUR" && len(medical.Notices(w.c, last)) > 0 {
		t.Fatalf("a default of cause %s was told", d.Cause)
	}
}

// checkAuthor: invariant 7, by the statuses that the text names.
func (w *walk) checkAuthor(t *rapid.T) {
	if medical.CheckAuthor(w.c, medical.Single, w.now) != nil {
		return
	}
	kind, _ := reference.KindOf(w.c.Kind)
	switch {
	case kind.Family == "SEJ", w.liberty == medical.Free, kind.Family == "EXP" && w.liberty != medical.Detained:
		t.Fatalf("one physician is competent for %s, %s", kind.Family, w.liberty)
	}
}

// checkTime: deadlines are whole, tasks are answered by what answers them, and a purge ends everything.
func (w *walk) checkTime(t *rapid.T) {
	starts := 0
	for _, l := range medical.Watch(w.c, w.now) {
		if l.Code == "DL2" {
			starts++
		}
		if l.StartOn != nil && (!l.DueOn.After(*l.StartOn) || !l.Over.After(w.midnight(*l.DueOn))) {
			t.Fatalf("%s from %v is due on %v, over at %v", l.Code, l.StartOn, l.DueOn, l.Over)
		}
		if l.Task != "" && w.over() && l.Code != "DL10" && l.Code != "DL11" {
			t.Fatalf("%s asks for something in a dossier that is over", l.Code)
		}
	}
	if w.c.Stay() && starts != 2 {
		t.Fatalf("%d starts of DL2, want the two in circulation", starts)
	}
	for _, task := range medical.Tasks(w.c, w.now) {
		wrong := task.RaisedAt.After(w.now) || w.purged
		switch task.Code {
		case medical.TaskCertificateMissing:
			wrong = wrong || w.received
		case medical.TaskReportUnanswered:
			wrong = wrong || w.signedReport
		case medical.TaskOpinionLate, medical.TaskOpinionUnanswered, medical.TaskUrgentLate:
			wrong = wrong || w.issued
		case medical.TaskHoldReview:
			wrong = wrong || !w.held && !w.appeal
		case medical.TaskDestroy:
			wrong = wrong || w.held || w.appeal
		}
		if wrong {
			t.Fatalf("task %s %s stands", task.Code, task.Ref)
		}
	}
}

func (w *walk) midnight(d medical.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, reference.Location(w.c.Direction))
}

// TestEveryLawfulWalkKeepsTheInvariants walks dossiers as acts could make them. A short form here; `make soak` walks a million steps.
func TestEveryLawfulWalkKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { t.Repeat(newWalk(t).actions()) })
}

// Invariant 8: whatever five answers are accepted, the journey is there where treatment is available and the duration where the opinion is
// favourable.
func TestAcceptedAnswersAreWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pick := func(name string, values ...string) *string {
			v := rapid.SampledFrom(append(values, "")).Draw(t, name)
			if v == "" {
				return nil
			}
			return &v
		}
		a := medical.Answers{Q1: rapid.SampledFrom([]string{medical.CareNeeded, medical.CareNotNeeded}).Draw(t, "q1"),
			Q2: pick("q2", medical.GravityYes, medical.GravityNo), Q3: pick("q3", medical.TreatmentYes, medical.TreatmentNo),
			Q5: pick("q5", medical.TravelYes, medical.TravelNo)}
		if rapid.Bool().Draw(t, "with a duration") {
			months := rapid.IntRange(1, medical.MaxCareInMonths).Draw(t, "q4")
			a.Q4Months = &months
		}
		if medical.CheckAnswers(a) != nil {
			return
		}
		favourable := medical.Outcome(a) == medical.OutcomeFavorable
		available := a.Q3 != nil && *a.Q3 == medical.TreatmentYes
		if favourable && a.Q4Months == nil || available && a.Q5 == nil {
			t.Fatalf("accepted: outcome %s, duration %t, journey %t, treatment available %t", medical.Outcome(a), a.Q4Months != nil, a.Q5 != nil, available)
		}
	})
}
