package medical

import (
	"time"

	"cloison/medical/reference"
)

// Date is a civil date.
type Date = reference.Date

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(s string) (Date, error) { return reference.ParseDate(s) }

// LocalDate is the civil date of an instant where the territorial direction is.
func LocalDate(t time.Time, direction string) Date { return reference.LocalDate(t, direction) }

// AddMonths keeps the day of the month, or takes the last day of the month where it does not exist.
func AddMonths(d Date, n int) Date { return d.AddMonths(n) }
