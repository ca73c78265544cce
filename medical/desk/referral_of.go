package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// referralOf finds which referral of a dossier an AGDREF number is of. Numbers are civil and sealed: the caller's own handle opens them, as a
// reading of its own.
func (k *Desk) referralOf(c *web.Call, permit *act.Permit, dossier, agdref string) (*string, error) {
	names, err := store.FindRecords(c.Context(), k.Pool, dossier, store.KindApplicant)
	if err != nil {
		return nil, err
	}
	var refs []vault.Ref
	for _, n := range names {
		refs = append(refs, vault.Ref{Kind: n.Kind, ID: n.ID, Version: n.Version})
	}
	var found *string
	err = k.Vault.OpenRecords(c.Context(), permit, refs, func(_ int, plain []byte) error {
		civil, err := unseal[medical.Civil](plain)
		for _, f := range civil.AdministrativeFiles {
			if f.AGDREF == agdref {
				found = &f.Referral
			}
		}
		return err
	})
	if err == nil && found == nil {
		err = act.NewError(act.Invalid, "Aucune saisine de ce dossier ne porte ce numéro AGDREF. Vérifiez-le, puis recommencez.")
	}
	return found, err
}
