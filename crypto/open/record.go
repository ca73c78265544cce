package open

import (
	"bytes"
	"errors"
	"io"

	"cloison/crypto/envelope"
)

// Record opens a sealed record whole. It returns no byte unless all of them are
// authentic and bound to ctx. Errors: ErrTampered, ErrTruncated, ErrSwapped,
// ErrWrongKey, ErrUnknownVersion.
func Record(fileKey []byte, ctx envelope.Context, sealed []byte) ([]byte, error) {
	f, err := openFile(fileKey, ctx, bytes.NewReader(sealed), int64(len(sealed)))
	if err != nil {
		return nil, err
	}
	content := make([]byte, f.size)
	if _, err := f.plain.ReadAt(content, f.offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, readFailure(err)
	}
	return content, nil
}
