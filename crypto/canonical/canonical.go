// Package canonical gives each value one byte sequence, so that what is hashed,
// signed or compared cannot be written in two ways.
//
// It protects signatures and digests from ambiguity: a decoder that accepted
// duplicate keys, another order or other spacing would let two readers see two
// values in the same signed bytes. It trusts encoding/json to encode a struct
// in declared order.
package canonical

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrNotCanonical is returned for bytes that decode but are not the one
// encoding of their value.
var ErrNotCanonical = errors.New("bytes are not canonical")

// Marshal encodes v as JSON in declared field order, HTML escaping off, without
// space or newline.
func Marshal(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding canonical JSON: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Unmarshal decodes b into v and refuses anything but v's own encoding: unknown
// and duplicate keys, other letter case, other order, spaces. The method is
// decode, encode again, compare (TestUnmarshalRefuses). v must point to a zero
// value: what it held before would otherwise be encoded again too.
func Unmarshal(b []byte, v any) error {
	if err := json.Unmarshal(b, v); err != nil {
		// The decoder's own text may quote the input, which may be secret.
		return fmt.Errorf("decoding canonical JSON: %w", ErrNotCanonical)
	}
	again, err := Marshal(v)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, b) {
		return fmt.Errorf("comparing canonical JSON: %w", ErrNotCanonical)
	}
	return nil
}

// Fields joins a domain and byte strings so that no two lists of fields give
// the same bytes: each field follows its length. The domain names the use and
// its version; a signature made for one use is void for every other.
func Fields(domain string, fields ...[]byte) []byte {
	out := appendField(nil, []byte(domain))
	for _, f := range fields {
		out = appendField(out, f)
	}
	return out
}

func appendField(out, f []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(f)))
	return append(out, f...)
}
