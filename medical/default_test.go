package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

var nineOClock = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// story numbers and times the events of a dossier, an hour apart.
func story(stage medical.Stage, data ...medical.EventData) medical.Case {
	c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Referrals: []medical.ReferralRef{{ID: "r1", Prefecture: "75"}}}
	for i, d := range data {
		c.Events = append(c.Events, medical.Event{Seq: i + 1, At: nineOClock.Add(time.Duration(i) * time.Hour), Type: d.EventType(), Stage: stage, Data: d})
	}
	return c
}

func TestASummonsThatWasCancelledWasNotSent(t *testing.T) {
	sent := medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: nineOClock}
	cancelled := medical.ConvocationAnnulee{Ref: "conv-1", Cause: "ERREUR_SERVICE"}
	if b := medical.BoxesOf(story(medical.StageReport, sent).Events, medical.StageReport); !b.Convocation.Missing() {
		t.Error("a summons that nobody answered is not a default")
	}
	if b := medical.BoxesOf(story(medical.StageReport, sent, cancelled).Events, medical.StageReport); b.Convocation.Requested {
		t.Error("a cancelled summons counts")
	}
}

func TestWhatComesAfterTheEndOfAStageNoLongerCounts(t *testing.T) {
	asked, produced := medical.ExamensDemandes{Ref: "exa-1", DueOn: medical.Date{Year: 2026, Month: 3, Day: 17}}, medical.ExamensProduits{Ref: "exa-1"}
	if b := medical.BoxesOf(story(medical.StageReport, asked, produced, medical.RapportSigne{}).Events, medical.StageReport); b.Exams.Missing() {
		t.Error("examinations that were produced are missing")
	}
	if b := medical.BoxesOf(story(medical.StageReport, asked, medical.RapportSigne{}, produced).Events, medical.StageReport); !b.Exams.Missing() {
		t.Error("examinations produced after the report count")
	}
}

// Invariant 9: a default is told to the prefecture when it is the applicant's, at the stage of the report, in a residence permit procedure.
func TestOnlyTheApplicantsOwnDefaultIsTold(t *testing.T) {
	sent := medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: nineOClock}
	absent := func(cause string) medical.DefautConstate {
		return medical.DefautConstate{Ref: "conv-1", Defaut: "DEMANDEUR_ABSENT", Cause: cause}
	}
	for name, c := range map[string]struct {
		stage medical.Stage
		kind  string
		cause string
		want  int
	}{
		"the applicant's":             {medical.StageReport, "SEJ_L4259_PREMIERE", "DEFAUT_DEMANDEUR", 1},
		"a mistake of the service":    {medical.StageReport, "SEJ_L4259_PREMIERE", "ERREUR_SERVICE", 0},
		"a letter that came back":     {medical.StageReport, "SEJ_L4259_PREMIERE", "COURRIER_NPAI", 0},
		"at the stage of the opinion": {medical.StageOpinion, "SEJ_L4259_PREMIERE", "DEFAUT_DEMANDEUR", 0},
		"in a removal":                {medical.StageReport, "OQTF_L7313_LIBRE", "DEFAUT_DEMANDEUR", 0},
	} {
		t.Run(name, func(t *testing.T) {
			k := story(c.stage, sent, absent(c.cause))
			k.Kind = c.kind
			if got := medical.Notices(k, k.Events[1]); len(got) != c.want || c.want == 1 && got[0].Code != "N4" {
				t.Errorf("%d notices, want %d", len(got), c.want)
			}
		})
	}
}

func TestNothingMoreIsToldOfAReferralThatWasClosed(t *testing.T) {
	c := story(medical.StageNone, medical.ClotureSansAvis{Referral: "r1", ReasonCode: "RETRAIT"}, medical.RapportTransmis{})
	c.Referrals = append(c.Referrals, medical.ReferralRef{ID: "r2", Prefecture: "69"})
	if got := medical.Notices(c, c.Events[0]); len(got) != 1 || got[0].Code != "N7" || got[0].Referral != "r1" {
		t.Errorf("closing: %+v", got)
	}
	if got := medical.Notices(c, c.Events[1]); len(got) != 1 || got[0].Referral != "r2" || got[0].Prefecture != "69" {
		t.Errorf("transmission: %+v", got)
	}
	if s := medical.State(c); s == medical.StateDropped {
		t.Error("one open referral is enough to go on")
	}
}

func TestTheFormIsTheOneInForce(t *testing.T) {
	on := medical.Date{Year: 2026, Month: 3, Day: 2}
	refused(t, medical.CheckForm("B", "B-2025", on), "")
	refused(t, medical.CheckForm("B", "B-2021", on), "form_version")
	refused(t, medical.CheckForm("B", "B-2021", medical.Date{Year: 2025, Month: 7, Day: 30}), "")
}

func TestTheDefaultsOfAReportAreThoseOfTheEvents(t *testing.T) {
	on := medical.Date{Year: 2026, Month: 3, Day: 2}
	c := story(medical.StageReport, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: nineOClock})
	refused(t, medical.CheckReport(c, medical.Report{FormVersion: "B-2025"}, on), "default_statements")
	refused(t, medical.CheckReport(c, medical.Report{FormVersion: "B-2025", DefaultStatements: []string{"DEMANDEUR_ABSENT"}}, on), "")
	refused(t, medical.CheckReport(c, medical.Report{FormVersion: "B-2025", DefaultStatements: []string{"DEMANDEUR_ABSENT", "DEMANDEUR_ABSENT"}}, on), "default_statements")
}
