package release

import "time"

// Date is a civil date, "2006-01-02".
type Date string

// The years that this procedure can speak of. Outside them a date is a mistake or a message, and other readers (PostgreSQL, a
// renewed copy of this code) need not agree on what it means.
const (
	firstYear = 1900
	lastYear  = 2200
)

// Valid says whether d is a real day of a possible year, in the one form there is.
func (d Date) Valid() bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && possible(t)
}

func possible(t time.Time) bool { return t.Year() >= firstYear && t.Year() <= lastYear }

// Before compares days; ISO dates sort as text.
func (d Date) Before(other Date) bool { return d < other }

// DateOf is the civil date of t where t's own location says.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Instant is a moment, RFC 3339 with its offset. It crosses towards medical only: what leaves the
// medical zone has dates without hours.
type Instant string

// No territory is further from UTC; and the longest instant there is: "2006-01-02T15:04:05.000000+00:00".
const (
	farthestOffset = 14 * 60 * 60
	maxInstant     = 32
)

// Valid says whether i is an instant in the one form there is. Go's parser is laxer than RFC 3339 (a comma before the fraction, nine
// digits and more), and what it takes other readers refuse: one such instant would stop a flow between the zones. So an instant is its
// own re-encoding, with at most microseconds (as InstantOf writes and PostgreSQL keeps) (TestInstantHasOneForm).
func (i Instant) Valid() bool {
	t, err := time.Parse(time.RFC3339Nano, string(i))
	if err != nil || len(i) > maxInstant || !possible(t) || t.Nanosecond()%int(time.Microsecond) != 0 {
		return false
	}
	_, offset := t.Zone()
	return offset >= -farthestOffset && offset <= farthestOffset && t.Format(time.RFC3339Nano) == string(i)
}

// Time is the moment itself, zero when i is not valid.
func (i Instant) Time() time.Time {
	t, err := time.Parse(time.RFC3339Nano, string(i))
	if err != nil {
		return time.Time{}
	}
	return t
}

// InstantOf writes t in UTC at the database's precision (microseconds).
func InstantOf(t time.Time) Instant {
	return Instant(t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
}

// AddMonths is the same day n months later, or the last day of that month where there is none.
func (d Date) AddMonths(n int) Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return ""
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DateOf(first.AddDate(0, 0, min(t.Day(), last)-1))
}
