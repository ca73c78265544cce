package desk

import (
	"testing"

	"cloison/crypto/statistics"
	"cloison/medical"
	"cloison/medical/reference"
	"cloison/medical/store"
	"cloison/release"
)

// A code of the reference data that could not stand in a record would leave opinions uncounted.
func TestEveryReferenceCodeIsCounted(t *testing.T) {
	t.Parallel()
	of := func(kind, country string) statistics.Record {
		body := release.OpinionBody{Kind: release.Kind(kind), Country: release.Country{Country: country}, Outcome: release.Favourable}
		return statisticOf(store.Dossier{Case: medical.Case{}}, body, statistics.NoChapter)
	}
	for _, kind := range reference.Kinds() {
		if _, err := of(kind.Code, "DZA").Encode(); err != nil {
			t.Errorf("kind %s is not counted", kind.Code)
		}
	}
	for _, country := range reference.Countries() {
		if _, err := of("SEJ_L4259_PREMIERE", country.Code).Encode(); err != nil {
			t.Errorf("country %s is not counted", country.Code)
		}
	}
}

// The bands are those of the published reports: twelve months or less, more than twelve.
func TestTheBandsOfCare(t *testing.T) {
	t.Parallel()
	for months, want := range map[int]string{0: statistics.CareUnsaid, 1: statistics.CareShort, 12: statistics.CareShort, 13: statistics.CareLong, 120: statistics.CareLong} {
		var body release.OpinionBody
		if months > 0 {
			body.DurationMonths = &months
		}
		if got := statisticOf(store.Dossier{}, body, "").Care; got != want {
			t.Errorf("%d months are %s", months, got)
		}
	}
}
