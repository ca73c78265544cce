package family_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cloison/missions"
	"cloison/missions/family"
)

// life plays the events of one case, each asked of Record first, as the act that appends it does.
type life struct {
	t       *testing.T
	request family.Request
	events  []family.Event
}

func begin(t *testing.T, r family.Request) *life { return &life{t: t, request: r} }

func (l *life) standing() family.Standing {
	l.t.Helper()
	s, err := family.Fold(l.request, l.events, family.CurrentLaw)
	if err != nil {
		l.t.Fatal(err)
	}
	return s
}

// try records an event, or says why not; a refused one changes nothing.
func (l *life) try(day string, by family.Actor, d family.Data) error {
	l.t.Helper()
	e := family.Event{Seq: len(l.events) + 1, On: on(day), By: by, Data: d}
	if err := family.Record(l.request, l.standing(), e, family.CurrentLaw); err != nil {
		return err
	}
	l.events = append(l.events, e)
	return nil
}

func (l *life) do(day string, by family.Actor, d family.Data) *life {
	l.t.Helper()
	if err := l.try(day, by, d); err != nil {
		l.t.Fatalf("%s on %s by %s: %v", d.Type(), day, by, err)
	}
	return l
}

func (l *life) refused(day string, by family.Actor, d family.Data, want family.Rule) *life {
	l.t.Helper()
	if err := l.try(day, by, d); !errors.Is(err, want) {
		l.t.Errorf("%s on %s by %s: %v, want %s", d.Type(), day, by, err, want)
	}
	return l
}

// wait lets the clock record what has come by that day, and asks again.
func (l *life) wait(day string) *life {
	l.t.Helper()
	for _, d := range family.Due(l.standing(), on(day)) {
		l.do(day, family.Clock, d)
	}
	if again := family.Due(l.standing(), on(day)); len(again) > 0 {
		l.t.Errorf("on %s the clock says %s twice", day, again[0].Type())
	}
	return l
}

func (l *life) in(want family.State) *life {
	l.t.Helper()
	if got := l.standing().State; got != want {
		l.t.Errorf("the case is %s, want %s", got, want)
	}
	return l
}

// attested is filed and complete on 12 November 2026: the six months end on 12 May 2027.
func attested(t *testing.T) *life {
	return begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).in(family.Deposited).
		do("2026-11-12", family.OFII, family.Completed{Attestation: "69-2026-000123"}).in(family.Complete)
}

// atMayor: received on 20 November, the two months end on 20 January 2027.
func atMayor(t *testing.T) *life {
	return attested(t).do("2026-11-16", family.OFII, family.SentToMayor{Commune: "69123"}).
		do("2026-11-20", family.OFII, family.ReachedMayor{On: on("2026-11-20")}).in(family.AtMayor)
}

var verified = family.MayorOpinion{Resources: family.FoundMet, Housing: family.FoundMet, Opinion: family.Favourable}
var found = family.FoundByOFII{Resources: family.Met, Housing: family.Met, Version: "v"}

func atPrefect(t *testing.T) *life {
	return atMayor(t).do("2027-01-15", family.Mayor, verified).in(family.OpinionOfMayor).
		do("2027-01-20", family.OFII, family.Proposed{Favourable: true}).in(family.AtPrefect)
}

func granted(t *testing.T) *life {
	return atPrefect(t).do("2027-02-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-02-05")}).in(family.Granted)
}

func TestRF_INCOMPLET_TheFileGoesBackAndNoTermRuns(t *testing.T) {
	l := begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).do("2026-11-11", family.OFII, family.Incomplete{Missing: []string{"BULLETINS_DE_PAIE"}}).in(family.NotComplete)
	if s := l.standing(); !s.DecisionBy.IsZero() || len(family.Due(s, on("2030-01-01"))) > 0 {
		t.Error("a term runs on a file that is not complete")
	}
	l.refused("2026-11-12", family.OFII, family.Completed{Attestation: "1"}, family.WrongState)
	l.do("2026-12-01", family.OFII, family.Filed{}).do("2026-12-02", family.OFII, family.Completed{Attestation: "1"}).in(family.Complete)
	wrongField(t, begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).try("2026-11-11", family.OFII, family.Incomplete{}), "missing")
}

func TestRF_ATTESTATION_SixMonthsThatNothingBeginsAgain(t *testing.T) {
	l := atMayor(t)
	before := l.standing().DecisionBy
	if before != on("2027-05-12") {
		t.Errorf("the six months end on %s", before)
	}
	l.wait("2027-01-21").do("2027-02-01", family.OFII, family.Moved{Commune: "33063"}).do("2027-02-02", family.OFII, family.SentToMayor{Commune: "33063"})
	if after := l.standing().DecisionBy; after != before {
		t.Errorf("the six months moved to %s", after)
	}
}

func TestRF_MAIRE_TwoMonthsThenSilenceIsFavourable(t *testing.T) {
	if due := family.Due(atMayor(t).standing(), on("2027-01-20")); len(due) > 0 {
		t.Error("silence spoke on the last day")
	}
	l := atMayor(t).wait("2027-01-21").in(family.OpinionTacit)
	if !l.standing().Mayor.Tacit {
		t.Error("no tacit opinion")
	}
	atMayor(t).do("2027-01-20", family.Mayor, verified).wait("2027-01-21").in(family.OpinionOfMayor)
	// Sent and not received: nothing runs.
	sent := attested(t).do("2026-11-16", family.OFII, family.SentToMayor{Commune: "69123"})
	if due := family.Due(sent.standing(), on("2027-03-01")); len(due) > 0 {
		t.Error("two months ran from the sending")
	}
}

func TestRF_ENQUETE_WhatTheMayorDidNotCheckIsCheckedAndBothGoToThePrefect(t *testing.T) {
	silent := atMayor(t).wait("2027-01-21").
		refused("2027-01-22", family.OFII, family.Proposed{Favourable: true}, family.NotChecked).
		do("2027-01-22", family.OFII, family.EnquiryOpened{Why: family.MayorDidNotCheck}).in(family.Enquiry).
		refused("2027-01-22", family.OFII, family.Proposed{Favourable: true}, family.NotChecked).
		do("2027-02-01", family.OFII, family.FoundByOFII{Resources: family.Met, Housing: family.NotMet, Version: "v"}).in(family.Examined).
		do("2027-02-02", family.OFII, family.Proposed{Grounds: []family.Ground{"LOGEMENT_SURFACE"}}).in(family.AtPrefect)
	if s := silent.standing(); !s.Mayor.Tacit || s.Found == nil || s.Found.Housing != family.NotMet {
		t.Error("the tacit opinion and OFII's finding do not both stand")
	}
	partly := family.MayorOpinion{Resources: family.FoundMet, Housing: family.Unchecked, Opinion: family.Favourable}
	atMayor(t).do("2027-01-10", family.Mayor, partly).refused("2027-01-12", family.OFII, family.Proposed{Favourable: true}, family.NotChecked)
	asks := verified
	asks.AsksOFII = true
	atMayor(t).do("2027-01-10", family.Mayor, asks).refused("2027-01-12", family.OFII, family.Proposed{Favourable: true}, family.NotChecked).
		do("2027-01-12", family.OFII, family.EnquiryOpened{Why: family.MayorAsked})
	atMayor(t).refused("2027-01-12", family.OFII, family.EnquiryOpened{Why: family.Doubt}, family.MayorStillHasTime).
		refused("2027-01-12", family.OFII, found, family.MayorStillHasTime).
		refused("2027-01-12", family.OFII, family.Proposed{Favourable: true}, family.MayorStillHasTime)
}

func TestRF_VISITE_WithConsentOrDeemedNotMetAndTwiceAbsent(t *testing.T) {
	enquiry := func() *life {
		return atMayor(t).wait("2027-01-21").do("2027-01-22", family.OFII, family.EnquiryOpened{Why: family.MayorDidNotCheck})
	}
	enquiry().refused("2027-01-25", family.OFII, family.Visit{Outcome: family.VisitDone}, family.ConsentRequired).
		refused("2027-01-25", family.OFII, family.Visit{Outcome: family.VisitDone, Consent: ptr(on("2027-01-26"))}, family.ConsentRequired).
		do("2027-01-25", family.OFII, family.Visit{Outcome: family.VisitDone, Consent: ptr(on("2027-01-25"))})
	refusing := enquiry().do("2027-01-25", family.OFII, family.Visit{Outcome: family.VisitRefused})
	wrongField(t, refusing.try("2027-01-26", family.OFII, found), "housing")
	refusing.do("2027-01-26", family.OFII, family.FoundByOFII{Resources: family.Met, Housing: family.NotMet, Version: "v"})
	absent := func(again string) family.Visit {
		return family.Visit{Outcome: family.VisitAbsent, Again: ptr(on(again))}
	}
	enquiry().refused("2027-01-25", family.OFII, family.Visit{Outcome: family.VisitAbsent}, family.VisitTooFar).
		refused("2027-01-25", family.OFII, absent("2027-02-03"), family.VisitTooFar).
		do("2027-01-25", family.OFII, absent("2027-02-02")).
		do("2027-02-02", family.OFII, family.Visit{Outcome: family.VisitAbsent}).
		refused("2027-02-03", family.OFII, family.Visit{Outcome: family.VisitAbsent}, family.SecondAbsence)
}

func TestRF_PRINCIPES_DeemedGivenInNoSense(t *testing.T) {
	asked := func() *life { return atPrefect(t).do("2027-01-25", family.Prefecture, family.PrinciplesAsked{}) }
	l := asked().wait("2027-03-26")
	if s := l.standing(); !s.Principles.Deemed || s.Principles.Given != nil || s.State != family.AtPrefect {
		t.Errorf("%+v", s.Principles)
	}
	if len(family.Due(asked().standing(), on("2027-03-25"))) > 0 {
		t.Error("deemed given on the last day")
	}
	given := asked().do("2027-02-10", family.Mayor, family.PrinciplesGiven{Favourable: false}).wait("2027-03-26")
	if given.standing().Principles.Deemed {
		t.Error("given and deemed given")
	}
}

func TestRF_PREFET_DecidesAloneAndARefusalSaysWhy(t *testing.T) {
	yes := family.Decided{Granted: true, NotifiedOn: on("2027-02-05")}
	for _, by := range []family.Actor{family.OFII, family.Mayor, family.Consulate, family.Clock} {
		atPrefect(t).refused("2027-02-01", by, yes, family.WrongAuthority)
	}
	atMayor(t).refused("2027-01-10", family.Prefecture, yes, family.WrongState)
	atPrefect(t).refused("2027-02-01", family.Prefecture, family.Decided{NotifiedOn: on("2027-02-05")}, family.GroundsRequired).
		refused("2027-02-01", family.Prefecture, family.Decided{NotifiedOn: on("2027-02-05"), Grounds: []family.Ground{"TROP_PEU_DE_CHAMBRES"}}, family.GroundsRequired).
		refused("2027-02-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-01-31")}, family.OutOfOrder).
		do("2027-02-01", family.Prefecture, family.Decided{NotifiedOn: on("2027-02-05"), Grounds: []family.Ground{"RESSOURCES"}}).in(family.Refused).
		refused("2027-02-02", family.Prefecture, yes, family.WrongState)
}

func TestRF_E9_TheTitleOfWhoHadAReceiptIsCheckedFirst(t *testing.T) {
	receipt := with(titles(
		family.Title{Code: family.MultiYearCard, From: on("2022-10-01"), To: ptr(on("2026-09-30"))},
		family.Title{Code: family.RenewalReceipt, Renews: family.MultiYearCard, From: on("2026-10-01"), To: ptr(on("2027-01-01"))}))
	says(t, "a receipt", receipt, "RF-E9", family.ToWeigh)
	says(t, "a card", usual(), "RF-E9", family.NoObject)
	before := func() *life {
		l := atPrefect(t)
		return &life{t, receipt, l.events}
	}
	yes := family.Decided{Granted: true, NotifiedOn: on("2027-02-05")}
	no := family.Decided{Grounds: []family.Ground{"TITRE"}, NotifiedOn: on("2027-02-05")}
	before().refused("2027-02-01", family.Prefecture, yes, family.TitleNotChecked).refused("2027-02-01", family.Prefecture, no, family.TitleNotChecked).
		refused("2027-02-01", family.OFII, family.TitleChecked{Issued: true}, family.WrongAuthority).
		do("2027-02-01", family.Prefecture, family.TitleChecked{Issued: true}).do("2027-02-01", family.Prefecture, yes).in(family.Granted)
	before().do("2027-02-01", family.Prefecture, family.TitleChecked{Issued: false}).
		refused("2027-02-01", family.Prefecture, yes, family.TitleNotChecked).do("2027-02-01", family.Prefecture, no).in(family.Refused)
}

func TestRF_SILENCE_TheClockAloneRejectsAndThePrefectMayStillDecide(t *testing.T) {
	for _, by := range []family.Actor{family.OFII, family.Mayor, family.Prefecture, family.Consulate} {
		atPrefect(t).refused("2027-05-13", by, family.RejectedBySilence{}, family.WrongAuthority)
	}
	atPrefect(t).refused("2027-05-12", family.Clock, family.RejectedBySilence{}, family.NotDue)
	l := atPrefect(t).wait("2027-05-13").in(family.SilentRejection)
	l.do("2027-06-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-06-02")}).in(family.Granted)
	if !l.standing().Silent {
		t.Error("the silence was forgotten")
	}
	// A file that never reached the prefect is rejected too, and OFII may still send it.
	late := atMayor(t).wait("2027-05-13").in(family.SilentRejection)
	if !late.standing().Mayor.Tacit {
		t.Error("the mayor's silence came later and was not recorded")
	}
	granted(t).wait("2027-05-13").in(family.Granted)
}

func TestRF_RECOURS_TwoMonths(t *testing.T) {
	refused := func() *life {
		return atPrefect(t).do("2027-02-01", family.Prefecture, family.Decided{Grounds: []family.Ground{"RESSOURCES"}, NotifiedOn: on("2027-02-05")})
	}
	appeal := func(day string) family.Appealed {
		return family.Appealed{Remedy: "TRIBUNAL_ADMINISTRATIF", On: on(day)}
	}
	refused().do("2027-04-05", family.Prefecture, appeal("2027-04-05")).in(family.UnderAppeal)
	refused().refused("2027-04-06", family.Prefecture, appeal("2027-04-06"), family.RemediesOver).
		do("2027-04-10", family.Prefecture, appeal("2027-04-05")).in(family.UnderAppeal)
	atPrefect(t).wait("2027-05-13").do("2027-07-13", family.OFII, appeal("2027-07-13")).in(family.UnderAppeal).
		do("2027-08-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-08-01")}).in(family.Granted)
	granted(t).refused("2027-03-01", family.Prefecture, appeal("2027-03-01"), family.WrongState)
}

func TestRF_VISA_AskedFromTheAttestationOnAndSixMonthsAtMost(t *testing.T) {
	begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).refused("2026-11-11", family.Consulate, family.VisaAsked{On: on("2026-11-11")}, family.WrongState)
	early := attested(t).do("2026-11-13", family.Consulate, family.VisaAsked{On: on("2026-11-13")}).in(family.Complete)
	early.refused("2026-11-14", family.Consulate, family.VisaIssued{On: on("2026-11-14")}, family.WrongState)
	rest := atPrefect(t).events[2:]
	early.events = append(early.events, rest...)
	early.do("2027-02-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-02-05")}).in(family.VisaRequested)
	if len(family.Due(granted(t).standing(), on("2027-08-05"))) > 0 {
		t.Error("lapsed on the last day")
	}
	granted(t).wait("2027-08-06").in(family.Lapse)
	granted(t).do("2027-03-01", family.Consulate, family.VisaAsked{On: on("2027-03-01")}).do("2027-04-01", family.Consulate, family.VisaRefused{On: on("2027-04-01")}).in(family.VisaDenied)
}

func visa(t *testing.T, day string) *life {
	return granted(t).do(day, family.Consulate, family.VisaAsked{On: on(day)}).do(day, family.Consulate, family.VisaIssued{On: on(day)}).in(family.VisaGiven)
}

func TestRF_CADUCITE_ThreeMonthsToEnterSaveForceMajeure(t *testing.T) {
	visa(t, "2027-03-10").refused("2027-06-11", family.OFII, family.Arrived{EntryOn: on("2027-06-11")}, family.EntryTooLate)
	lapsed := visa(t, "2027-03-10").wait("2027-06-11").in(family.Lapse)
	lapsed.refused("2027-06-12", family.OFII, family.NewVisaAgreed{}, family.WrongAuthority)
	lapsed.do("2027-06-12", family.Prefecture, family.NewVisaAgreed{}).in(family.VisaRequested).
		do("2027-07-01", family.Consulate, family.VisaIssued{On: on("2027-07-01")}).do("2027-09-01", family.OFII, family.Arrived{EntryOn: on("2027-08-30")}).in(family.Entered)
	// An entry in time that OFII learns of late.
	visa(t, "2027-03-10").wait("2027-06-11").do("2027-06-20", family.OFII, family.Arrived{EntryOn: on("2027-06-10")}).in(family.Entered)
	granted(t).wait("2027-08-06").refused("2027-08-07", family.Prefecture, family.NewVisaAgreed{}, family.WrongState)
}

func TestRF_ARRIVEE_PreparedFromTheCountryOfOrigin(t *testing.T) {
	l := granted(t)
	for _, step := range family.ArrivalSteps() {
		l.do("2027-02-10", family.OFII, family.Prepared{Step: step})
	}
	wrongField(t, l.try("2027-02-11", family.OFII, family.Prepared{Step: family.ArrivalGuide}), "step")
	atPrefect(t).refused("2027-01-25", family.OFII, family.Prepared{Step: family.ArrivalGuide}, family.WrongState)
}

func TestRF_REMISE_ARecordedMessageOfNamedFields(t *testing.T) {
	l := visa(t, "2027-03-10").do("2027-04-01", family.OFII, family.Arrived{EntryOn: on("2027-03-30")}).
		refused("2027-04-02", family.OFII, family.HandedOver{}, family.CertificateMissing).
		do("2027-04-10", family.MedicalService, family.CertificateIssued{}).
		refused("2027-04-11", family.OFII, family.HandedOver{}, family.ArrivalUnprepared)
	for _, step := range family.ArrivalSteps() {
		l.do("2027-04-12", family.OFII, family.Prepared{Step: step})
	}
	l.do("2027-04-13", family.OFII, family.HandedOver{}).in(family.ToIntegration)
	message := family.NewHandOver("c-1", "DT-LYON", l.request, l.standing())
	if message.LegalBasis == "" || len(message.Persons) != 3 || message.EntryOn != on("2027-03-30") {
		t.Errorf("%+v", message)
	}
	// The list of fields is what the message has, and no more.
	var fields []string
	for _, typ := range []reflect.Type{reflect.TypeFor[family.HandOver](), reflect.TypeFor[family.HandedOne]()} {
		for i := range typ.NumField() {
			fields = append(fields, typ.Field(i).Tag.Get("json"))
		}
	}
	for _, field := range fields {
		if slices.Contains([]string{"from", "to", "legal_basis", "fields", "persons"}, field) {
			continue
		}
		if !slices.Contains(message.Fields, field) && !slices.Contains(message.Fields, "persons."+field) {
			t.Errorf("the message carries %s, which its list does not name", field)
		}
	}
	l.do("2027-04-14", family.OFII, family.Closed{}).in(family.Ended)
}

func TestRF_EC1_AnOpinionOfTheDayAfterIsKeptAsLate(t *testing.T) {
	l := atMayor(t).wait("2027-01-21").do("2027-01-21", family.Mayor, verified).in(family.OpinionTacit)
	if s := l.standing(); !s.Mayor.Late || !s.Mayor.Tacit || s.Mayor.Opinion == nil {
		t.Errorf("%+v", s.Mayor)
	}
	l.do("2027-01-22", family.OFII, family.Proposed{Favourable: true}).in(family.AtPrefect) // its results may still serve
	// Recorded before the clock came round: late all the same, and silence still speaks.
	early := atMayor(t).do("2027-01-21", family.Mayor, verified).in(family.AtMayor).wait("2027-01-21").in(family.OpinionTacit)
	if !early.standing().Mayor.Late {
		t.Error("not late")
	}
}

func TestRF_EC2_AChildWhoComesOfAgeLaterStaysAskedFor(t *testing.T) {
	r := with(func(r *family.Request) { r.Family[1].BirthDate = on("2008-11-11") }) // eighteen the day after filing
	l := &life{t, r, atPrefect(t).events}
	says(t, "of age since", l.standing().Household(r), "RF-E5", family.Met)
}

func TestRF_EC3_AMoveBeginsAnotherMayorPerhapsAnotherDirection(t *testing.T) {
	l := atMayor(t).do("2027-01-10", family.Mayor, verified).do("2027-01-12", family.OFII, family.Moved{Commune: "33063"}).in(family.Complete)
	if s := l.standing(); s.Mayor.Opinion != nil || s.Commune != "33063" || s.DecisionBy != on("2027-05-12") {
		t.Errorf("%+v", s)
	}
	wrongField(t, l.try("2027-01-13", family.OFII, family.SentToMayor{Commune: "69123"}), "commune")
	from, err := missions.DirectionOf(missions.Department("69123"), on("2027-01-12"))
	if err != nil {
		t.Fatal(err)
	}
	to, err := missions.DirectionOf(missions.Department(l.standing().Commune), on("2027-01-12"))
	if err != nil || from.Direction != "DT-LYON" || to.Direction != "DT-BORDEAUX" {
		t.Errorf("%s to %s: %v", from.Direction, to.Direction, err)
	}
	l.do("2027-01-13", family.OFII, family.SentToMayor{Commune: "33063"}).in(family.AtMayor)
	granted(t).refused("2027-03-01", family.OFII, family.Moved{Commune: "33063"}, family.WrongState)
}

func TestRF_EC4_ABirthRaisesBothThresholds(t *testing.T) {
	l := atMayor(t)
	before := l.standing().Household(l.request)
	l.do("2026-12-20", family.OFII, family.Born{BirthDate: on("2026-12-15")})
	after := l.standing().Household(l.request)
	if before.Size() != 4 || after.Size() != 5 {
		t.Fatalf("%d then %d persons", before.Size(), after.Size())
	}
	home := family.Housing{Commune: "69123", Surface: missions.Whole(45), Decency: wholly(family.Decent)}
	for size, want := range map[int]family.Outcome{4: family.Met, 5: family.NotMet} {
		got, err := family.ComputeHousing(after, size, home, family.SampleZones(), family.CurrentLaw)
		if err != nil || got.Finding.Outcome != want {
			t.Errorf("%d persons on 45 m²: %s (%v)", size, got.Finding.Outcome, err)
		}
	}
	wrongField(t, l.try("2026-12-21", family.OFII, family.Born{BirthDate: on("2026-01-01")}), "birth_date")
}

func TestRF_EC5_TheCoefficientChangesAtFourAndAtSix(t *testing.T) {
	for size, want := range map[int]missions.Value{2: 100, 3: 100, 4: 110, 5: 110, 6: 120, 7: 120, 12: 120} {
		got, err := family.ComputeResources(usual(), size, nil, family.Gross, family.CurrentLaw)
		if err != nil || got.Coef != want {
			t.Errorf("%d persons: %s (%v)", size, got.Coef.French(), err)
		}
	}
}

func TestRF_EC6_NaturalisedTheCaseHasNoObject(t *testing.T) {
	for _, l := range []*life{attested(t), atMayor(t), atPrefect(t), granted(t)} {
		l.do("2027-03-01", family.OFII, family.Naturalised{}).in(family.Ended)
		if due := family.Due(l.standing(), on("2030-01-01")); len(due) > 0 {
			t.Errorf("the clock still says %s", due[0].Type())
		}
	}
}

func TestRF_EC7_InParisThePrefectOfPolice(t *testing.T) {
	for commune, want := range map[string]string{"75113": "préfet de police", "69123": "préfet du département 69", "2A004": "préfet du département 2A"} {
		s, err := family.Fold(with(func(r *family.Request) { r.Commune = commune }), nil, family.CurrentLaw)
		if err != nil || s.Authority() != want {
			t.Errorf("%s: %q (%v)", commune, s.Authority(), err)
		}
	}
}

func TestRF_EC8_AVisaOfTheLastOfJanuaryUntilTheLastOfApril(t *testing.T) {
	l := atPrefect(t).do("2027-01-25", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-01-25")})
	l.do("2027-01-28", family.Consulate, family.VisaAsked{On: on("2027-01-28")}).do("2027-01-31", family.Consulate, family.VisaIssued{On: on("2027-01-31")})
	if s := l.standing(); s.EntryBy != on("2027-04-30") || len(family.Due(s, on("2027-04-30"))) > 0 {
		t.Errorf("entry by %s", s.EntryBy)
	}
	l.wait("2027-05-01").in(family.Lapse)
}

func TestRF_EC9_TheFeeIsZeroAndSaidToBeConfirmed(t *testing.T) {
	p, err := family.CurrentLaw.On("P-RF-FEE", "EUROS", on("2026-11-10"))
	if err != nil || p.Value != 0 || p.Status != missions.ToConfirm || p.Note == "" {
		t.Errorf("%+v %v", p, err)
	}
}

func TestRF_EC10_NothingIsComputedForMayotte(t *testing.T) {
	r := with(func(r *family.Request) { r.Commune = "97608" })
	_, err := family.ComputeResources(r, 4, nil, family.Gross, family.CurrentLaw)
	_, other := family.ComputeHousing(r, 4, family.Housing{Commune: "97608"}, family.SampleZones(), family.CurrentLaw)
	for _, err := range []error{err, other} {
		var none *family.NotComputed
		if !errors.As(err, &none) || none.Code != "RF-EC10" || !strings.Contains(family.Sentence(err), "à confirmer") {
			t.Errorf("%v", err)
		}
	}
}

func TestRF_EC11_NoTestOfFrenchBeforeDeparture(t *testing.T) {
	var all []string
	all = append(all, family.EventTypes()...)
	for _, step := range family.ArrivalSteps() {
		all = append(all, string(step))
	}
	for _, p := range family.CurrentLaw.Rows() {
		all = append(all, p.Code, p.Key)
	}
	for _, code := range all {
		for _, word := range []string{"FRANCAIS", "LANGUE", "EVALUATION", "TEST"} {
			if strings.Contains(code, word) && !strings.HasPrefix(code, "ATTESTATION") {
				t.Errorf("%s: the reform of 2016 ended it", code)
			}
		}
	}
}

// TestNoGroundCountsRooms: courts annulled refusals on the number of rooms.
func TestNoGroundCountsRooms(t *testing.T) {
	for _, g := range append(family.Grounds(), func() (all []family.Ground) {
		for _, item := range family.DecencyItems() {
			all = append(all, family.Ground(item))
		}
		return all
	}()...) {
		for _, word := range []string{"PIECE", "CHAMBRE"} {
			if strings.Contains(string(g), word) {
				t.Errorf("%s counts rooms", g)
			}
		}
	}
}

// TestNoFieldOfACaseSpeaksOfHealth: a motive of health stands in the pieces, and the medical visit is a fact without a finding.
func TestNoFieldOfACaseSpeaksOfHealth(t *testing.T) {
	for _, m := range family.Motives() {
		if strings.Contains(string(m), "SANTE") || strings.Contains(string(m), "MEDIC") {
			t.Errorf("motive %s", m)
		}
	}
	if n := reflect.TypeFor[family.CertificateIssued]().NumField(); n != 0 {
		t.Errorf("the certificate carries %d fields", n)
	}
}

// TestEveryEventIsReadAsItWasWritten, and nothing else is.
func TestEveryEventIsReadAsItWasWritten(t *testing.T) {
	for _, e := range granted(t).events {
		text, err := family.EncodeData(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		back, err := family.DecodeData(e.Data.Type(), text)
		if err != nil || !reflect.DeepEqual(back, e.Data) {
			t.Errorf("%s: %v %v", text, back, err)
		}
	}
	for code, text := range map[string]string{"DECISION": `{"granted":true,"diagnosis":"x"}`, "INCONNU": `{}`} {
		if _, err := family.DecodeData(code, []byte(text)); err == nil {
			t.Errorf("%s %s was read", code, text)
		}
	}
}

// TestEveryRefusalSaysWhatToDo: each rule that Record may raise has a sentence.
func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	for _, r := range family.Rules() {
		if family.Sentence(r) == "" {
			t.Errorf("%s has no sentence", r)
		}
	}
}
