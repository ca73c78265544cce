package medical

import (
	"fmt"
	"log/slog"
)

// SearchInput is what names a person: a number, or a family name with the birth date. It comes in a body, never in an address.
type SearchInput struct {
	AGDREF     string `json:"agdref" validate:"omitempty,len=10,numeric"`
	FamilyName string `json:"family_name" validate:"max=200"`
	BirthDate  *Date  `json:"birth_date"`
}

func (SearchInput) Format(f fmt.State, _ rune) { redact(f) }
func (SearchInput) LogValue() slog.Value       { return slog.StringValue(redacted) }
