package release

import "time"

// Date is a civil date, "2006-01-02".
type Date string

// Valid says whether d is a real day, in the one form there is.
func (d Date) Valid() bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// Before compares days; ISO dates sort as text.
func (d Date) Before(other Date) bool { return d < other }

// DateOf is the civil date of t where t's own location says.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Instant is a moment, RFC 3339 with its offset. It crosses towards medical only: what leaves the
// medical zone has dates without hours.
type Instant string

// Valid says whether i is an RFC 3339 instant.
func (i Instant) Valid() bool {
	_, err := time.Parse(time.RFC3339Nano, string(i))
	return err == nil
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
