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
	if err := r.tagOne(ctx, tx, dossier, store.TagAGDREF, in.AGDREF); err != nil {
		return err
	}
	return r.tagPatient(ctx, tx, dossier, in.Civil.Patient)
}

func (r *Relay) tagPatient(ctx context.Context, tx *act.Tx, dossier string, patient release.Patient) error {
	names := []string{patient.FamilyName}
	if patient.UsageName != nil {
		names = append(names, *patient.UsageName)
	}
	for _, name := range names {
		if err := r.tagOne(ctx, tx, dossier, store.TagName, NameValue(name, string(patient.BirthDate))); err != nil {
			return err
		}
	}
	return nil
}

func (r *Relay) tagOne(ctx context.Context, tx *act.Tx, dossier, class, value string) error {
	tag, err := r.o.Keys.Index(ctx, class, value)
	if err != nil {
		return vault.KeyError(fmt.Errorf("tagging dossier %s: %w", dossier, err))
	}
	return store.InsertTag(ctx, tx, dossier, class, tag)
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
