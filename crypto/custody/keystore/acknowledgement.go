package keystore

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"cloison/crypto/keyfile"
)

// Files that InitAcknowledgement writes.
const (
	AcknowledgementKeyFile    = "acknowledgement.key"
	AcknowledgementPublicFile = "acknowledgement.pub"
)

// InitAcknowledgement makes the key with which the administrative zone signs
// its acknowledgements. The private half goes to that zone's host; the medical
// zone pins the public one. It opens nothing, and has no place in the keystore.
func InitAcknowledgement(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making folder: %w", err)
	}
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("making acknowledgement key: %w", err)
	}
	private, err := keyfile.FormatPrivate(key)
	if err != nil {
		return err
	}
	public, err := keyfile.FormatPublic(pub)
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, AcknowledgementKeyFile), 0o600, private); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, AcknowledgementPublicFile), 0o644, public)
}
