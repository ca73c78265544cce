package desk

import (
	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// openSettlement opens the common answers of the round in progress.
func (k *Desk) openSettlement(c *web.Call, permit *act.Permit, d store.Dossier) (medical.Settlement, error) {
	composition := d.Policy.Composition
	ref := vault.Ref{Kind: store.KindSettlement, ID: settlementID(composition.Version, composition.Round)}
	var settled medical.Settlement
	err := k.Vault.OpenRecords(c.Context(), permit, []vault.Ref{ref}, func(_ int, plain []byte) (err error) {
		settled, err = unseal[medical.Settlement](plain)
		return err
	})
	return settled, err
}
