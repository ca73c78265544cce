package audit

import (
	"context"
	"sync"

	"golang.org/x/mod/sumdb/note"

	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
)

// OwnSigner signs with a key of the program itself: the administrative zone has no keyholder. While the process lives it refuses a smaller tree
// and a second root of one size, whatever the database says; beyond, its witness does.
type OwnSigner struct {
	signer note.Signer

	mu   sync.Mutex
	last checkpoint.Checkpoint
}

// NewOwnSigner signs the checkpoints of the log named origin.
func NewOwnSigner(origin string, key *keyfile.Signer) *OwnSigner {
	return &OwnSigner{signer: checkpoint.NewSigner(origin, key)}
}

// SignCheckpoint signs text, a checkpoint, or answers ErrRewritten.
func (s *OwnSigner) SignCheckpoint(_ context.Context, text []byte) ([]byte, error) {
	c, err := checkpoint.Parse(string(text))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Origin != s.signer.Name() || c.Size < s.last.Size || (c.Size == s.last.Size && s.last.Size > 0 && c.Root != s.last.Root) {
		return nil, ErrRewritten
	}
	signed, err := checkpoint.Sign(c, s.signer)
	if err == nil {
		s.last = c
	}
	return signed, err
}
