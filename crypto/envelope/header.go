package envelope

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"

	"filippo.io/age"
)

// MaxHeader bounds an age header. One hybrid stanza is about 1.6 kB; keyholder
// refuses to work on more than it would ever have to.
const MaxHeader = 8 << 10

// Header returns the age header that begins sealed: what keyholder opens, and
// what the audit entry of the write carries the digest of.
func Header(sealed []byte) ([]byte, error) {
	return ReadHeader(bytes.NewReader(sealed))
}

// ReadHeader is Header for a part that is not in memory. It reads no more than
// the first kilobytes of src.
func ReadHeader(src io.Reader) ([]byte, error) {
	header, err := age.ExtractHeader(io.LimitReader(src, MaxHeader))
	if err != nil {
		return nil, fmt.Errorf("reading age header: %w", err)
	}
	return header, nil
}

// HeaderDigest is the SHA-256 of an age header. The header holds only wrapped
// key material and a MAC: its digest says nothing of the content, and unlike a
// digest of the content it can't be guessed for a yes or a no.
func HeaderDigest(header []byte) [32]byte {
	return sha256.Sum256(header)
}
