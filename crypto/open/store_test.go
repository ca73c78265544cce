package open

import (
	"errors"
	"testing"

	"cloison/crypto/envelope"
)

// A store that fails says nothing of the bytes: not tampered, not truncated.
func TestStoreFailureIsNotTampering(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk")
	ctx := envelope.Context{Zone: "z", Dossier: "d", Compartment: "c", Kind: "k", ID: "i"}
	_, err := Part(make([]byte, fileKeySize), ctx, failing{broken}, 5000)
	if !errors.Is(err, broken) || errors.Is(err, ErrTampered) || errors.Is(err, ErrTruncated) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }
