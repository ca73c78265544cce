package family_test

import (
	"errors"
	"strings"
	"testing"

	"cloison/missions"
	"cloison/missions/family"
)

func on(text string) missions.Date {
	d, err := missions.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func ptr[T any](v T) *T { return &v }

// usual is a request that meets every condition: a couple in Lyon, two children asked for.
func usual() family.Request {
	return family.Request{
		Type: family.Introduction, FiledOn: on("2026-11-10"), Commune: "69123",
		Applicant: family.Applicant{BirthDate: on("1988-02-03"), Nationality: "SEN", Status: family.ThirdCountry, MarriedOn: ptr(on("2015-06-01")),
			Titles: []family.Title{
				{Code: family.TemporaryCard, From: on("2023-01-10"), To: ptr(on("2024-01-09"))},
				{Code: family.MultiYearCard, From: on("2024-01-10"), To: ptr(on("2028-01-09"))},
			}},
		Family: []family.Beneficiary{
			{Relation: family.Spouse, BirthDate: on("1990-07-14"), Nationality: "SEN", Asked: true},
			{Relation: family.Child, BirthDate: on("2016-03-02"), Nationality: "SEN", Asked: true, Filiation: family.OfTheCouple},
			{Relation: family.Child, BirthDate: on("2019-09-21"), Nationality: "SEN", Asked: true, Filiation: family.OfTheCouple},
		},
	}
}

func with(change func(*family.Request)) family.Request {
	r := usual()
	change(&r)
	return r
}

// says asserts what one rule says of a request.
func says(t *testing.T, name string, r family.Request, rule string, want family.Outcome) {
	t.Helper()
	all, err := family.Eligibility(r, family.CurrentLaw)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, f := range all {
		if f.Rule == rule {
			if f.Outcome != want {
				t.Errorf("%s: %s is %s (%s), want %s", name, rule, f.Outcome, f.Why, want)
			}
			if f.Why == "" || f.Source == "" {
				t.Errorf("%s: %s says neither why nor where from", name, rule)
			}
			return
		}
	}
	t.Fatalf("%s: no rule %s", name, rule)
}

func titles(all ...family.Title) func(*family.Request) {
	return func(r *family.Request) { r.Applicant.Titles = all }
}

func TestRF_E1_EighteenMonthsOfRegularStayTwelveForAnAlgerian(t *testing.T) {
	card := func(from, to string) family.Title {
		return family.Title{Code: family.MultiYearCard, From: on(from), To: ptr(on(to))}
	}
	says(t, "since eighteen months to the day", with(titles(card("2025-05-10", "2029-05-09"))), "RF-E1", family.Met)
	says(t, "a day less", with(titles(card("2025-05-11", "2029-05-10"))), "RF-E1", family.NotMet)
	says(t, "a day without a title", with(titles(card("2023-01-01", "2025-12-31"), card("2026-01-02", "2029-01-01"))), "RF-E1", family.NotMet)
	says(t, "no title at filing", with(titles(card("2020-01-01", "2026-11-09"))), "RF-E1", family.NotMet)
	dz := func(from string) family.Request {
		return with(func(r *family.Request) {
			r.Type, r.Applicant.Nationality, r.Applicant.Titles = family.Algerian, "DZA", []family.Title{card(from, "2035-01-01")}
		})
	}
	says(t, "an Algerian since twelve months", dz("2025-11-10"), "RF-E1", family.Met)
	says(t, "an Algerian, a day less", dz("2025-11-11"), "RF-E1", family.NotMet)
}

func TestRF_E2_TheDocumentHeldAtFiling(t *testing.T) {
	for name, c := range map[string]struct {
		title family.Title
		want  family.Outcome
	}{
		"a temporary card of a year": {family.Title{Code: family.TemporaryCard, From: on("2026-01-01"), To: ptr(on("2026-12-31"))}, family.Met},
		"a temporary card of less":   {family.Title{Code: family.TemporaryCard, From: on("2026-01-01"), To: ptr(on("2026-12-30"))}, family.NotMet},
		"a resident's card":          {family.Title{Code: family.ResidentCard, From: on("2020-01-01"), To: ptr(on("2029-12-31"))}, family.Met},
		"a card without end":         {family.Title{Code: family.PermanentCard, From: on("2020-01-01")}, family.Met},
		"a receipt of renewal":       {family.Title{Code: family.RenewalReceipt, Renews: family.MultiYearCard, From: on("2026-10-01"), To: ptr(on("2027-01-01"))}, family.Met},
		"a receipt of something":     {family.Title{Code: family.RenewalReceipt, Renews: family.ProvisionalPermit, From: on("2026-10-01"), To: ptr(on("2027-01-01"))}, family.NotMet},
		"a visa":                     {family.Title{Code: family.LongStayVisa, From: on("2026-01-01"), To: ptr(on("2026-12-31"))}, family.NotMet},
		"a title of another day":     {family.Title{Code: family.ResidentCard, From: on("2010-01-01"), To: ptr(on("2019-12-31"))}, family.NotMet},
	} {
		says(t, name, with(titles(c.title)), "RF-E2", c.want)
	}
}

func TestRF_E3_EarlierStayCountsUnderEveryTitleOfTheList(t *testing.T) {
	run := func(code family.TitleCode) family.Request {
		return with(titles(family.Title{Code: code, From: on("2025-01-01"), To: ptr(on("2025-12-31"))},
			family.Title{Code: family.MultiYearCard, From: on("2026-01-01"), To: ptr(on("2029-12-31"))}))
	}
	for _, code := range family.TitleCodes() {
		want, stay := family.Met, family.Met
		if code == family.OtherTitle {
			want, stay = family.ToWeigh, family.NotMet
		}
		says(t, string(code), run(code), "RF-E3", want)
		says(t, string(code), run(code), "RF-E1", stay)
	}
}

func TestRF_E4_TheSpouseIsOfAge(t *testing.T) {
	born := func(date string) family.Request {
		return with(func(r *family.Request) { r.Family[0].BirthDate = on(date) })
	}
	says(t, "eighteen that day", born("2008-11-10"), "RF-E4", family.Met)
	says(t, "eighteen the day after", born("2008-11-11"), "RF-E4", family.NotMet)
	says(t, "no spouse", with(func(r *family.Request) { r.Family = r.Family[1:] }), "RF-E4", family.NoObject)
}

func TestRF_E5_ChildrenAreMinorsAtFilingWithAFiliationThatTheLawKnows(t *testing.T) {
	child := func(change func(*family.Beneficiary)) family.Request {
		return with(func(r *family.Request) { change(&r.Family[1]) })
	}
	says(t, "eighteen the day after", child(func(b *family.Beneficiary) { b.BirthDate = on("2008-11-11") }), "RF-E5", family.Met)
	says(t, "eighteen that day", child(func(b *family.Beneficiary) { b.BirthDate = on("2008-11-10") }), "RF-E5", family.NotMet)
	entrusted := func(judgment, consent bool) family.Request {
		return child(func(b *family.Beneficiary) {
			b.Filiation, b.Judgment, b.Consent = family.EntrustedChild, judgment, consent
		})
	}
	says(t, "entrusted, whole", entrusted(true, true), "RF-E5", family.Met)
	says(t, "entrusted without consent", entrusted(true, false), "RF-E5", family.NotMet)
	says(t, "entrusted without a judgment", entrusted(false, true), "RF-E5", family.NotMet)
	says(t, "no child", with(func(r *family.Request) { r.Family = r.Family[:1] }), "RF-E5", family.NoObject)
	for _, f := range family.Filiations() {
		if f != family.EntrustedChild && f != family.Kafala {
			says(t, string(f), child(func(b *family.Beneficiary) { b.Filiation = f }), "RF-E5", family.Met)
		}
	}
}

func TestRF_E6_KafalaOfAnAlgerianMinor(t *testing.T) {
	kafala := func(nationality, born string, judgment bool) family.Request {
		return with(func(r *family.Request) {
			b := &r.Family[1]
			b.Filiation, b.Nationality, b.BirthDate, b.Judgment = family.Kafala, nationality, on(born), judgment
		})
	}
	says(t, "an Algerian minor, by a judge", kafala("DZA", "2012-01-01", true), "RF-E6", family.Met)
	says(t, "without a judge", kafala("DZA", "2012-01-01", false), "RF-E6", family.NotMet)
	says(t, "of another nationality", kafala("MAR", "2012-01-01", true), "RF-E6", family.NotMet)
	says(t, "of age", kafala("DZA", "2008-11-10", true), "RF-E6", family.NotMet)
	says(t, "none", usual(), "RF-E6", family.NoObject)
}

func TestRF_E7_TheWholeFamilyUnlessAMotiveSaysOtherwise(t *testing.T) {
	left := func(motive *family.Motive) family.Request {
		return with(func(r *family.Request) { r.Family[2].Asked, r.Motive = false, motive })
	}
	says(t, "all of it", usual(), "RF-E7", family.Met)
	says(t, "a child left, no motive", left(nil), "RF-E7", family.NotMet)
	says(t, "a child left, a motive", left(ptr(family.Schooling)), "RF-E7", family.ToWeigh)
	says(t, "a child who is here already", with(func(r *family.Request) {
		r.Family[2].Asked, r.Family[2].InFrance, r.Family[2].WillLiveHere = false, true, true
	}), "RF-E7", family.Met)
	misfit(t, with(func(r *family.Request) { r.Type = family.Partial }), "motive")
}

func TestRF_E8_TheOtherSpouseAndWhoIsHereAlready(t *testing.T) {
	says(t, "for the prefect to weigh", usual(), "RF-E8", family.ToWeigh)
	says(t, "the other spouse of a polygamist", with(func(r *family.Request) { r.Family[0].OtherSpouse = true }), "RF-E8", family.NotMet)
	here := with(func(r *family.Request) { r.Family[0].InFrance = true })
	says(t, "in France already", here, "RF-E8", family.NotMet)
	here.Type = family.OnTheSpot
	says(t, "in France, asked on the spot", here, "RF-E8", family.ToWeigh)
}

func TestRF_RESSOURCES_TheWorkedExample(t *testing.T) {
	// SMIC of November and December 2025, then of 2026: the average is 1 819.49 €; four persons need 2 001.44 €, six 2 183.39 €.
	for size, want := range map[int]missions.Value{2: 181949, 3: 181949, 4: 200144, 5: 200144, 6: 218339, 9: 218339} {
		got, err := family.ComputeResources(usual(), size, nil, family.Gross, family.CurrentLaw)
		if err != nil {
			t.Fatal(err)
		}
		if got.Required != want || got.WageMean != 181949 || got.WindowFrom != on("2025-11-01") || got.WindowTo != on("2026-10-31") {
			t.Errorf("%d persons: %s of %s from %s to %s", size, got.Required.French(), got.WageMean.French(), got.WindowFrom, got.WindowTo)
		}
		if got.Finding.Outcome != family.NotMet || !got.Finding.ToConfirm() || got.Version != family.CurrentLaw.Version() {
			t.Errorf("%d persons: %+v", size, got.Finding)
		}
	}
}

func monthly(amount missions.Value, change func(*family.Income)) []family.Income {
	var all []family.Income
	for m := -12; m < 0; m++ {
		i := family.Income{Month: on("2026-11-10").FirstOfMonth(m), Kind: "SALAIRE", Whose: family.OfApplicant, Basis: family.Gross, Amount: amount, Stable: true}
		change(&i)
		all = append(all, i)
	}
	return all
}

func TestRF_RESSOURCES_WhatCounts(t *testing.T) {
	same := func(*family.Income) {}
	outcome := func(incomes []family.Income) family.Outcome {
		t.Helper()
		got, err := family.ComputeResources(usual(), 4, incomes, family.Gross, family.CurrentLaw)
		if err != nil {
			t.Fatal(err)
		}
		return got.Finding.Outcome
	}
	if outcome(monthly(200145, same)) != family.Met {
		t.Error("enough is not enough")
	}
	// 12 × 2001.44 = 24017.28 is under 24017.29: the comparison is exact, whatever the eye is shown.
	if outcome(monthly(200144, same)) != family.NotMet {
		t.Error("a cent short of the year is enough")
	}
	if outcome(append(monthly(100000, same), monthly(100145, func(i *family.Income) { i.Whose = family.OfSpouse })...)) != family.Met {
		t.Error("the spouse's income does not count")
	}
	for name, change := range map[string]func(*family.Income){
		"family benefits": func(i *family.Income) { i.Kind = "PRESTATIONS_FAMILIALES" },
		"RSA":             func(i *family.Income) { i.Kind = "RSA" },
		"not stable":      func(i *family.Income) { i.Stable = false },
		"too old":         func(i *family.Income) { i.Month = i.Month.FirstOfMonth(-12) },
	} {
		got, err := family.ComputeResources(usual(), 4, monthly(300000, change), family.Gross, family.CurrentLaw)
		if err != nil || got.Finding.Outcome != family.NotMet || got.Sum != 0 || len(got.LeftOut) != 12 || got.LeftOut[0].Why == "" {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
	_, err := family.ComputeResources(usual(), 4, monthly(1, func(i *family.Income) { i.Basis = family.Net }), family.Gross, family.CurrentLaw)
	wrongField(t, err, "incomes.0.basis")
}

func TestRF_EXEMPTION_AllowancesAndOldAge(t *testing.T) {
	exempt := func(name string, r family.Request, want bool) {
		t.Helper()
		got, err := family.ComputeResources(r, r.Size(), nil, family.Gross, family.CurrentLaw)
		if err != nil || (got.Exempt != "") != want || want && got.Finding.Outcome != family.NoObject {
			t.Errorf("%s: %v %+v", name, err, got)
		}
	}
	exempt("nobody in particular", usual(), false)
	exempt("an allowance", with(func(r *family.Request) { r.Applicant.Exempted = true }), true)
	old := func(change func(*family.Request)) family.Request {
		return with(func(r *family.Request) {
			r.Applicant.BirthDate, r.Applicant.MarriedOn = on("1950-01-01"), ptr(on("2016-11-10"))
			r.Applicant.Titles = []family.Title{{Code: family.ResidentCard, From: on("2001-11-10")}}
			change(r)
		})
	}
	exempt("old, long here, long married", old(func(*family.Request) {}), true)
	exempt("sixty-five that day", old(func(r *family.Request) { r.Applicant.BirthDate = on("1961-11-10") }), false)
	exempt("sixty-five the day before", old(func(r *family.Request) { r.Applicant.BirthDate = on("1961-11-09") }), true)
	exempt("a day less of stay", old(func(r *family.Request) { r.Applicant.Titles[0].From = on("2001-11-11") }), false)
	exempt("a day less of marriage", old(func(r *family.Request) { r.Applicant.MarriedOn = ptr(on("2016-11-11")) }), false)
	exempt("no spouse asked for", old(func(r *family.Request) { r.Family[0].Asked = false }), false)
}

func wholly(v family.Verdict) map[string]family.Verdict {
	all := map[string]family.Verdict{}
	for _, item := range family.DecencyItems() {
		all[item] = v
	}
	return all
}

func TestRF_LOGEMENT_TheTableOfSurfaces(t *testing.T) {
	table := map[int][3]int{2: {22, 24, 28}, 3: {32, 34, 38}, 4: {42, 44, 48}, 5: {52, 54, 58}, 6: {62, 64, 68}, 7: {72, 74, 78}, 8: {82, 84, 88}, 9: {87, 89, 93}, 10: {92, 94, 98}}
	for size, row := range table {
		for zone, want := range map[family.Zone]int{family.ZoneAbis: row[0], family.ZoneA: row[0], family.ZoneB1: row[1], family.ZoneB2: row[1], family.ZoneC: row[2]} {
			got, used, err := family.RequiredSurface(zone, size, on("2026-11-10"), family.CurrentLaw)
			if err != nil || got != missions.Whole(want) || len(used) == 0 {
				t.Errorf("%d persons in %s: %s, want %d (%v)", size, zone, got.French(), want, err)
			}
		}
	}
	for name, c := range map[string]struct {
		home family.Housing
		want family.Outcome
	}{
		"just enough":       {family.Housing{Surface: missions.Whole(42), Decency: wholly(family.Decent)}, family.Met},
		"a hundredth short": {family.Housing{Surface: missions.Whole(42) - 1, Decency: wholly(family.Decent)}, family.NotMet},
		"not decent":        {family.Housing{Surface: missions.Whole(90), Decency: wholly(family.NotDecent)}, family.NotMet},
		"not yet visited":   {family.Housing{Surface: missions.Whole(90)}, family.ToWeigh},
		"visit refused":     {family.Housing{Surface: missions.Whole(90), Decency: wholly(family.Decent), Refused: true}, family.NotMet},
	} {
		c.home.Commune = "69123"
		got, err := family.ComputeHousing(usual(), 4, c.home, family.SampleZones(), family.CurrentLaw)
		if err != nil || got.Finding.Outcome != c.want || got.Finding.Why == "" {
			t.Errorf("%s: %v %+v, want %s", name, err, got.Finding, c.want)
		}
	}
	var none *family.NotComputed
	if _, err := family.ComputeHousing(usual(), 4, family.Housing{Commune: "01001"}, family.SampleZones(), family.CurrentLaw); !errors.As(err, &none) || !strings.Contains(family.Sentence(err), "01001") {
		t.Errorf("a commune without zone: %v", err)
	}
}

func TestRF_DISPONIBLE_AHomeThatIsNotThereYet(t *testing.T) {
	home := family.Housing{Commune: "69123", Surface: missions.Whole(60), AvailableOn: ptr(on("2027-03-01")), Described: true}
	got, err := family.ComputeHousing(usual(), 4, home, family.SampleZones(), family.CurrentLaw)
	if err != nil || got.Finding.Outcome != family.Met {
		t.Errorf("checked on documents: %v %+v", err, got.Finding)
	}
	home.Described = false
	if got, err = family.ComputeHousing(usual(), 4, home, family.SampleZones(), family.CurrentLaw); err != nil || got.Finding.Outcome != family.NotMet {
		t.Errorf("not checked: %v %+v", err, got.Finding)
	}
}

func TestRF_HORS_CHAMP_WhoHasAnotherWayIsSentThere(t *testing.T) {
	for _, s := range family.Statuses() {
		r := with(func(r *family.Request) { r.Applicant.Status = s })
		if s == family.ThirdCountry {
			if err := family.Check(r); err != nil {
				t.Errorf("%s: %v", s, err)
			}
			continue
		}
		misfit(t, r, "applicant.status")
		if family.Redirect(s) == "" {
			t.Errorf("%s is sent nowhere", s)
		}
	}
}

func TestImpossibleRequestsAreRefusedAndTheFieldIsNamed(t *testing.T) {
	for field, change := range map[string]func(*family.Request){
		"type":                    func(r *family.Request) { r.Type = "RF_X" },
		"filed_on":                func(r *family.Request) { r.FiledOn = missions.Date{} },
		"commune":                 func(r *family.Request) { r.Commune = "Lyon" },
		"previous":                func(r *family.Request) { r.Type = family.Renewed },
		"applicant.birth_date":    func(r *family.Request) { r.Applicant.BirthDate = on("2027-01-01") },
		"applicant.married_on":    func(r *family.Request) { r.Applicant.MarriedOn = ptr(on("1980-01-01")) },
		"applicant.titles.1.from": func(r *family.Request) { r.Applicant.Titles[1].From = on("2024-01-09") },
		"applicant.titles.0.to":   func(r *family.Request) { r.Applicant.Titles[0].To = ptr(on("2020-01-01")) },
		"applicant.titles.0.code": func(r *family.Request) { r.Applicant.Titles[0].Code = "X" },
		"family.0.relation":       func(r *family.Request) { r.Family[0].Relation = "ONCLE" },
		"family.1.filiation":      func(r *family.Request) { r.Family[1].Filiation = "" },
		"family.0.filiation":      func(r *family.Request) { r.Family[0].Filiation = family.OfTheCouple },
		"family.1.birth_date":     func(r *family.Request) { r.Family[1].BirthDate = on("1980-01-01") },
		"family.2.birth_date":     func(r *family.Request) { r.Family[2].BirthDate = on("2026-12-01") },
		"family":                  func(r *family.Request) { r.Family = append(r.Family, r.Family[0]) },
	} {
		misfit(t, with(change), field)
	}
	misfit(t, with(func(r *family.Request) { r.Family = nil }), "family")
	misfit(t, with(func(r *family.Request) { r.Type = family.Algerian }), "type")
	misfit(t, with(func(r *family.Request) { r.Applicant.Nationality = "DZA" }), "type")
}

func misfit(t *testing.T, r family.Request, field string) {
	t.Helper()
	wrongField(t, family.Check(r), field)
}

func wrongField(t *testing.T, err error, field string) {
	t.Helper()
	var wrong *family.Wrong
	if !errors.As(err, &wrong) || wrong.Field != field || family.Sentence(err) == "" {
		t.Errorf("%v, want field %s", err, field)
	}
}

func TestAMissingParameterIsNamed(t *testing.T) {
	r := with(func(r *family.Request) { r.FiledOn = on("2023-11-10") })
	_, err := family.ComputeResources(r, 4, nil, family.Gross, family.CurrentLaw)
	var missing missions.Missing
	if !errors.As(err, &missing) || missing.Code != "P-SMIC" || missing.On != on("2022-11-01") || !strings.Contains(family.Sentence(err), "P-SMIC") {
		t.Errorf("a year whose wage is not known: %v", err)
	}
	if _, err = family.ComputeResources(usual(), 4, nil, family.Net, family.CurrentLaw); !errors.As(err, &missing) || missing.Key != "NET" {
		t.Errorf("a net wage is not known: %v", err)
	}
}
