package keystore

import (
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"cloison/crypto/keyfile"
)

// Files that InitLog writes: pairs NAME.key and NAME.pub.
const (
	ServerLog      = "log-server"      // signs the checkpoints of the administrative zone's log; keyholder signs the medical zone's
	ServerWitness  = "witness-server"  // countersigns those of the medical zone's
	MedicalWitness = "witness-medical" // countersigns those of the administrative zone's
)

// InitLog makes the keys of the two logs that are not keyholder's. Each private half goes to its zone's host; each zone pins the public halves of the
// other. They open nothing.
func InitLog(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making folder: %w", err)
	}
	for _, name := range []string{ServerLog, ServerWitness, MedicalWitness} {
		pub, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return fmt.Errorf("making key %s: %w", name, err)
		}
		private, err := keyfile.FormatPrivate(key)
		if err != nil {
			return err
		}
		public, err := keyfile.FormatPublic(pub)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, name+".key"), 0o600, private); err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, name+".pub"), 0o644, public); err != nil {
			return err
		}
	}
	return nil
}
