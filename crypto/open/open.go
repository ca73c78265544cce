// Package open decrypts one age file with the file key that keyholder gave for
// it. It is linked by the medical zone's vault alone.
//
// It protects the reader from sealed bytes that are not what they should be:
// changed, cut, moved from elsewhere, written for another version. No byte is
// given before its 64 KiB chunk is authenticated and the context inside has
// been compared. It trusts keyholder for the file key and the caller for the
// context; whether the header is one that the log knows is the vault's to check.
package open

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"filippo.io/age"

	"cloison/crypto/envelope"
)

// The closed list of what can be wrong with sealed bytes.
var (
	// ErrTampered: bytes were changed, or cut inside a chunk: age authenticates
	// whole chunks and can't tell the two apart.
	ErrTampered = errors.New("sealed bytes were changed")
	// ErrTruncated: bytes end at a place where they visibly should not.
	ErrTruncated = errors.New("sealed bytes are cut short")
	// ErrSwapped: the bytes are whole, but were sealed for another place.
	ErrSwapped = errors.New("sealed bytes belong elsewhere")
	// ErrWrongKey: the file key does not fit the header: it is another file's,
	// or the header was changed (the header's MAC is under the file key, so the
	// two look alike).
	ErrWrongKey = errors.New("file key does not fit")
	// ErrUnknownVersion: sealed by a version this program does not know.
	ErrUnknownVersion = errors.New("unknown version of sealed bytes")
)

const fileKeySize = 16

// opened is a decrypted age file whose context was found to be ctx; content
// begins at offset.
type opened struct {
	plain  io.ReaderAt
	offset int64
	size   int64
}

func openFile(fileKey []byte, ctx envelope.Context, src io.ReaderAt, size int64) (opened, error) {
	want, err := ctx.Prefix()
	if err != nil {
		return opened{}, err
	}
	plain, plainSize, err := decrypt(fileKey, &source{src}, size)
	if err != nil {
		return opened{}, err
	}
	if err := compareContext(want, plain, plainSize); err != nil {
		return opened{}, err
	}
	return opened{plain: plain, offset: int64(len(want)), size: plainSize - int64(len(want))}, nil
}

// decrypt opens any age file by its file key (TestAgeVectors).
func decrypt(fileKey []byte, src *source, size int64) (io.ReaderAt, int64, error) {
	if len(fileKey) != fileKeySize {
		return nil, 0, ErrWrongKey
	}
	if err := checkHeader(fileKey, src, size); err != nil {
		return nil, 0, err
	}
	plain, plainSize, err := age.DecryptReaderAt(src, size, age.NewInjectedFileKeyIdentity(fileKey))
	if err != nil {
		return nil, 0, classify(fileKey, src, size, err)
	}
	return plain, plainSize, nil
}

// checkHeader separates what is wrong before the payload: age's own errors are
// text, and text is not compared.
func checkHeader(fileKey []byte, src io.ReaderAt, size int64) error {
	header, err := envelope.ReadHeader(io.NewSectionReader(src, 0, size))
	if err != nil {
		if e := sourceFailure(err); e != nil {
			return e
		}
		if size == 0 || size < envelope.MaxHeader && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)) {
			return ErrTruncated
		}
		return ErrTampered
	}
	if _, err := age.DecryptHeader(header, age.NewInjectedFileKeyIdentity(fileKey)); err != nil {
		return ErrWrongKey
	}
	return nil
}

// classify says why the payload did not open. DecryptReaderAt looks at the last
// chunk first; reading in order tells a file that ends on a whole, non-final
// chunk (cut) from one whose chunk is not authentic (changed).
func classify(fileKey []byte, src io.ReaderAt, size int64, cause error) error {
	if e := sourceFailure(cause); e != nil {
		return e
	}
	if errors.Is(cause, io.ErrUnexpectedEOF) || errors.Is(cause, io.EOF) {
		return ErrTruncated
	}
	r, err := age.Decrypt(io.NewSectionReader(src, 0, size), age.NewInjectedFileKeyIdentity(fileKey))
	if err == nil {
		_, err = io.Copy(io.Discard, r)
	}
	if e := sourceFailure(err); e != nil {
		return e
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTruncated
	}
	return ErrTampered
}

func compareContext(want []byte, plain io.ReaderAt, size int64) error {
	head := make([]byte, min(size, int64(envelope.MaxPrefix)))
	if _, err := plain.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return readFailure(err)
	}
	if bytes.HasPrefix(head, want) {
		return nil
	}
	_, _, err := envelope.ParsePrefix(head)
	switch {
	case err == nil:
		return ErrSwapped
	case errors.Is(err, envelope.ErrUnknownVersion):
		return ErrUnknownVersion
	default:
		// Authentic bytes without our prefix: some other age file, sealed to
		// the same recipient by someone who is not crypto/seal.
		return ErrTampered
	}
}

// source marks failures of the underlying store, which say nothing of the bytes.
type source struct{ io.ReaderAt }

type sourceError struct{ err error }

func (e *sourceError) Error() string { return "reading sealed bytes: " + e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &sourceError{err}
	}
	return n, err
}

func sourceFailure(err error) error {
	var e *sourceError
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// readFailure names what a failed read of authenticated chunks means.
func readFailure(err error) error {
	if e := sourceFailure(err); e != nil {
		return e
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("reading sealed bytes: %w", ErrTruncated)
	}
	return fmt.Errorf("reading sealed bytes: %w", ErrTampered)
}
