package family_test

import (
	"slices"
	"testing"

	"cloison/missions"
	"cloison/missions/family"
)

// The visit's certificate is the word of the service that makes the visit: no agent, no consulate and no prefecture says it in its place, it is said
// once, and it has no field to say more with (TestNoFieldOfACaseSpeaksOfHealth).
func TestRF_CERTIFICAT_OnlyTheServiceThatMakesTheVisitSaysSo(t *testing.T) {
	l := visa(t, "2027-03-10")
	for _, other := range []family.Actor{family.OFII, family.Consulate, family.Prefecture, family.Representation, family.Mayor, family.Clock} {
		l.refused("2027-03-20", other, family.CertificateIssued{}, family.WrongAuthority)
	}
	l.do("2027-03-20", family.MedicalService, family.CertificateIssued{}).refused("2027-03-21", family.MedicalService, family.CertificateIssued{}, family.WrongState)
	for _, data := range []family.Data{family.Decided{Granted: true}, family.Prepared{Step: family.ArrivalGuide}, family.Arrived{EntryOn: on("2027-03-20")}, family.HandedOver{}} {
		l.refused("2027-03-22", family.MedicalService, data, family.WrongAuthority)
	}
	atPrefect(t).refused("2027-01-25", family.MedicalService, family.CertificateIssued{}, family.WrongState)
}

func TestRF_REPRESENTATION_PreparesInTheCountryOfOriginAndNothingElse(t *testing.T) {
	l := granted(t)
	for _, step := range family.ArrivalSteps() {
		if slices.Contains(family.StepsAbroad(), step) {
			l.do("2027-02-10", family.Representation, family.Prepared{Step: step})
			continue
		}
		l.refused("2027-02-10", family.Representation, family.Prepared{Step: step}, family.WrongAuthority)
		l.do("2027-02-10", family.OFII, family.Prepared{Step: step})
	}
	l.refused("2027-02-11", family.Representation, family.VisaAsked{On: on("2027-02-10")}, family.WrongAuthority)
	l.refused("2027-02-11", family.Representation, family.Closed{}, family.WrongAuthority)
}

func TestRF_PIECES_ThoseExpectedFollowTheRequestAndNoneBlocks(t *testing.T) {
	pieces := func(r family.Request) []family.Piece { return family.Expected(r) }
	if got := pieces(usual()); slices.Contains(got, family.CustodyRuling) || !slices.Contains(got, family.BirthRecords) || !slices.Contains(got, family.MarriageRecord) {
		t.Errorf("of a couple and its children: %v", got)
	}
	fostered := with(func(r *family.Request) { r.Family = r.Family[1:]; r.Family[0].Filiation = family.Kafala })
	if got := pieces(fostered); !slices.Contains(got, family.CustodyRuling) || slices.Contains(got, family.MarriageRecord) {
		t.Errorf("of a child taken in: %v", got)
	}
	l := begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{})
	wrongField(t, l.try("2026-11-10", family.OFII, family.PieceReceived{Piece: "RADIOGRAPHIE"}), "piece")
	l.do("2026-11-11", family.OFII, family.PieceReceived{Piece: family.MarriageRecord, Translated: true}).in(family.Deposited).
		do("2026-11-12", family.OFII, family.PieceReceived{Piece: family.CustodyRuling}).
		refused("2026-11-12", family.Mayor, family.PieceReceived{Piece: family.TaxNotice}, family.WrongAuthority)
	all := family.PiecesOf(l.request, l.events)
	came := 0
	for _, p := range all {
		if p.ReceivedOn != nil {
			came++
		}
		if p.Piece == family.MarriageRecord && (p.ReceivedOn == nil || *p.ReceivedOn != on("2026-11-11") || !p.Translated) {
			t.Errorf("%+v", p)
		}
	}
	if came != 2 || len(all) != len(pieces(usual()))+1 {
		t.Errorf("%d came of %d", came, len(all))
	}
	l.do("2026-11-13", family.OFII, family.Completed{Attestation: "1"}).in(family.Complete)
	l.do("2026-11-14", family.OFII, family.Naturalised{}).refused("2026-11-15", family.OFII, family.PieceReceived{Piece: family.TaxNotice}, family.WrongState)
}

func TestRF_COFINANCEMENT_ACostSaysWhoPaysItAndMovesNothing(t *testing.T) {
	cost := family.CostIncurred{Kind: "INTERPRETE", Amount: missions.Value(3850), Funding: missions.ByUnion, On: on("2026-11-11")}
	l := begin(t, usual()).do("2026-11-10", family.OFII, family.Filed{}).do("2026-11-12", family.OFII, cost).in(family.Deposited)
	for field, change := range map[string]func(*family.CostIncurred){
		"kind": func(c *family.CostIncurred) { c.Kind = "SOINS" }, "amount": func(c *family.CostIncurred) { c.Amount = 0 }, "funding": func(c *family.CostIncurred) { c.Funding = "MECENE" },
	} {
		wrong := cost
		change(&wrong)
		wrongField(t, l.try("2026-11-12", family.OFII, wrong), field)
	}
	for _, day := range []string{"2026-11-09", "2026-11-13"} {
		wrong := cost
		wrong.On = on(day)
		l.refused("2026-11-12", family.OFII, wrong, family.OutOfOrder)
	}
	l.refused("2026-11-12", family.Prefecture, cost, family.WrongAuthority)
}
