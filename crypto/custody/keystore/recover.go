package keystore

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/envelope"
	"cloison/crypto/open"
	"cloison/crypto/seal"
)

// Planted is a fictitious dossier, made to be opened in a drill: its keys as keyholder gave them, and one sealed record.
type Planted struct {
	Zone    string               `json:"zone"`
	Dossier string               `json:"dossier"`
	Key     envelope.Compartment `json:"key"`
	Sealed  []byte               `json:"sealed"`
}

const plantedText = "dossier fictif d'exercice"

func plantedAt(zone, dossier string) envelope.Context {
	return envelope.Context{Zone: zone, Dossier: dossier, Compartment: envelope.Medical, Kind: "drill", ID: "drill", Version: 1}
}

// Plant seals the record of a fictitious dossier, as any writer of the zone would.
func Plant(recipients ed25519.PublicKey, zone, dossier string, key envelope.Compartment) (Planted, error) {
	to, err := seal.CheckRecipient(recipients, zone, dossier, envelope.Medical, key)
	if err != nil {
		return Planted{}, err
	}
	sealed, _, err := to.Record(plantedAt(zone, dossier), []byte(plantedText))
	return Planted{Zone: zone, Dossier: dossier, Key: key, Sealed: sealed}, err
}

// Open opens it with the recovery identity of its epoch, the one in the safe: that the custodians, or keyholder's host, can be lost
// (TestRecoveryIdentityOpensWrappedKeys).
func (p Planted) Open(recoveryFile string) error {
	identity, err := readRecovery(recoveryFile)
	if err != nil {
		return err
	}
	plain, err := decrypt(p.Key.Wrapped, identity)
	if err != nil {
		return fmt.Errorf("opening a wrapped identity with the recovery identity: %w", ErrWrapped)
	}
	var w wrapped
	if err := canonical.Unmarshal(plain, &w); err != nil {
		return ErrWrapped
	}
	if w.Zone != p.Zone || w.Dossier != p.Dossier || w.Compartment != envelope.Medical {
		return ErrElsewhere
	}
	dossier, err := age.ParseHybridIdentity(w.Identity)
	if err != nil {
		return ErrWrapped
	}
	return p.openWith(dossier)
}

func (p Planted) openWith(dossier age.Identity) error {
	header, err := envelope.Header(p.Sealed)
	if err != nil {
		return fmt.Errorf("reading the planted record: %w", ErrHeader)
	}
	key, err := age.DecryptHeader(header, dossier)
	if err != nil {
		return ErrHeader
	}
	text, err := open.Record(key, plantedAt(p.Zone, p.Dossier), p.Sealed)
	if err != nil {
		return fmt.Errorf("opening the planted record: %w", err)
	}
	if !bytes.Equal(text, []byte(plantedText)) {
		return errors.New("the planted record holds something else")
	}
	return nil
}
