package medical_test

import (
	"testing"

	"cloison/medical"
)

func posted(more ...told) medical.Case {
	return reporting(append([]told{{3, 9, report, medical.ConvocationEnvoyee{Ref: "conv-1", AppointmentAt: march(20, 9), Mode: "LRAR"}}}, more...)...)
}

func tracked(day int, a medical.Acheminement) told {
	a.Ref = "conv-1"
	return told{day, 9, "", a}
}

func TestFactsOfALetterHoldTogether(t *testing.T) {
	presented := tracked(6, medical.Acheminement{PresentedOn: on(5)})
	unknown := tracked(6, medical.Acheminement{ReturnedOn: on(6), ReturnReason: "NPAI"})
	for name, c := range map[string]struct {
		of   medical.Case
		in   medical.Delivery
		want string
	}{
		"presented":                      {posted(), medical.Delivery{PresentedOn: on(5)}, ""},
		"presented, then collected":      {posted(presented), medical.Delivery{CollectedOn: on(8)}, ""},
		"posted the day after":           {posted(), medical.Delivery{SentOn: on(4)}, ""},
		"its number alone":               {posted(), medical.Delivery{RegisteredNumber: ptr("2C000")}, ""},
		"unclaimed":                      {posted(presented), medical.Delivery{ReturnedOn: on(9), ReturnReason: ptr("NON_RECLAME")}, ""},
		"unknown at that address":        {posted(), medical.Delivery{ReturnedOn: on(6), ReturnReason: ptr("NPAI")}, ""},
		"sent again after it came back":  {posted(unknown), medical.Delivery{SentOn: on(7), PresentedOn: on(8)}, ""},
		"nothing":                        {posted(), medical.Delivery{}, "sent_on"},
		"a return without its reason":    {posted(), medical.Delivery{ReturnedOn: on(6)}, "return_reason"},
		"a reason without its return":    {posted(), medical.Delivery{ReturnReason: ptr("NPAI")}, "return_reason"},
		"tomorrow":                       {posted(), medical.Delivery{PresentedOn: on(11)}, "FUTURE_DATE"},
		"posted before it was asked":     {posted(), medical.Delivery{SentOn: on(2)}, "DELIVERY_CONTRADICTORY"},
		"presented before it was posted": {posted(), medical.Delivery{PresentedOn: on(2)}, "DELIVERY_CONTRADICTORY"},
		"collected before presented":     {posted(presented), medical.Delivery{CollectedOn: on(4)}, "DELIVERY_CONTRADICTORY"},
		"collected and returned":         {posted(presented), medical.Delivery{CollectedOn: on(6), ReturnedOn: on(7), ReturnReason: ptr("REFUSE")}, "DELIVERY_CONTRADICTORY"},
		"unclaimed and never presented":  {posted(), medical.Delivery{ReturnedOn: on(9), ReturnReason: ptr("NON_RECLAME")}, "DELIVERY_CONTRADICTORY"},
		"presented where nobody lives":   {posted(presented), medical.Delivery{ReturnedOn: on(6), ReturnReason: ptr("NPAI")}, "DELIVERY_CONTRADICTORY"},
		"presented on another day":       {posted(presented), medical.Delivery{PresentedOn: on(6)}, "DELIVERY_CONTRADICTORY"},
		"presented once it came back":    {posted(unknown), medical.Delivery{PresentedOn: on(8)}, "DELIVERY_CONTRADICTORY"},
		"sent again before it came back": {posted(unknown), medical.Delivery{SentOn: on(5)}, "DELIVERY_CONTRADICTORY"},
		"returned for two reasons":       {posted(presented, tracked(9, medical.Acheminement{ReturnedOn: on(9), ReturnReason: "REFUSE"})), medical.Delivery{ReturnedOn: on(9), ReturnReason: ptr("NON_RECLAME")}, "DELIVERY_CONTRADICTORY"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.of.CheckDelivery("conv-1", c.in, *on(10)), c.want) })
	}
	refused(t, posted().CheckDelivery("conv-9", medical.Delivery{PresentedOn: on(5)}, *on(10)), "REQUEST_UNKNOWN")
	_, _, err := posted().Record(medical.RecordInput{Type: "COURRIER_RETOURNE_NPAI", Ref: ptr("conv-9")}, march(10, 9))
	refused(t, err, "REQUEST_UNKNOWN")
	for name, c := range map[string]struct {
		of   medical.Case
		want string
	}{"": {posted(), ""}, "presented": {posted(presented), "DELIVERY_CONTRADICTORY"}, "returned": {posted(unknown), "DELIVERY_CONTRADICTORY"}} {
		_, _, err := c.of.Record(medical.RecordInput{Type: "COURRIER_RETOURNE_NPAI", Ref: ptr("conv-1")}, march(10, 9))
		t.Run("returned by its own event, "+name, func(t *testing.T) { refused(t, err, c.want) })
	}
}

// A default is the person's only if the letter was presented at the last known address, said the right day, and nothing excuses the absence.
func TestAnAbsenceIsImputedOnlyWithProofOfPresentation(t *testing.T) {
	absent := told{20, 10, report, medical.Absence{Ref: "conv-1", Cause: "DEFAUT_DEMANDEUR"}}
	found := medical.DefautConstate{Ref: "conv-1", Defaut: "DEMANDEUR_ABSENT", Cause: "DEFAUT_DEMANDEUR"}
	presented := tracked(6, medical.Acheminement{PresentedOn: on(5)})
	sent := func(d medical.ConvocationEnvoyee) told {
		d.Ref, d.AppointmentAt = "conv-1", march(20, 9)
		return told{3, 9, report, d}
	}
	other := march(21, 9)
	for name, c := range map[string]struct {
		of   medical.Case
		d    medical.DefautConstate
		want string
	}{
		"presented":                          {posted(presented, absent), found, ""},
		"collected":                          {posted(tracked(6, medical.Acheminement{CollectedOn: on(5)}), absent), found, ""},
		"received, says the request":         {reporting(sent(medical.ConvocationEnvoyee{ReceivedOn: on(6)}), absent), found, ""},
		"handed over":                        {reporting(sent(medical.ConvocationEnvoyee{Mode: "REMISE_EN_MAIN"}), absent), found, ""},
		"unclaimed":                          {posted(presented, tracked(9, medical.Acheminement{ReturnedOn: on(9), ReturnReason: "NON_RECLAME"}), absent), found, ""},
		"sent again and presented":           {posted(told{6, 9, report, medical.CourrierRetourneNPAI{Ref: "conv-1"}}, tracked(8, medical.Acheminement{SentOn: on(7), PresentedOn: on(8)}), absent), found, ""},
		"without proof":                      {posted(absent), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"received later than the finding":    {reporting(sent(medical.ConvocationEnvoyee{ReceivedOn: on(30)}), absent), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"unknown at that address":            {posted(told{6, 9, report, medical.CourrierRetourneNPAI{Ref: "conv-1"}}, absent), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"an address that was replaced":       {posted(presented, told{7, 9, "", medical.AdresseVerifiee{}}, absent), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"collected at the former address":    {posted(tracked(6, medical.Acheminement{CollectedOn: on(5)}), told{7, 9, "", medical.AdresseVerifiee{}}, absent), found, ""},
		"the letter said another day":        {reporting(sent(medical.ConvocationEnvoyee{ReceivedOn: on(6), LetterAppointmentAt: &other}), absent), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"a mistake of the service":           {posted(presented, absent), with(found, func(d *medical.DefautConstate) { d.Cause = "ERREUR_SERVICE" }), "N4_CAUSE_NOT_IMPUTABLE"},
		"an absence that was excused":        {posted(presented, told{20, 10, report, medical.Absence{Ref: "conv-1", Cause: "EXCUSE_LEGITIME"}}), found, "N4_CAUSE_NOT_IMPUTABLE"},
		"no absence was recorded":            {posted(presented), found, "ABSENCE_MISSING"},
		"the person came":                    {posted(presented, told{20, 9, report, medical.Presence{Ref: "conv-1"}}), found, "REQUEST_CLOSED"},
		"the summons was taken back":         {posted(presented, absent, told{20, 11, report, medical.ConvocationAnnulee{Ref: "conv-1"}}), found, "SUMMONS_CANCELLED"},
		"twice":                              {posted(presented, absent, told{20, 11, report, found}), found, "DEFAULT_ALREADY_FOUND"},
		"once the report is signed":          {posted(presented, absent, told{20, 11, report, medical.RapportSigne{}}), found, "DEFAULT_STAGE_OVER"},
		"without its request":                {posted(), with(found, func(d *medical.DefautConstate) { d.Ref = "conv-9" }), "REQUEST_UNKNOWN"},
		"another default than the request's": {posted(presented, absent), with(found, func(d *medical.DefautConstate) { d.Defaut = "EXAMENS_NON_PRODUITS" }), "REQUEST_OTHER_KIND"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.of.CheckDefault(c.d, *on(20)), c.want) })
	}
}

// The due date is that of the later start in circulation.
func TestExaminationsAndAnswersAreMissingOnlyAfterTheirTerm(t *testing.T) {
	asked := told{3, 9, report, medical.ExamensDemandes{Ref: "exa-1", DueOn: *on(18)}}
	received := told{3, 9, report, medical.ExamensDemandes{Ref: "exa-1", DueOn: *on(18), RequestReceivedOn: on(5)}}
	question := told{3, 9, report, medical.ComplementDemande{Ref: "exa-1", DueOn: *on(18)}}
	exams := medical.DefautConstate{Ref: "exa-1", Defaut: "EXAMENS_NON_PRODUITS", Cause: "DEFAUT_DEMANDEUR"}
	silence := medical.DefautConstate{Ref: "exa-1", Defaut: "SANS_REPONSE_15J", Cause: "PROFESSIONNEL_SANS_REPONSE"}
	for name, c := range map[string]struct {
		of    medical.Case
		d     medical.DefautConstate
		today int
		want  string
	}{
		"the day after":                {reporting(received), exams, 21, ""},
		"the last day":                 {reporting(received), exams, 20, "BEFORE_DUE"},
		"the other start has passed":   {reporting(received), exams, 19, "BEFORE_DUE"},
		"receipt learnt by the letter": {reporting(asked, told{6, 9, "", medical.Acheminement{Ref: "exa-1", PresentedOn: on(5)}}), exams, 21, ""},
		"without proof":                {reporting(asked), exams, 19, "N5_CAUSE_NOT_IMPUTABLE"},
		"not the person's":             {reporting(received), with(exams, func(d *medical.DefautConstate) { d.Cause = "EXCUSE_LEGITIME" }), 21, "N5_CAUSE_NOT_IMPUTABLE"},
		"produced":                     {reporting(received, told{10, 9, report, medical.ExamensProduits{Ref: "exa-1"}}), exams, 21, "REQUEST_CLOSED"},
		"no answer":                    {reporting(question), silence, 19, ""},
		"no answer yet":                {reporting(question), silence, 18, "BEFORE_DUE"},
		"an answer":                    {reporting(question, told{10, 9, report, medical.ComplementRecu{Ref: "exa-1"}}), silence, 19, "REQUEST_CLOSED"},
		"the professional's silence as the person's": {reporting(question), with(silence, func(d *medical.DefautConstate) { d.Cause = "DEFAUT_DEMANDEUR" }), 19, "cause"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.of.CheckDefault(c.d, *on(c.today)), c.want) })
	}
}

func TestAnIdentityIsNotProvenOnlyAfterACheck(t *testing.T) {
	missing := medical.DefautConstate{Defaut: "IDENTITE_NON_JUSTIFIEE", Cause: "DEFAUT_DEMANDEUR"}
	no := told{5, 9, report, medical.IdentiteVerifiee{Person: "patient"}}
	refused(t, reporting(no).CheckDefault(missing, *on(6)), "")
	refused(t, reporting().CheckDefault(missing, *on(6)), "IDENTITY_NOT_MISSING")
	refused(t, reporting(no, told{5, 10, report, medical.IdentiteVerifiee{Person: "patient", IdentityShown: true}}).CheckDefault(missing, *on(6)), "IDENTITY_NOT_MISSING")
	refused(t, reporting(no, told{5, 11, report, missing}).CheckDefault(missing, *on(6)), "DEFAULT_ALREADY_FOUND")
	refused(t, reporting(no, told{5, 11, report, medical.RapportSigne{}}).CheckDefault(missing, *on(6)), "IDENTITY_NOT_MISSING")
}

// A default never changes a state and never stops what comes next (R. 425-12; invariant 13).
func TestADefaultChangesNoState(t *testing.T) {
	before := posted(tracked(6, medical.Acheminement{PresentedOn: on(5)}), told{20, 10, report, medical.Absence{Ref: "conv-1", Cause: "DEFAUT_DEMANDEUR"}})
	after := posted(tracked(6, medical.Acheminement{PresentedOn: on(5)}), told{20, 10, report, medical.Absence{Ref: "conv-1", Cause: "DEFAUT_DEMANDEUR"}},
		told{20, 11, report, medical.DefautConstate{Ref: "conv-1", Defaut: "DEMANDEUR_ABSENT", Cause: "DEFAUT_DEMANDEUR"}})
	if medical.State(before) != medical.State(after) {
		t.Errorf("%s became %s", medical.State(before), medical.State(after))
	}
}

// The report states the defaults of the day it is signed.
func TestAReportIsSignedOnlyAsTheEventsStand(t *testing.T) {
	c := posted(told{20, 10, report, medical.Absence{Ref: "conv-1"}})
	refused(t, medical.CheckReportCurrent(c, march(21, 9)), "")
	refused(t, medical.CheckReportCurrent(posted(told{22, 9, report, medical.Presence{Ref: "conv-1"}}), march(21, 9)), "REPORT_OUTDATED")
}
