package desk

import (
	"encoding/json"
	"fmt"

	"cloison/medical"
	"cloison/medical/store"
	"cloison/medical/vault"
	"cloison/web"
)

// The ids of the records of which a dossier has one, in versions.
const (
	certificateID = "certificate"
	reportID      = "report"
)

// answersID names the record of one member's answers, settlementID that of the common ones of a round.
func answersID(composition, round int, member string) string {
	return fmt.Sprintf("%d-%d-%s", composition, round, member)
}

func settlementID(composition, round int) string { return fmt.Sprintf("%d-%d", composition, round) }

// seal writes v as the next version of a record of the medical compartment.
func (k *Desk) seal(c *web.Call, w work, kind, id string, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding %s of dossier %s: %w", kind, w.d.ID, err)
	}
	_, err = k.Vault.SealRecord(w.ctx, w.Tx, vault.Sealing{
		Dossier: w.d.ID, Compartment: store.Medical, Kind: kind, ID: id, Author: c.Who.ID, Plain: plain})
	return err
}

// unseal reads opened bytes as T. Its error does not quote them.
func unseal[T any](plain []byte) (T, error) {
	v, err := medical.Decode[T](plain)
	if err != nil {
		return v, fmt.Errorf("reading a sealed record: not the shape of a %T", v)
	}
	return v, nil
}

// today is the civil date of the act at the dossier's territorial direction.
func (k *Desk) today(d store.Dossier) medical.Date {
	return medical.LocalDate(k.Clock.Now(), d.Case.Direction)
}
