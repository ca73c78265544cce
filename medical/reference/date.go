package reference

import (
	"errors"
	"fmt"
	"time"
)

// Date is a civil date: what a paper carries, and what a legal delay is counted in. It has no hour and no zone; an instant becomes a
// date only at a place (see LocalDate). The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// NewDate is the date of these numbers, normalised as package time does.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf is the civil date that t shows in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD and nothing else.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("reading a date: want YYYY-MM-DD")
	}
	return DateOf(t), nil
}

// Time is midnight UTC of that date, for columns of type date.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func (d Date) IsZero() bool { return d == Date{} }

func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Compare is negative when d is before e, positive when after.
func (d Date) Compare(e Date) int { return d.Time().Compare(e.Time()) }

func (d Date) Before(e Date) bool { return d.Compare(e) < 0 }
func (d Date) After(e Date) bool  { return d.Compare(e) > 0 }

// AddDays counts calendar days.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// AddMonths keeps the day of the month, or takes the last day of the month where it does not exist: 31 January + 1 month is the last
// day of February. No shift to a working day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// AddYears counts as twelve months each, so 29 February + 1 year is 28 February.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// MarshalText writes YYYY-MM-DD; no date is an error, so that a forgotten one is never stored.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, errors.New("writing a date: there is none")
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD; an empty text is refused.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}
