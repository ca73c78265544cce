package medical

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// Confidential holds health data on its way through code that has no need to see it. It prints as [redacted] under every verb, in slog
// and in JSON; Reveal is the one way out, so that a search for it lists who looks. The value stands behind a pointer because package fmt
// passes over the methods of an argument of %w and of a field that is not exported, and prints what it finds: there, an address
// (TestConfidentialNeverPrints).
type Confidential[T any] struct{ value *T }

// Hide wraps a value.
func Hide[T any](v T) Confidential[T] { return Confidential[T]{&v} }

// Reveal is the value itself; nothing hidden reveals the zero value.
func (c Confidential[T]) Reveal() T {
	if c.value == nil {
		var none T
		return none
	}
	return *c.value
}

func (Confidential[T]) Format(f fmt.State, _ rune)   { redact(f) }
func (Confidential[T]) String() string               { return redacted }
func (Confidential[T]) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Confidential[T]) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// redact is the Format of the types that hold health data and must be written as JSON, to be sealed or served: no verb and no log line
// shows them as long as vet refuses %w and %p and they stand in exported fields (TestContentNeverPrints). What travels further wears Confidential.
func redact(f fmt.State) { _, _ = io.WriteString(f, redacted) }
