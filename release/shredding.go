package release

import "crypto/sha256"

// Shredding is how the administrative zone is told that a dossier was destroyed: a digest of the medical zone's own reference of it, which is random and
// which that zone alone knows. It tells two copies of a fact from one another, and nothing of anybody.
func Shredding(dossier string) [sha256.Size]byte {
	return sha256.Sum256([]byte("cloison-shredding-1\n" + dossier))
}
