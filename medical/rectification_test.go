package medical

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// happened is a residence dossier of two referrals, with these events, a day apart.
func happened(data ...EventData) Case {
	c := Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Prefecture: "75", Referrals: []ReferralRef{{"r-1", "75"}, {"r-2", "75"}}}
	for i, d := range data {
		c.Events = append(c.Events, Event{Seq: i + 1, At: time.Date(2026, 3, 2+i, 9, 0, 0, 0, time.UTC), Type: d.EventType(), Actor: "med-03", Stage: StageOpinion, Data: d})
	}
	return c
}

var issuedOnce = []EventData{SaisineRecue{}, CertificatRecu{Accepted: true}, RapportSigne{}, RapportTransmis{}, CollegeDesigne{Composition: 1},
	Signature{Composition: 1}, AvisEmis{Composition: 1, Version: 1}, AvisTransmis{Version: 1}}

var correction = CompositionClose{Composition: 1, ReasonCode: ReasonRectified, Motive: "REPONSE_ERRONEE"}

// Invariant 4: a correction is of the last opinion, ends its composition and leaves its signatures as they are; the dossier opens again.
func TestACorrectionOpensTheDossierAndLeavesTheSignedOpinion(t *testing.T) {
	t.Parallel()
	if _, err := happened(issuedOnce[:6]...).Correct(1, "REPONSE_ERRONEE"); !errors.Is(err, OpinionNotIssued) {
		t.Errorf("before any opinion: %v", err)
	}
	closed := happened(append(slices.Clone(issuedOnce), AccusePrefecture{Referral: "r-1", Version: 1}, Cloture{})...)
	if _, err := closed.Correct(2, "REPONSE_ERRONEE"); !errors.Is(err, OpinionSuperseded) {
		t.Errorf("another version: %v", err)
	}
	begun, err := closed.Correct(1, "REPONSE_ERRONEE")
	if err != nil || begun != EventData(correction) {
		t.Fatalf("begun: %+v, %v", begun, err)
	}
	open := happened(append(slices.Clone(issuedOnce), AccusePrefecture{Referral: "r-1", Version: 1}, Cloture{}, begun)...)
	if s := State(open); s != StateReportTransmitted || open.Stage() != StageOpinion || open.RetainedUntil() != nil {
		t.Errorf("state %s, stage %q, retained until %v", s, open.Stage(), open.RetainedUntil())
	}
	if s := Signatures(open); len(s) != 1 || s[0].Void != nil {
		t.Errorf("the signature given is touched: %+v", s)
	}
	if _, err := open.Correct(1, "REPONSE_ERRONEE"); !errors.Is(err, OpinionNotIssued) {
		t.Errorf("corrected twice: %v", err)
	}
	// Nothing closes it without an opinion: the version before stands.
	if _, err := open.Drop("SAISINE_ANNULEE", ""); !errors.Is(err, OpinionImmutable) {
		t.Errorf("closed without an opinion: %v", err)
	}
	if _, err := open.DropSignalled("RETRAIT", "r-1"); !errors.Is(err, OpinionImmutable) {
		t.Errorf("withdrawn: %v", err)
	}
}

// A prefect who decided on the version before is told so, once for each referral, until he acknowledges the corrected one.
func TestACorrectionAfterADecisionRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	second := []EventData{correction, CollegeDesigne{Composition: 2}, AvisEmis{Composition: 2, Version: 2}, AvisTransmis{Version: 2}}
	decided := append(slices.Clone(issuedOnce), DecisionPrefet{Referral: "r-2", Outcome: "REFUS"})
	all := append(slices.Clone(decided), second...)
	if tasks := happened(all...).EventTasks(); len(tasks) != 1 || tasks[0].Code != TaskDecidedBefore || tasks[0].Ref != "2:r-2" {
		t.Errorf("tasks: %+v", tasks)
	}
	at := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	if flags := Flags(happened(all...), at); !slices.Contains(flags, "DECISION_SUR_AVIS_REMPLACE") || !slices.Contains(flags, "AVIS_RECTIFICATIF") {
		t.Errorf("flags: %v", flags)
	}
	for _, e := range []EventData{AccusePrefecture{Referral: "r-1", Version: 2}, AccusePrefecture{Referral: "r-2", Version: 1}} {
		if tasks := happened(append(slices.Clone(all), e)...).EventTasks(); len(tasks) != 1 {
			t.Errorf("%+v answers the alarm", e)
		}
	}
	if tasks := happened(append(slices.Clone(all), AccusePrefecture{Referral: "r-2", Version: 2})...).EventTasks(); len(tasks) != 0 {
		t.Errorf("acknowledged: %+v", tasks)
	}
	after := append(append(slices.Clone(issuedOnce), second...), DecisionPrefet{Referral: "r-2", Outcome: "REFUS"})
	if tasks := happened(after...).EventTasks(); len(tasks) != 0 {
		t.Errorf("decided on the corrected opinion: %+v", tasks)
	}
}

// An opinion on somebody else's papers is withdrawn: N7 says so by its code to each referral, the dossier is closed and kept, and nothing more is
// done to the opinion.
func TestAnOpinionOnAnotherPersonsPapersIsWithdrawn(t *testing.T) {
	t.Parallel()
	list, err := happened(issuedOnce...).Withdraw(1, ReasonOtherPersonsPapers)
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	c := happened(append(slices.Clone(issuedOnce), list...)...)
	if s := State(c); s != StateDropped || c.RetainedUntil() == nil {
		t.Errorf("state %s, retained until %v", s, c.RetainedUntil())
	}
	told := Notices(c, *c.last(EvOpinionWithdrawn))
	if len(told) != 2 || told[0].Code != "N7" || told[0].Fields.ClosureCode != ReasonOtherPersonsPapers {
		t.Errorf("told: %+v", told)
	}
	for name, again := range map[string]error{
		"corrected": errorOf(c.Correct(1, "REPONSE_ERRONEE")), "withdrawn": errorOf(c.Withdraw(1, ReasonOtherPersonsPapers)), "upheld": errorOf(c.Uphold(1, "SANS_INCIDENCE")),
	} {
		if !errors.Is(again, OpinionNotIssued) {
			t.Errorf("%s: %v", name, again)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }

// A change of liberty confirmed after the opinion and dated before it, by which its author was not competent, is a task until somebody
// corrects the opinion, withdraws it, or leaves it. One that changes no author, or that came after the opinion, is none.
func TestALibertyKnownTooLateIsATask(t *testing.T) {
	t.Parallel()
	opinion := []EventData{SaisineRecue{}, CertificatRecu{Accepted: true}, CollegeDesigne{Composition: 1}, AvisEmis{Composition: 1, Version: 1}, AvisTransmis{Version: 1}}
	known := func(liberty Liberty, at time.Time, more ...EventData) Case {
		c := happened(append(append(slices.Clone(opinion), ChangementLiberte{Liberty: liberty}), more...)...)
		c.Kind, c.Liberty = "OQTF_L7313_LIBRE", []LibertyPeriod{{Status: Free}}
		c.Events[len(opinion)].At = at
		return c
	}
	before, after := time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC), time.Date(2026, 3, 6, 20, 0, 0, 0, time.UTC) // of the opinion, on 5 March
	late := known("RETENTION", before)
	if tasks := late.EventTasks(); len(tasks) != 1 || tasks[0].Code != TaskLibertyLate || tasks[0].Ref != "6" {
		t.Fatalf("tasks: %+v", tasks)
	}
	if _, err := known("RETENTION", after).Uphold(1, "SANS_INCIDENCE"); !errors.Is(err, NothingToUphold) {
		t.Errorf("placed after the opinion: %v", err)
	}
	if _, err := known(Free, before).Uphold(1, "SANS_INCIDENCE"); !errors.Is(err, NothingToUphold) {
		t.Errorf("the same author: %v", err)
	}
	upheld, err := late.Uphold(1, "SANS_INCIDENCE")
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range []EventData{upheld, correction, AvisRetire{Version: 1, ReasonCode: ReasonOtherPersonsPapers}} {
		if tasks := known("RETENTION", before, answer).EventTasks(); len(tasks) != 0 {
			t.Errorf("%T does not answer: %+v", answer, tasks)
		}
	}
	if tasks := known("RETENTION", before, Cloture{}).EventTasks(); len(tasks) != 1 {
		t.Error("the closing that follows the acknowledgement answers for somebody")
	}
}
