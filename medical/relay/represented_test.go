package relay

import (
	"testing"

	"cloison/medical/store"
	"cloison/release"
)

// What a summons is addressed by stands in clear: minority on the day of the referral, and who represents. Never the birth date.
func TestAMinorIsKnownByTheDayOfTheReferral(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		born  release.Date
		minor bool
	}{
		"eighteen that day":     {"2008-01-16", false},
		"eighteen tomorrow":     {"2008-01-17", true},
		"born on a 29 February": {"2008-02-29", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z := newZone(t)
			id := store.NewID()
			e := referral(1, id, store.NewID(), "patient")
			e.Referral.Civil.Patient.BirthDate = c.born
			e.Referral.Civil.LegalRepresentatives = []release.LegalRepresentative{{ID: "rep-1", FamilyName: "NOM", GivenNames: []string{"Prénom"}, Quality: "MERE",
				Basis: "filiation", Nationality: "CIV", Language: "fr", Address: "Paris", AGDREF: "9975100025", IdentityDocuments: []release.IdentityDocument{}}}
			must(t, z.takeReferral(t.Context(), e))
			d, err := store.GetDossier(t.Context(), z.Pool, z.dossier(t, id))
			must(t, err)
			if d.Case.Minor() != c.minor || len(d.Case.Representatives) != 1 || d.Case.Representatives[0] != "rep-1" {
				t.Errorf("minor %t, represented by %v", d.Case.Minor(), d.Case.Representatives)
			}
		})
	}
}
