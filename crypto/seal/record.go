package seal

import (
	"bytes"

	"cloison/crypto/envelope"
)

// Record seals plaintext, which must fit in memory, as one age file bound to
// ctx. The digest is that of the age header, for the entry of the write.
func (r Recipient) Record(ctx envelope.Context, plaintext []byte) (sealed []byte, headerDigest [32]byte, err error) {
	var out bytes.Buffer
	out.Grow(len(plaintext) + 4<<10)
	headerDigest, _, err = r.seal(&out, ctx, bytes.NewReader(plaintext), int64(len(plaintext)))
	if err != nil {
		return nil, [32]byte{}, err
	}
	return out.Bytes(), headerDigest, nil
}
