package custody

import (
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/keyholder"
)

// usage remembers, per reader and compartment, when each dossier was last
// opened: a dossier counts once, however often it is read. Windows are the last
// hour and the day of law.
type usage struct {
	last map[reading]map[string]time.Time
}

// reading is a person in a compartment; the person "" stands for the zone.
type reading struct{ person, compartment string }

func newUsage() usage { return usage{last: map[reading]map[string]time.Time{}} }

func (u usage) add(person, compartment, dossier string, at time.Time) {
	for _, r := range []reading{{person, compartment}, {"", compartment}} {
		if u.last[r] == nil {
			u.last[r] = map[string]time.Time{}
		}
		u.last[r][dossier] = at
	}
}

// distinct counts the dossiers opened since a time, the asked ones included. A
// time after now (the clock went back) counts too.
func (u usage) distinct(r reading, since time.Time, asked map[string]bool) int {
	n := len(asked)
	for dossier, at := range u.last[r] {
		if !at.Before(since) && !asked[dossier] {
			n++
		}
	}
	return n
}

// forget drops what no window reaches any more.
func (u usage) forget(before time.Time) {
	for r, dossiers := range u.last {
		for d, at := range dossiers {
			if at.Before(before) {
				delete(dossiers, d)
			}
		}
		if len(dossiers) == 0 {
			delete(u.last, r)
		}
	}
}

// withinBudget says whether these dossiers may be opened now. A refused call
// costs nothing.
func (s *Service) withinBudget(now time.Time, d *openData) error {
	day := s.startOfDay(now)
	s.state.usage.forget(day.Add(-24 * time.Hour))
	asked := map[string]map[string]bool{}
	for _, i := range d.Items {
		if asked[i.Compartment] == nil {
			asked[i.Compartment] = map[string]bool{}
		}
		asked[i.Compartment][i.Dossier] = true
	}
	for compartment, dossiers := range asked {
		limits := s.state.budgets.Of(compartment)
		me, zone := reading{d.Person, compartment}, reading{"", compartment}
		hour := now.Add(-time.Hour).Add(time.Nanosecond) // exactly an hour ago is out
		for _, w := range []struct {
			name  string
			used  int
			limit int
		}{
			{"person_hour", s.state.usage.distinct(me, hour, dossiers), limits.PersonHour},
			{"person_day", s.state.usage.distinct(me, day, dossiers), limits.PersonDay},
			{"zone_day", s.state.usage.distinct(zone, day, dossiers), limits.ZoneDay},
		} {
			if w.used > w.limit {
				s.opts.Log.Warn("ALARM a budget of dossiers is used up", "window", w.name, "compartment", compartment, "limit", w.limit)
				return keyholder.ErrOverBudget
			}
			if w.used*5 >= w.limit*4 {
				s.opts.Log.Warn("a budget of dossiers is 80 % used", "window", w.name, "compartment", compartment, "used", w.used)
			}
		}
	}
	return nil
}

func (s *Service) startOfDay(now time.Time) time.Time {
	y, m, d := now.In(s.opts.Location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.opts.Location)
}

type budgetData struct {
	Budgets wire.Budgets `json:"budgets"`
	Quorum  wire.Quorum  `json:"quorum"`
}

func (d *budgetData) apply(st *state, _ time.Time) { st.budgets = d.Budgets }

func (s *Service) setBudget(now time.Time, a wire.SetBudgetArgs) (result, error) {
	if err := s.quorum(now, wire.OpSetBudget, a.Budgets, a.Quorum); err != nil {
		return result{}, err
	}
	if a.Budgets.Valid() != nil {
		return result{}, refuse(wire.RuleBudget)
	}
	return s.commit(keyholder.None{}, &budgetData{Budgets: a.Budgets, Quorum: a.Quorum}, now), nil
}
