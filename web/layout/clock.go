package layout

import (
	"fmt"
	"time"
)

// Clock is a legal deadline as a reader sees it: what is left, of which term, under which law. A deadline that has passed
// closes nothing (the law gives it no such effect): the clock says so and a person decides.
type Clock struct {
	What  string    // what is due: "Avis"
	Law   string    // the term and its article: "3 mois, R. 425-13"
	Due   time.Time // end of the term
	hours bool
	meet  bool // a day to come, not a term
	spent int  // elapsed units of the term, for the bar
	whole int  // all its units
	left  int  // units left, negative once passed
}

// Days left under which a clock turns: a working week, then a fortnight.
const (
	daysNow  = 5
	daysSoon = 14
)

// Hours left under which an urgent clock turns.
const (
	hoursNow  = 4
	hoursSoon = 12
)

// DayClock counts calendar days between civil dates; only the dates of start, due and today count.
func DayClock(what, law string, start, due, today time.Time) *Clock {
	return &Clock{What: what, Law: law, Due: due,
		spent: days(start, today), whole: days(start, due), left: days(today, due)}
}

// AppointmentClock counts the days to an appointment: being on the day is no lateness, and nothing is due before it.
func AppointmentClock(what, law string, start, on, today time.Time) *Clock {
	c := DayClock(what, law, start, on, today)
	c.meet = true
	return c
}

// HourClock counts hours: removal opinions are due "sans délai", against the service's own mark.
func HourClock(what, law string, start, due, now time.Time) *Clock {
	return &Clock{What: what, Law: law, Due: due, hours: true,
		spent: int(now.Sub(start) / time.Minute), whole: int(due.Sub(start) / time.Minute), left: int(due.Sub(now) / time.Minute)}
}

// days counts from a's date to b's date. Noon avoids the hour that summer time adds or takes.
func days(a, b time.Time) int {
	noon := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
	return int(noon(b).Sub(noon(a)) / (24 * time.Hour))
}

// Level is the tone of the clock: "late", "now", "soon" or "".
func (c *Clock) Level() string {
	if c.meet {
		return ""
	}
	now, soon := daysNow, daysSoon
	if c.hours {
		now, soon = hoursNow*60, hoursSoon*60
	}
	switch {
	case c.left < 0:
		return "late"
	case c.left <= now:
		return "now"
	case c.left <= soon:
		return "soon"
	}
	return ""
}

// Figure is the number in large type.
func (c *Clock) Figure() string {
	if c.meet && c.left == 0 {
		return "Aujourd’hui"
	}
	left := max(c.left, -c.left)
	if c.hours {
		return fmt.Sprintf("%d%sh%s%02d", left/60, nbsp, nbsp, left%60)
	}
	return fmt.Sprint(left)
}

// Unit is the word after the figure.
func (c *Clock) Unit() string {
	if c.meet && c.left == 0 {
		return ""
	}
	word := ""
	if !c.hours {
		word = "jours"
		if c.left > -2 && c.left < 2 {
			word = "jour"
		}
	}
	switch {
	case c.left < 0 && c.meet && word == "jour":
		return word + " passé"
	case c.left < 0 && c.meet:
		return word + " passés"
	case c.left < 0:
		return word + " de retard"
	}
	return word
}

// Before says until when: "Avis avant le ...", or what has passed.
func (c *Clock) Before() string {
	when := FrenchDate(c.Due)
	if c.hours {
		when = FrenchDateTime(c.Due)
	}
	if c.meet {
		return c.What + " le " + when
	}
	if c.left < 0 {
		return c.What + nbsp + ": terme passé le " + when
	}
	return c.What + " avant le " + when
}

// Spent and Whole feed the bar, within its bounds whatever the dates.
func (c *Clock) Spent() int { return max(0, min(c.spent, c.Whole())) }

// Whole is at least one: a bar of no length is not valid.
func (c *Clock) Whole() int { return max(1, c.whole) }

// BarLabel is what a screen reader says of the bar.
func (c *Clock) BarLabel() string {
	if c.hours {
		return fmt.Sprintf("%d heures écoulées sur %d", c.Spent()/60, c.Whole()/60)
	}
	return fmt.Sprintf("%d jours écoulés sur %d", c.Spent(), c.Whole())
}
