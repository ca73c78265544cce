package medical

import (
	"fmt"
	"log/slog"
)

// Draft is the fields of a form as they were typed, in the order of the page. Nothing checks them: half a word is kept as well.
type Draft struct {
	Base   int          `json:"base" validate:"min=0"` // the version of the report that the page was shown with; 0 where there is none
	Fields []DraftField `json:"fields" validate:"max=1000,dive"`
}

func (Draft) Format(f fmt.State, _ rune) { redact(f) }
func (Draft) LogValue() slog.Value       { return slog.StringValue(redacted) }

// DraftField is one field. A list has one for each of its values.
type DraftField struct {
	Name  string `json:"name" validate:"required,max=100"`
	Value string `json:"value" validate:"max=50000"`
}

func (DraftField) Format(f fmt.State, _ rune) { redact(f) }
func (DraftField) LogValue() slog.Value       { return slog.StringValue(redacted) }
