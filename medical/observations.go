package medical

import (
	"fmt"
	"log/slog"
)

// Observations are what a physician of the Office writes for the judge, on the file that secrecy was lifted for. Sealed; the last ones go.
type Observations struct {
	Text string `json:"text" validate:"required,max=50000"`
}

func (Observations) Format(f fmt.State, _ rune) { redact(f) }
func (Observations) LogValue() slog.Value       { return slog.StringValue(redacted) }
