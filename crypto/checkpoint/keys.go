package checkpoint

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/keyfile"
)

// Types of signature of C2SP signed-note.
const (
	algLog         = 1 // Ed25519 over the text
	algCosignature = 4 // cosignature/v1: Ed25519 over the text and a time
)

// ErrKey: not a verifier key of a log or of a witness.
var ErrKey = errors.New("not a verifier key")

// keyHash is C2SP signed-note's: the name, the type of signature, the key.
func keyHash(name string, alg byte, public ed25519.PublicKey) uint32 {
	h := sha256.New()
	h.Write([]byte(name + "\n"))
	h.Write([]byte{alg})
	h.Write(public)
	return binary.BigEndian.Uint32(h.Sum(nil))
}

// NewSigner signs the checkpoints of the log named origin.
func NewSigner(origin string, key *keyfile.Signer) note.Signer { return logSigner{origin, key} }

type logSigner struct {
	name string
	key  *keyfile.Signer
}

func (s logSigner) Name() string                        { return s.name }
func (s logSigner) KeyHash() uint32                     { return keyHash(s.name, algLog, s.key.Public()) }
func (s logSigner) Sign(message []byte) ([]byte, error) { return s.key.Sign(message), nil }

// NewVerifier checks the checkpoints of the log named origin.
func NewVerifier(origin string, public ed25519.PublicKey) (note.Verifier, error) {
	verifier, err := note.NewVerifier(VerifierKey(origin, public))
	if err != nil {
		return nil, fmt.Errorf("log %q: %w", origin, ErrKey)
	}
	return verifier, nil
}

// VerifierKey is how anybody is told a log's name and public key: one line, as C2SP signed-note has it.
func VerifierKey(origin string, public ed25519.PublicKey) string {
	return formatKey(origin, algLog, public)
}

// WitnessKey is VerifierKey of a witness.
func WitnessKey(name string, public ed25519.PublicKey) string {
	return formatKey(name, algCosignature, public)
}

func formatKey(name string, alg byte, public ed25519.PublicKey) string {
	material := append([]byte{alg}, public...)
	return fmt.Sprintf("%s+%08x+%s", name, keyHash(name, alg, public), base64.StdEncoding.EncodeToString(material))
}

// ParseKey reads what VerifierKey or WitnessKey wrote.
func ParseKey(line string) (note.Verifier, error) {
	parts := strings.SplitN(strings.TrimSpace(line), "+", 3)
	if len(parts) != 3 {
		return nil, ErrKey
	}
	material, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(material) != 1+ed25519.PublicKeySize {
		return nil, ErrKey
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	alg, public := material[0], ed25519.PublicKey(material[1:])
	if err != nil || uint32(hash) != keyHash(parts[0], alg, public) {
		return nil, ErrKey
	}
	switch alg {
	case algLog:
		return NewVerifier(parts[0], public)
	case algCosignature:
		return NewWitnessVerifier(parts[0], public), nil
	}
	return nil, ErrKey
}
