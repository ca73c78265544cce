package launch

import (
	"testing"

	"cloison/crypto/custody/wire"
	"cloison/identity"
	"cloison/internal/dev/provider"
)

// The roster binds each physician to his own lines of the decisions, and gives
// none to anyone else.
func TestRosterCarriesListings(t *testing.T) {
	t.Parallel()
	p, err := provider.New(provider.Options{BaseURL: "http://127.0.0.1:1", KeyDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	e := &environment{provider: p, people: people{directory: []identity.Person{
		{ID: "med-01", Role: "MEDECIN", Habilitated: true, Subject: "a", NationalID: "99790000001"},
		{ID: "med-02", Role: "MEDECIN", Habilitated: true, Subject: "b", NationalID: "99790000002"},
		{ID: "med-03", Role: "MEDECIN", Subject: "c", NationalID: "99790000003"},
		{ID: "sec-01", Role: "SECRETARIAT_MEDICAL", Subject: "d"},
		{ID: "pref-75", Role: "PREFECTURE", Subject: "e"},
	}}}
	first := wire.Listing{
		Decision: "DEC-2026-01", Digest: "aa11223344556677889900aabbccddeeff00112233445566778899aabbccddee",
		Kind: wire.KindCollege, Line: 1, From: "2026-01-01",
	}
	third := first
	third.Line = 3
	lines := e.roster(map[string][]wire.Listing{"99790000001": {first}, "99790000003": {third}, "": {third}})
	if err := (wire.Roster{Lines: lines}).Valid(); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 3 || len(lines[0].Listings) != 1 || lines[0].Listings[0] != first || lines[1].Listings != nil || lines[2].Listings != nil {
		t.Errorf("roster %+v", lines)
	}
	for _, i := range e.keyholderConfig().Issuers {
		if len(i.ACR)+len(i.AMR) == 0 {
			t.Errorf("%s requires no second factor", i.Issuer)
		}
	}
}
