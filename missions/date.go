package missions

import (
	"errors"
	"fmt"
	"time"
)

// Date is a civil date: what a paper carries and what a legal delay is counted in. The zero value is no date.
//
// The medical zone has its own (medical/reference): the two zones share the door and no other code of the domain (R5).
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
		return Date{}, errors.New("reading a date: want YYYY-MM-DD")
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

func (d Date) Before(e Date) bool { return d.Time().Before(e.Time()) }
func (d Date) After(e Date) bool  { return d.Time().After(e.Time()) }

// AddDays counts calendar days.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// AddMonths keeps the day of the month, or takes the last day of a month that is shorter: 31 January and three months is 30 April.
func (d Date) AddMonths(n int) Date {
	first := d.FirstOfMonth(n)
	return Date{first.Year, first.Month, min(d.Day, first.FirstOfMonth(1).AddDays(-1).Day)}
}

// FirstOfMonth is the first day of the month n months after that of d.
func (d Date) FirstOfMonth(n int) Date { return NewDate(d.Year, d.Month+time.Month(n), 1) }

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
