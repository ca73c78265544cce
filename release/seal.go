package release

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// The one seal there is: Ed25519 over the canonical opinion without its seal. When the form exists
// the seal becomes a CMS over the PDF, under another Form.
const (
	SealForm = "JSON"
	SealAlg  = "Ed25519"
)

// ErrSeal says that a seal is not that of the pinned key over these bytes.
var ErrSeal = errors.New("seal does not verify")

// KeyID names a public key: the first 16 bytes of its SHA-256, in hex. keyholder writes the same.
func KeyID(pub ed25519.PublicKey) string {
	sum := sha256.Sum256(pub)
	return hex.EncodeToString(sum[:16])
}

// Verify checks the seal of o against the pinned key. It is the only thing that makes an opinion
// authentic in the administrative zone (TestVerifyRefusesEveryChangedField).
func Verify(pub ed25519.PublicKey, o Opinion) error {
	if err := o.Seal.validate(); err != nil {
		return fmt.Errorf("verifying opinion %s: %w", o.ID, err)
	}
	value, err := base64.StdEncoding.Strict().DecodeString(o.Seal.Value)
	if err != nil {
		return fmt.Errorf("verifying opinion %s: %w", o.ID, ErrSeal)
	}
	signed, err := Canonical(o.Unsealed)
	if err != nil {
		return err
	}
	if len(pub) != ed25519.PublicKeySize || o.Seal.Key != KeyID(pub) || !ed25519.Verify(pub, signed, value) {
		return fmt.Errorf("verifying opinion %s: %w", o.ID, ErrSeal)
	}
	return nil
}

// SealWith seals u with a signer that already holds the value: it only puts the parts together.
func SealWith(u Unsealed, pub ed25519.PublicKey, signature []byte) Opinion {
	return Opinion{Unsealed: u, Seal: Seal{
		Form: SealForm, Alg: SealAlg, Key: KeyID(pub), Value: base64.StdEncoding.EncodeToString(signature),
	}}
}
