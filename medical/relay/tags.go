package relay

import (
	"context"
	"fmt"

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
		if err := r.tagOne(ctx, tx, dossier, store.TagName, store.NameValue(name, string(patient.BirthDate))); err != nil {
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
