package medical_test

import (
	"testing"
	"time"

	"cloison/medical"
)

// told is a dossier of Paris as it stands: each event at its own day and hour of March 2026.
type told struct {
	day, hour int
	stage     medical.Stage
	data      medical.EventData
}

func march(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }

func on(day int) *medical.Date { return &medical.Date{Year: 2026, Month: 3, Day: day} }

func dossier(list ...told) medical.Case {
	c := medical.Case{Kind: "SEJ_L4259_PREMIERE", Direction: "DT-PARIS", Referrals: []medical.ReferralRef{{ID: "r1", Prefecture: "75"}}}
	for i, e := range list {
		c.Events = append(c.Events, medical.Event{Seq: i + 1, At: march(e.day, e.hour), Type: e.data.EventType(), Stage: e.stage, Data: e.data})
	}
	return c
}

// in the report: a certificate with the person's agreement, and a rapporteur.
func reporting(more ...told) medical.Case {
	return dossier(append([]told{
		{1, 9, "", medical.CertificatRecu{Accepted: true, SentOn: on(1), Consent: ptr(true)}},
		{2, 9, report, medical.RapporteurDesigne{Rapporteur: "med-12"}},
	}, more...)...)
}

const report, opinion = medical.StageReport, medical.StageOpinion

func summons(day, hour int) medical.RequestInput {
	at := march(day, hour)
	return medical.RequestInput{Type: "CONVOCATION_ENVOYEE", AppointmentAt: &at, Place: ptr("DT-PARIS"), Mode: ptr("LRAR")}
}

func complement() medical.RequestInput {
	return medical.RequestInput{Type: "COMPLEMENT_DEMANDE", To: ptr("HOPITAL"), Question: ptr("question"), ApplicantInformedOn: on(5)}
}

func exams() medical.RequestInput {
	return medical.RequestInput{Type: "EXAMENS_DEMANDES", ExamNature: ptr("nature"), ApplicantInformedOn: on(5)}
}

func with[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

func TestRequestsAreAskedWithinTheLaw(t *testing.T) {
	agreed, now := reporting(), march(5, 10)
	sent := reporting(told{4, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(20, 9)}})
	silent := dossier(told{1, 9, "", medical.CertificatRecu{Accepted: true}})
	refusing := dossier(told{1, 9, "", medical.CertificatRecu{Accepted: true, Consent: ptr(false)}})
	withdrawn := reporting(told{3, 9, "", medical.ConsentementRetire{}})
	removed := agreed
	removed.Kind = "OQTF_L7313_LIBRE"
	for name, c := range map[string]struct {
		of   medical.Case
		in   medical.RequestInput
		want string
	}{
		"a complement":                          {agreed, complement(), ""},
		"a complement without telling":          {agreed, with(complement(), func(r *medical.RequestInput) { r.ApplicantInformedOn = nil }), "APPLICANT_NOT_INFORMED"},
		"a complement told the day before":      {agreed, with(complement(), func(r *medical.RequestInput) { r.ApplicantInformedOn = on(4) }), "APPLICANT_NOT_INFORMED"},
		"a complement to be told tomorrow":      {agreed, with(complement(), func(r *medical.RequestInput) { r.ApplicantInformedOn = on(6) }), "APPLICANT_NOT_INFORMED"},
		"a complement without agreement":        {refusing, complement(), "CONSENT_MISSING"},
		"a complement of which nothing is said": {silent, complement(), "CONSENT_MISSING"},
		"a complement, agreement taken back":    {withdrawn, complement(), "CONSENT_MISSING"},
		"received before it was asked":          {agreed, with(complement(), func(r *medical.RequestInput) { r.RequestReceivedOn = on(4) }), "request_received_on"},
		"received after the term":               {agreed, with(complement(), func(r *medical.RequestInput) { r.RequestReceivedOn = on(21) }), "request_received_on"},
		"a complement with an appointment":      {agreed, with(complement(), func(r *medical.RequestInput) { r.Place = ptr("DT-PARIS") }), "place"},
		"another professional, for a permit":    {agreed, with(complement(), func(r *medical.RequestInput) { r.To = ptr("AUTRE_PROFESSIONNEL") }), ""},
		"another professional, in a removal":    {removed, with(complement(), func(r *medical.RequestInput) { r.To = ptr("AUTRE_PROFESSIONNEL") }), "ONLY_CERTIFYING_PHYSICIAN"},
		"who made the certificate of a removal": {removed, complement(), ""},
		"the author of a report of a removal":   {removed, with(complement(), func(r *medical.RequestInput) { r.To = ptr("RAPPORTEUR") }), "to"},
		"examinations":                          {agreed, exams(), ""},
		"examinations without agreement":        {withdrawn, exams(), ""}, // nobody is asked but the person
		"examinations told tomorrow":            {agreed, with(exams(), func(r *medical.RequestInput) { r.ApplicantInformedOn = on(6) }), "FUTURE_DATE"},
		"a summons":                             {agreed, summons(20, 9), ""},
		"a summons for an hour ago":             {agreed, summons(5, 9), "APPOINTMENT_NOT_FUTURE"},
		"a letter for an hour ago":              {agreed, with(summons(20, 9), func(r *medical.RequestInput) { r.LetterAppointmentAt = ptr(march(5, 9)) }), "APPOINTMENT_NOT_FUTURE"},
		"a summons to nowhere":                  {agreed, with(summons(20, 9), func(r *medical.RequestInput) { r.Place = ptr("DT-AILLEURS") }), "place"},
		"a summons received after it":           {agreed, with(summons(20, 9), func(r *medical.RequestInput) { r.ReceivedOn = on(21) }), "received_on"},
		"a summons to a stranger":               {agreed, with(summons(20, 9), func(r *medical.RequestInput) { r.Addressee = ptr("rep-1") }), "addressee"},
		"a reference that is taken":             {sent, with(summons(20, 9), func(r *medical.RequestInput) { r.Ref = ptr("conv-1") }), "REQUEST_REF_TAKEN"},
		"a reference that is a word":            {agreed, with(exams(), func(r *medical.RequestInput) { r.Ref = ptr("coeur") }), "ref"},
		"a word behind the prefix":              {agreed, with(exams(), func(r *medical.RequestInput) { r.Ref = ptr("exa-coeur") }), "ref"},
		"the prefix of another kind":            {agreed, with(exams(), func(r *medical.RequestInput) { r.Ref = ptr("conv-7") }), "ref"},
		"the stage of the dossier":              {agreed, with(exams(), func(r *medical.RequestInput) { r.Stage = ptr("RAPPORT") }), ""},
		"another stage":                         {agreed, with(exams(), func(r *medical.RequestInput) { r.Stage = ptr("AVIS") }), "STAGE_MISMATCH"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := c.of.Open(c.in, now)
			refused(t, err, c.want)
		})
	}
}

// Fifteen days from the request, at both stages. The day is that of the territory: 23:00 UTC on the 5th is the 6th in Paris.
func TestAnAnswerIsDueFifteenDaysAfterItWasAsked(t *testing.T) {
	_, _, err := reporting().Open(complement(), march(5, 23))
	refused(t, err, "APPLICANT_NOT_INFORMED")
	data, _, err := reporting().Open(complement(), march(5, 22))
	refused(t, err, "")
	if d := data.(medical.ComplementDemande); d.DueOn != *on(20) || d.Ref != "cmp-1" {
		t.Errorf("complement: %+v", d)
	}
	signed := reporting(told{4, 9, report, medical.RapportSigne{}})
	data, _, err = signed.Open(exams(), march(5, 10))
	refused(t, err, "")
	if d := data.(medical.ExamensDemandes); d.DueOn != *on(20) || d.Ref != "exa-1" || signed.Stage() != opinion {
		t.Errorf("examinations: %+v", d)
	}
}

func TestAReferenceThatIsNotChosenIsDrawn(t *testing.T) {
	c := reporting(told{4, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1"}}, told{5, 9, report, medical.ConvocationEnvoyee{Ref: "conv-3"}})
	for chosen, want := range map[string]string{"": "conv-2", "conv-7": "conv-7"} {
		if ref, err := c.NewRef(medical.EvSummonsSent, chosen); err != nil || ref != want {
			t.Errorf("%q: %s, %v", chosen, ref, err)
		}
	}
}

func TestTheStageFollowsFromTheDossier(t *testing.T) {
	signed, composed := told{4, 9, report, medical.RapportSigne{}}, told{6, 9, opinion, medical.CollegeDesigne{Composition: 1}}
	issued := told{8, 9, opinion, medical.AvisEmis{Composition: 1, Version: 1}}
	again := told{9, 9, opinion, medical.CollegeDesigne{Composition: 2}}
	removal := dossier(told{1, 9, "", medical.CertificatRecu{Accepted: true}})
	removal.Kind = "OQTF_L7313_LIBRE"
	for name, c := range map[string]struct {
		of   medical.Case
		want medical.Stage
	}{
		"before the signature":  {reporting(), report},
		"after it":              {reporting(signed), opinion},
		"once issued":           {reporting(signed, composed, issued), medical.StageNone},
		"while it is rectified": {reporting(signed, composed, issued, again), opinion},
		"once closed":           {reporting(signed, told{9, 9, "", medical.Cloture{}}), medical.StageNone},
		"once dropped":          {reporting(told{9, 9, "", medical.ClotureSansAvis{ReasonCode: "DOUBLON"}}), medical.StageNone},
		"in a removal":          {removal, opinion},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.of.Stage(); got != c.want {
				t.Errorf("stage %q, want %q", got, c.want)
			}
		})
	}
}

func TestARequestHasOneOutcomeAfterItself(t *testing.T) {
	asked := []told{
		{3, 9, report, medical.ComplementDemande{Ref: "cmp-1", DueOn: *on(18)}}, {3, 10, report, medical.ExamensDemandes{Ref: "exa-1", DueOn: *on(18)}},
		{3, 11, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(10, 9)}}, {3, 12, report, medical.CompletudeDemandee{Ref: "cpl-1"}},
		{3, 13, report, medical.ConvocationEnvoyee{Ref: "conv-2", AppointmentAt: march(10, 9)}}, {10, 10, report, medical.Absence{Ref: "conv-2", Cause: "ERREUR_SERVICE"}},
		{3, 14, report, medical.ConvocationEnvoyee{Ref: "conv-3", AppointmentAt: march(10, 9)}}, {4, 9, report, medical.ConvocationAnnulee{Ref: "conv-3", Cause: "ERREUR_SERVICE"}},
		{3, 15, report, medical.ComplementDemande{Ref: "cmp-2", DueOn: *on(18)}}, {4, 10, report, medical.ComplementRefuse{Ref: "cmp-2"}},
		{3, 16, report, medical.ConvocationEnvoyee{Ref: "conv-4", AppointmentAt: march(10, 9)}}, {10, 11, report, medical.Presence{Ref: "conv-4"}},
	}
	c := reporting(asked...)
	for name, one := range map[string]struct {
		ref  string
		in   medical.ClosureInput
		want string
	}{
		"the complement":                   {"cmp-1", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x")}, ""},
		"a refusal":                        {"cmp-1", medical.ClosureInput{Type: "COMPLEMENT_REFUSE", ReasonCode: ptr("SECRET")}, ""},
		"the examinations":                 {"exa-1", medical.ClosureInput{Type: "EXAMENS_PRODUITS"}, ""},
		"what was missing":                 {"cpl-1", medical.ClosureInput{Type: "COMPLETUDE_RECUE"}, ""},
		"a summons taken back":             {"conv-1", medical.ClosureInput{Type: "CONVOCATION_ANNULEE", Cause: ptr("ERREUR_SERVICE")}, ""},
		"taken back after the absence":     {"conv-2", medical.ClosureInput{Type: "CONVOCATION_ANNULEE", Cause: ptr("ERREUR_SERVICE")}, ""},
		"taken back after the presence":    {"conv-4", medical.ClosureInput{Type: "CONVOCATION_ANNULEE", Cause: ptr("ERREUR_SERVICE")}, "REQUEST_CLOSED"},
		"taken back twice":                 {"conv-3", medical.ClosureInput{Type: "CONVOCATION_ANNULEE", Cause: ptr("ERREUR_SERVICE")}, "SUMMONS_CANCELLED"},
		"before its request":               {"cmp-9", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x")}, "REQUEST_UNKNOWN"},
		"no reference":                     {"", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x")}, "REQUEST_UNKNOWN"},
		"of another kind":                  {"conv-1", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x")}, "REQUEST_OTHER_KIND"},
		"a second outcome":                 {"cmp-2", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x")}, "REQUEST_CLOSED"},
		"another reference in the body":    {"cmp-1", medical.ClosureInput{Type: "COMPLEMENT_RECU", Ref: ptr("cmp-2"), AnswerSummary: ptr("x")}, "ref"},
		"a field of another type":          {"cmp-1", medical.ClosureInput{Type: "COMPLEMENT_RECU", AnswerSummary: ptr("x"), Cause: ptr("ERREUR_SERVICE")}, "cause"},
		"another stage than the request's": {"cmp-1", medical.ClosureInput{Type: "COMPLEMENT_RECU", Stage: ptr("AVIS"), AnswerSummary: ptr("x")}, "STAGE_MISMATCH"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := c.Close(one.ref, one.in)
			refused(t, err, one.want)
		})
	}
}

// What comes once the report is signed belongs to the stage it was asked in, and ticks no box of either.
func TestALateAnswerKeepsTheStageOfItsRequest(t *testing.T) {
	c := reporting(told{3, 9, report, medical.ExamensDemandes{Ref: "exa-1", DueOn: *on(18)}}, told{4, 9, report, medical.RapportSigne{}})
	data, stage, err := c.Close("exa-1", medical.ClosureInput{Type: "EXAMENS_PRODUITS"})
	refused(t, err, "")
	if stage != report {
		t.Fatalf("stage %q", stage)
	}
	c.Events = append(c.Events, medical.Event{Seq: 9, At: march(5, 9), Type: data.EventType(), Stage: stage, Data: data})
	if b := medical.BoxesOf(c.Events, opinion); b.Exams.Requested || !medical.BoxesOf(c.Events, report).Exams.Missing() {
		t.Errorf("the boxes changed: %+v", b)
	}
}

func TestPresenceAndAbsence(t *testing.T) {
	sent := told{3, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(10, 9)}}
	adult := reporting(sent)
	came, missed := reporting(sent, told{10, 9, report, medical.Presence{Ref: "conv-1"}}), reporting(sent, told{10, 10, report, medical.Absence{Ref: "conv-1", Cause: "DEFAUT_DEMANDEUR"}})
	minor := reporting(sent)
	minor.MinorAtReferral, minor.Representatives = true, []string{"rep-1"}
	presence := medical.RecordInput{Type: "PRESENCE", Ref: ptr("conv-1")}
	absence := medical.RecordInput{Type: "ABSENCE", Ref: ptr("conv-1"), Cause: ptr("DEFAUT_DEMANDEUR")}
	for name, c := range map[string]struct {
		of   medical.Case
		in   medical.RecordInput
		at   time.Time
		want string
	}{
		"came":                       {adult, presence, march(10, 9), ""},
		"came early that day":        {adult, presence, march(10, 7), ""},
		"came the day before":        {adult, presence, march(9, 9), "APPOINTMENT_NOT_COME"},
		"came twice":                 {came, presence, march(10, 10), "REQUEST_CLOSED"},
		"came after an absence":      {missed, presence, march(10, 11), "REQUEST_CLOSED"},
		"absent":                     {adult, absence, march(10, 10), ""},
		"absent before the hour":     {adult, absence, march(10, 8), "APPOINTMENT_NOT_COME"},
		"absent after having come":   {came, absence, march(10, 10), "REQUEST_CLOSED"},
		"absent by a professional":   {adult, with(absence, func(r *medical.RecordInput) { r.Cause = ptr("PROFESSIONNEL_SANS_REPONSE") }), march(10, 10), "cause"},
		"without a summons":          {adult, with(presence, func(r *medical.RecordInput) { r.Ref = ptr("conv-9") }), march(10, 9), "REQUEST_UNKNOWN"},
		"with a field of a default":  {adult, with(presence, func(r *medical.RecordInput) { r.Defaut = ptr("DEMANDEUR_ABSENT") }), march(10, 9), "defaut"},
		"at another stage":           {adult, with(presence, func(r *medical.RecordInput) { r.Stage = ptr("AVIS") }), march(10, 9), "STAGE_MISMATCH"},
		"a minor alone":              {minor, presence, march(10, 9), "LEGAL_REPRESENTATIVE_REQUIRED"},
		"a minor with a stranger":    {minor, with(presence, func(r *medical.RecordInput) { r.LegalRepresentative = ptr("rep-7") }), march(10, 9), "legal_representative"},
		"a minor and representative": {minor, with(presence, func(r *medical.RecordInput) { r.LegalRepresentative = ptr("rep-1") }), march(10, 9), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := c.of.Record(c.in, c.at)
			refused(t, err, c.want)
		})
	}
	cancelled := reporting(sent, told{4, 9, report, medical.ConvocationAnnulee{Ref: "conv-1", Cause: "ERREUR_SERVICE"}})
	_, _, err := cancelled.Record(presence, march(10, 9))
	refused(t, err, "SUMMONS_CANCELLED")
}
