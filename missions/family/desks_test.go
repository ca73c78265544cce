package family_test

import (
	"slices"
	"testing"

	"cloison/missions"
	"cloison/missions/family"
)

func TestRF_CONSULAT_ThePostIsToldOnceTheAttestationExists(t *testing.T) {
	told := family.ConsulateTold{Post: "DAKAR"}
	begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).refused("2026-11-11", family.OFII, told, family.WrongState)
	l := attested(t)
	wrongField(t, l.try("2026-11-12", family.OFII, family.ConsulateTold{Post: "ATLANTIDE"}), "post")
	l.refused("2026-11-12", family.Consulate, told, family.WrongAuthority).do("2026-11-12", family.OFII, told).in(family.Complete)
	if s := l.standing(); s.Post != "DAKAR" {
		t.Errorf("the case is told to %q", s.Post)
	}
	l.do("2026-11-13", family.OFII, family.Naturalised{}).refused("2026-11-14", family.OFII, told, family.WrongState)
}

// TestMonthsOfASourceAreThoseBetweenItsTwo: both included, whatever the day of the month; a span that cannot be is named.
func TestMonthsOfASourceAreThoseBetweenItsTwo(t *testing.T) {
	source := family.Source{Kind: "SALAIRE", Whose: family.OfApplicant, From: on("2025-11-30"), To: on("2026-01-01"), Amount: missions.Whole(1000), Stable: true}
	got, err := family.Months([]family.Source{source}, family.Gross)
	if err != nil || len(got) != 3 || got[0].Month != on("2025-11-01") || got[2].Month != on("2026-01-01") || got[1].Basis != family.Gross || got[1].Amount != source.Amount {
		t.Errorf("%v %v", got, err)
	}
	for name, change := range map[string]func(*family.Source){
		"to": func(s *family.Source) { s.To = on("2025-11-29") }, "from": func(s *family.Source) { s.From = missions.Date{} }, "too long": func(s *family.Source) { s.To = on("2031-01-01") },
	} {
		wrong := source
		change(&wrong)
		_, err := family.Months([]family.Source{wrong}, family.Gross)
		t.Run(name, func(t *testing.T) { wrongField(t, err, "sources.0.to") })
	}
}

// TestExchangesAreWhatWentBetweenPartners: what OFII does by itself and what time causes is none.
func TestExchangesAreWhatWentBetweenPartners(t *testing.T) {
	l := atPrefect(t).do("2027-02-01", family.Prefecture, family.Decided{Granted: true, NotifiedOn: on("2027-02-05")}).do("2027-02-10", family.Consulate, family.VisaAsked{On: on("2027-02-08")})
	want := []family.Exchange{
		{family.Prefect, true, on("2026-11-12"), "ATTESTATION_DE_DEPOT"}, {family.TownHall, true, on("2026-11-16"), "TRANSMISSION_MAIRE"}, {family.TownHall, false, on("2026-11-20"), "RECEPTION_MAIRE"},
		{family.TownHall, false, on("2027-01-15"), "AVIS_MAIRE"}, {family.Prefect, true, on("2027-01-20"), "PROPOSITION"}, {family.Prefect, false, on("2027-02-01"), "DECISION"}, {family.Post, false, on("2027-02-10"), "VISA_DEMANDE"},
	}
	if got := family.Exchanges(l.events); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
