// Package seal encrypts a dossier's records and parts. It needs no secret, so
// anyone in the zone may write; it is what keeps a write from going to a key
// that is not the dossier's.
//
// It protects against a database administrator who replaces a recipient by one
// of his own: a recipient is usable only with keyholder's signature over zone,
// dossier, compartment, epoch and key. It trusts the public key it is given
// (pinned in the program's configuration) and the caller's context.
package seal

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"filippo.io/age"

	"cloison/crypto/envelope"
)

// Closed errors of this package.
var (
	// ErrRecipient: the recipient does not carry keyholder's signature for
	// this dossier and compartment, or is not a hybrid recipient.
	ErrRecipient = errors.New("recipient is not signed for this dossier")
	// ErrMisplaced: the context names another dossier than the recipient.
	ErrMisplaced = errors.New("context is not the recipient's")
	// ErrPartTooLarge: more than envelope.PartSize bytes for one part.
	ErrPartTooLarge = errors.New("part too large")
)

// Compartment is a dossier's row for one compartment.
type Compartment = envelope.Compartment

// Recipient is a checked recipient. Its zero value encrypts nothing.
type Recipient struct {
	zone, dossier, compartment, epoch string
	key                               *age.HybridRecipient
}

// CheckRecipient verifies c against keyholder's public key for recipients
// (TestSwappedRecipientIsRefused, vectors swapped_recipient and swapped_row).
func CheckRecipient(pub ed25519.PublicKey, zone, dossier, compartment string, c Compartment) (Recipient, error) {
	if len(pub) != ed25519.PublicKeySize {
		return Recipient{}, fmt.Errorf("checking recipient of dossier %s: no public key: %w", dossier, ErrRecipient)
	}
	statement := envelope.RecipientStatement(zone, dossier, compartment, c.Epoch, c.Recipient)
	if !ed25519.Verify(pub, statement, c.Signature) {
		return Recipient{}, fmt.Errorf("checking recipient of dossier %s: %w", dossier, ErrRecipient)
	}
	key, err := age.ParseHybridRecipient(c.Recipient)
	if err != nil {
		return Recipient{}, fmt.Errorf("parsing recipient of dossier %s: %w", dossier, ErrRecipient)
	}
	return Recipient{zone: zone, dossier: dossier, compartment: compartment, epoch: c.Epoch, key: key}, nil
}

// Epoch is the epoch the recipient was made in.
func (r Recipient) Epoch() string { return r.epoch }

func (r Recipient) prefix(ctx envelope.Context) ([]byte, error) {
	if r.key == nil {
		return nil, ErrRecipient
	}
	if ctx.Zone != r.zone || ctx.Dossier != r.dossier || ctx.Compartment != r.compartment {
		return nil, fmt.Errorf("sealing %s %s: %w", ctx.Kind, ctx.ID, ErrMisplaced)
	}
	return ctx.Prefix()
}
