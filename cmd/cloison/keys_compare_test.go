package main

import (
	"reflect"
	"strings"
	"testing"

	"cloison/crypto/custody/operator"
	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
	"cloison/crypto/passkey"
	"cloison/crypto/passkey/passkeytest"
	"cloison/identity"
)

// What the custodians signed and what the habilitations say are held against each other person by person, and the roster that is proposed agrees.
func TestTheRosterIsHeldAgainstTheHabilitations(t *testing.T) {
	t.Parallel()
	physician := func(subject, rpps, to string) wire.Line {
		return wire.Line{Issuer: "https://psc.test", Subject: subject, NationalID: rpps, Class: keyholder.ClassPhysician, Compartments: []string{"civil", "medical"}, From: "2026-01-01", To: to}
	}
	clerk := wire.Line{Issuer: "https://proconnect.test", Subject: "clerk", Class: keyholder.ClassSecretariat, Compartments: []string{"civil"}, From: "2026-01-01"}
	listed := physician("other-account", "99790000001", "")
	listed.Listings = []wire.Listing{{Decision: "DEC-2026-01", Digest: strings.Repeat("a", 64), Kind: "COLLEGE", Line: 1, From: "2026-01-01"}}
	listed.Head = true
	listed.Passkeys = []passkey.Key{passkeytest.New(t, "https://medical.test").Key(t)}
	roster := wire.Roster{Lines: []wire.Line{listed, physician("b", "99790000002", ""), physician("c", "99790000003", "2026-01-31"), physician("stranger", "99790000009", ""), clerk}}
	staff := []identity.StaffAccount{
		{ID: "med-01", Role: "MEDECIN", Subject: "a", NationalID: "99790000001", Standing: identity.InForce},
		{ID: "med-02", Role: "MEDECIN", Subject: "b", NationalID: "99790000002", Standing: identity.Ended},
		{ID: "med-03", Role: "MEDECIN", Subject: "c", NationalID: "99790000003", Standing: identity.InForce},
		{ID: "med-04", Role: "MEDECIN", Subject: "d", NationalID: "99790000004", Standing: identity.Without},
		{ID: "sec-01", Role: "SECRETARIAT_MEDICAL", Subject: "clerk", Standing: identity.InForce},
		{ID: "sec-02", Role: "SECRETARIAT_MEDICAL", Subject: "new", Standing: identity.InForce},
	}
	got := compareRoster(roster, staff, "2026-03-12")
	want := []difference{
		{"med-02", identity.Ended, "en vigueur", "à retirer de la liste"},
		{"med-03", identity.InForce, "du 2026-01-01 au 2026-01-31", "à ajouter à la liste"},
		{"sec-02", identity.InForce, "absent", "à ajouter à la liste"},
		{"national_id:99790000009", "inconnu de l'annuaire", "en vigueur", "à retirer de la liste"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	proposed, err := proposeRoster(roster, staff, "2026-03-12")
	if err != nil {
		t.Fatal(err)
	}
	if again := compareRoster(proposed, staff, "2026-03-12"); len(again) != 0 || !reflect.DeepEqual(proposed.Lines[0], listed) {
		t.Errorf("the roster that is proposed still differs: %v", again)
	}
	text, err := operator.FormatRoster(proposed)
	if err != nil {
		t.Fatal(err)
	}
	if read, err := operator.ParseRoster(text); err != nil || !reflect.DeepEqual(read, proposed) {
		t.Errorf("written and read again: %+v, %v\n%s", read, err, text)
	}
}
