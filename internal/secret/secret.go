// Package secret gives secrets a type that cannot be printed: under every verb of fmt, in slog, in JSON and as text it reads
// [redacted]. Only Reveal gives the value, so that a search for Reveal lists every place that uses a secret.
//
// The guarantee is held by TestNeverPrinted, which tries them all, also inside structs, pointers, slices and maps.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// String is a secret text: a token, a handle, a password. The value sits behind a function because fmt, which may not call
// methods on unexported fields, prints what a pointer to a slice points to, but of a function only its address.
type String struct{ value func() string }

// NewString wraps s.
func NewString(s string) String { return String{func() string { return s }} }

// Reveal gives the text, "" for the zero value.
func (s String) Reveal() string {
	if s.value == nil {
		return ""
	}
	return s.value()
}

// Format writes [redacted] for every verb and flag, %#v and %p included.
func (String) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// String, GoString, LogValue, MarshalText and MarshalJSON are for the printers that do not go through Format.
func (String) String() string               { return redacted }
func (String) GoString() string             { return redacted }
func (String) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (String) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (String) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// Bytes are secret bytes: a key, a share.
type Bytes struct{ value func() []byte }

// NewBytes wraps b without copying it: who holds b may still erase it.
func NewBytes(b []byte) Bytes { return Bytes{func() []byte { return b }} }

// Reveal gives the bytes, nil for the zero value. They are not a copy.
func (b Bytes) Reveal() []byte {
	if b.value == nil {
		return nil
	}
	return b.value()
}

// Format writes [redacted] for every verb and flag.
func (Bytes) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

func (Bytes) String() string               { return redacted }
func (Bytes) GoString() string             { return redacted }
func (Bytes) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Bytes) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Bytes) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
