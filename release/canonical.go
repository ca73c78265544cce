package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrNotCanonical says that bytes decode but are not the one canonical form of their value.
var ErrNotCanonical = errors.New("not canonical")

// ErrTooLarge says that bytes are over MaxBytes.
var ErrTooLarge = errors.New("too large")

// MaxBytes bounds one crossing object. The largest lawful referral (names and addresses of a minor
// and two representatives) is under 8 KiB.
const MaxBytes = 64 << 10

// Validator is what every crossing type offers: its own closed rules, without any outside state.
type Validator interface{ Validate() error }

// Canonical is the one encoding of v: declared order, nulls written, no HTML escaping, no newline.
func Canonical(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding canonically: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Decode reads exactly one canonical, valid T. Duplicate keys, another case or order of keys,
// spaces, missing or unknown fields, bytes that are not UTF-8: all differ from the encoding of the
// decoded value, and are refused by that comparison.
func Decode[T Validator](b []byte) (T, error) {
	var v, none T
	if len(b) > MaxBytes {
		return none, fmt.Errorf("decoding %T: %d bytes: %w", v, len(b), ErrTooLarge)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		// The decoder's own message may quote the input: it must reach neither a log nor a caller.
		return none, fmt.Errorf("decoding %T: %w", v, ErrNotCanonical)
	}
	again, err := Canonical(v)
	if err != nil {
		return none, err
	}
	if !bytes.Equal(again, b) {
		return none, fmt.Errorf("decoding %T: %w", v, ErrNotCanonical)
	}
	if err := v.Validate(); err != nil {
		return none, fmt.Errorf("decoding %T: %w", v, err)
	}
	return v, nil
}
