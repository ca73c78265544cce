package family_test

import (
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"cloison/missions"
	"cloison/missions/family"
)

// The oracle was written from the text of the law alone, with other means: fractions, the days of the standard library, tables typed in full.
// It shares no parameter, no formula and no date arithmetic with what it judges.

// wageOf is the gross monthly minimum wage, by the first month it held.
var wageOf = []struct {
	from string
	euro string
}{{"2023-05", "1747.20"}, {"2024-01", "1766.92"}, {"2024-11", "1801.80"}, {"2026-01", "1823.03"}}

func oracleWage(month time.Time) *big.Rat {
	value := ""
	for _, row := range wageOf {
		if row.from <= month.Format("2006-01") {
			value = row.euro
		}
	}
	r, _ := new(big.Rat).SetString(value)
	return r
}

// oracleMonths adds months as a person does on a calendar: same day, or the last of a shorter month.
func oracleMonths(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	for day := d.Day(); ; day-- {
		if got := first.AddDate(0, 0, day-1); got.Month() == first.Month() {
			return got
		}
	}
}

var oracleIncluded = map[string]bool{"SALAIRE": true, "REVENU_NON_SALARIE": true, "RETRAITE": true, "PENSION": true, "CHOMAGE": true, "AUTRE_STABLE": true, "APL": true,
	"PRESTATIONS_FAMILIALES": false, "RSA": false, "ASPA": false, "ATA": false, "ADA": false, "ASS": false, "AER": false}

// oracleResources says whether twelve months of income reach the wage, and what was needed on average.
func oracleResources(filed time.Time, size int, incomes []family.Income) (enough bool, need *big.Rat) {
	sum, wages := new(big.Rat), new(big.Rat)
	for back := 1; back <= 12; back++ {
		month := time.Date(filed.Year(), filed.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC)
		wages.Add(wages, oracleWage(month))
		for _, i := range incomes {
			if i.Month.Year == month.Year() && i.Month.Month == month.Month() && oracleIncluded[i.Kind] && i.Stable {
				sum.Add(sum, big.NewRat(int64(i.Amount), 100))
			}
		}
	}
	coef := map[bool]*big.Rat{true: big.NewRat(6, 5), false: big.NewRat(11, 10)}[size >= 6]
	if size <= 3 {
		coef = big.NewRat(1, 1)
	}
	need = new(big.Rat).Mul(wages, coef)
	enough = sum.Cmp(need) >= 0
	return enough, need.Quo(need, big.NewRat(12, 1))
}

// oracleSurfaces is the table for two to ten persons, by zones A, B and C; each person more is five more.
var oracleSurfaces = [][3]int{{22, 24, 28}, {32, 34, 38}, {42, 44, 48}, {52, 54, 58}, {62, 64, 68}, {72, 74, 78}, {82, 84, 88}, {87, 89, 93}, {92, 94, 98}}

func oracleSurface(column, size int) int {
	if size > 10 {
		return oracleSurfaces[8][column] + 5*(size-10)
	}
	return oracleSurfaces[size-2][column]
}

// households is how many are drawn: a short form in every run, 100,000 in make soak.
var households = flag.Int("households", 5_000, "how many random households are compared with the oracle")

func date(t time.Time) missions.Date { return missions.DateOf(t) }

// TestResourcesAndHousingAgreeWithTheOracle on random households, incomes and dates, many of them at the very edge.
func TestResourcesAndHousingAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(2026, 434))
	zones := map[family.Zone]int{family.ZoneAbis: 0, family.ZoneA: 0, family.ZoneB1: 1, family.ZoneB2: 1, family.ZoneC: 2}
	var names []family.Zone
	for zone := range zones {
		names = append(names, zone)
	}
	met, edge := 0, 0
	for i := range *households {
		filed := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, draw.IntN(1300))
		size := 2 + draw.IntN(13)
		r := family.Request{FiledOn: date(filed), Commune: "69123"}
		_, need := oracleResources(filed, size, nil)
		incomes := drawIncomes(draw, filed, need)
		enough, need := oracleResources(filed, size, incomes)
		got, err := family.ComputeResources(r, size, incomes, family.Gross, family.CurrentLaw)
		if err != nil {
			t.Fatal(err)
		}
		if (got.Finding.Outcome == family.Met) != enough || got.Required.French() != frenchOf(need) {
			t.Fatalf("household %d of %d filed on %s: ours %s of %s, the oracle %v of %s", i, size, filed.Format(time.DateOnly), got.Finding.Outcome, got.Required.French(), enough, frenchOf(need))
		}
		if enough {
			met++
		}
		zone := names[draw.IntN(len(names))]
		want := oracleSurface(zones[zone], size)
		surface := missions.Whole(want) + missions.Value(draw.IntN(3)-1)
		home, err := family.ComputeHousing(r, size, family.Housing{Commune: "1", Surface: surface, Decency: wholly(family.Decent)},
			[]family.ZoneRow{{Commune: "1", Zone: zone}}, family.CurrentLaw)
		if err != nil {
			t.Fatal(err)
		}
		if (home.Finding.Outcome == family.Met) != (int64(surface) >= int64(want)*100) || home.Required != missions.Whole(want) {
			t.Fatalf("household %d of %d in %s: ours %s of %s, the oracle %d", i, size, zone, home.Finding.Outcome, home.Required.French(), want)
		}
		if surface == missions.Whole(want) {
			edge++
		}
	}
	if 5*met < *households || 5*met > 4**households || edge == 0 {
		t.Errorf("%d of %d have enough, %d homes at the edge: the draw shows little", met, *households, edge)
	}
}

// drawIncomes spreads about what is needed over the months, some of it in kinds that do not count; a third of the time to the cent.
func drawIncomes(draw *rand.Rand, filed time.Time, need *big.Rat) []family.Income {
	kinds := []string{"SALAIRE", "RETRAITE", "CHOMAGE", "APL", "RSA", "ADA", "PRESTATIONS_FAMILIALES"}
	year, _ := new(big.Rat).Mul(need, big.NewRat(1200, 1)).Float64() // hundredths over twelve months
	left := int64(year) + int64(draw.IntN(5)-2)
	if draw.IntN(3) > 0 {
		left = int64(year * (0.7 + 0.6*draw.Float64()))
	}
	month := func(back int) missions.Date {
		return date(time.Date(filed.Year(), filed.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC))
	}
	var all []family.Income
	for back := 1; back <= 12; back++ {
		amount := left / int64(13-back)
		left -= amount
		all = append(all, family.Income{Month: month(back), Kind: kinds[draw.IntN(4)], Whose: family.OfApplicant, Basis: family.Gross, Amount: missions.Value(amount), Stable: true})
	}
	for range draw.IntN(4) {
		all = append(all, family.Income{Month: month(draw.IntN(16)), Kind: kinds[4+draw.IntN(3)], Whose: family.OfSpouse, Basis: family.Gross, Amount: missions.Value(draw.IntN(90000)), Stable: draw.IntN(2) == 0})
	}
	if draw.IntN(4) == 0 {
		all[draw.IntN(12)].Stable = false
	}
	return all
}

// frenchOf rounds a fraction to the cent, half up, and writes it as a page does.
func frenchOf(r *big.Rat) string {
	cents := new(big.Rat).Mul(r, big.NewRat(100, 1))
	cents.Add(cents, big.NewRat(1, 2))
	n := new(big.Int).Div(cents.Num(), cents.Denom())
	return missions.Value(n.Int64()).French()
}

// TestTermsAgreeWithTheOracle: the six months, the mayor's two and the three to enter, from days of every month, ends of months among them.
func TestTermsAgreeWithTheOracle(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(2026, 1963))
	for range *households {
		start := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, draw.IntN(2000))
		r := family.Request{FiledOn: date(start), Commune: "69123"}
		s, err := family.Fold(r, []family.Event{
			{On: date(start), Data: family.Completed{Attestation: "1"}},
			{On: date(start), Data: family.SentToMayor{Commune: "69123"}},
			{On: date(start), Data: family.ReachedMayor{On: date(start)}},
			{On: date(start), Data: family.VisaIssued{On: date(start)}},
		}, family.CurrentLaw)
		if err != nil {
			t.Fatal(err)
		}
		for what, pair := range map[string][2]missions.Date{
			"decision": {s.DecisionBy, date(oracleMonths(start, 6))},
			"mayor":    {s.Mayor.Due, date(oracleMonths(start, 2))},
			"entry":    {s.EntryBy, date(oracleMonths(start, 3))},
		} {
			if pair[0] != pair[1] {
				t.Fatalf("%s from %s: ours %s, the oracle %s", what, start.Format(time.DateOnly), pair[0], pair[1])
			}
		}
		stays(t, draw, start)
	}
}

// stays compares RF-E1 on a stay that begins about eighteen, or twelve, months before filing.
func stays(t *testing.T, draw *rand.Rand, filed time.Time) {
	t.Helper()
	nationality, need := "SEN", 18
	if draw.IntN(2) == 0 {
		nationality, need = "DZA", 12
	}
	since := oracleMonths(filed, -need).AddDate(0, 0, draw.IntN(7)-3)
	want := family.NotMet
	if !oracleMonths(since, need).After(filed) {
		want = family.Met
	}
	r := family.Request{FiledOn: date(filed), Applicant: family.Applicant{Nationality: nationality, Titles: []family.Title{{Code: family.ResidentCard, From: date(since)}}}}
	says(t, fmt.Sprintf("since %s, filed on %s", since.Format(time.DateOnly), filed.Format(time.DateOnly)), r, "RF-E1", want)
}
