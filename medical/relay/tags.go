package relay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"cloison/act"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/release"
)

// tag makes the dossier findable by AGDREF number, and by each family name with the birth date.
func (r *Relay) tag(ctx context.Context, tx *act.Tx, dossier string, in *release.Referral) error {
	patient := in.Civil.Patient
	values := map[string][]string{
		store.TagAGDREF: {in.AGDREF},
		store.TagName:   {NameValue(patient.FamilyName, string(patient.BirthDate))},
	}
	if patient.UsageName != nil {
		values[store.TagName] = append(values[store.TagName], NameValue(*patient.UsageName, string(patient.BirthDate)))
	}
	for class, list := range values {
		for _, value := range list {
			tag, err := r.o.Keys.Index(ctx, class, value)
			if err != nil {
				return vault.KeyError(fmt.Errorf("tagging dossier %s: %w", dossier, err))
			}
			if err := store.InsertTag(ctx, tx, dossier, class, tag); err != nil {
				return err
			}
		}
	}
	return nil
}

// NameValue is what the name tag is computed of: the family name without accents, case, spaces or punctuation, and the birth date. The same
// name written two ways gives one value; a search computes it the same way.
//
// The value is the SHA-256 of that text, always: one letter may unfold into eighteen (U+FDFA), and keyholder bounds what it indexes. A
// value of one size has no limit to reach, and no second form that a search could forget. Nothing is lost, since keyholder makes a keyed
// hash of whatever it is given (TestANameThatUnfoldsIsTagged).
func NameValue(familyName, birthDate string) string {
	var folded strings.Builder
	for _, letter := range norm.NFKD.String(familyName) {
		if unicode.IsLetter(letter) {
			folded.WriteRune(unicode.ToUpper(letter))
		}
	}
	sum := sha256.Sum256([]byte(folded.String() + "|" + birthDate))
	return hex.EncodeToString(sum[:])
}
