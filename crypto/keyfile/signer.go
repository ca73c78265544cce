package keyfile

import (
	"crypto/ed25519"

	"cloison/internal/secret"
)

// Signer signs; it does not give its key, and prints [redacted].
type Signer struct {
	key    secret.Bytes
	public ed25519.PublicKey
}

// NewSigner wraps a private key.
func NewSigner(key ed25519.PrivateKey) *Signer {
	return &Signer{key: secret.NewBytes(key), public: key.Public().(ed25519.PublicKey)}
}

// NewSignerFromSeed is NewSigner for the 32 bytes a keystore holds.
func NewSignerFromSeed(seed []byte) (*Signer, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, ErrKeyFile
	}
	return NewSigner(ed25519.NewKeyFromSeed(seed)), nil
}

// Sign returns the Ed25519 signature of message. It is deterministic: the same
// message gives the same signature, which leaves no room to hide bits in.
func (s *Signer) Sign(message []byte) []byte {
	return ed25519.Sign(ed25519.PrivateKey(s.key.Reveal()), message)
}

// Public is the key to check with.
func (s *Signer) Public() ed25519.PublicKey { return s.public }

// String keeps a signer out of logs.
func (s *Signer) String() string { return s.key.String() }
