package custody

import (
	"crypto/sha256"
	"fmt"
	"time"

	"cloison/crypto/custody/wire"
	"cloison/crypto/envelope"
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

// withinBudget says whether these dossiers may be opened now, and which windows
// reach 80 % by it: each is said once, not at every opening after
// (TestABudgetWarnsOnce). A refused call costs nothing.
func (s *Service) withinBudget(now time.Time, d *openData) error {
	s.state.forget(s.startOfDay(now).Add(-24 * time.Hour))
	for _, compartment := range []string{envelope.Civil, envelope.Medical} {
		asked := d.dossiers(compartment)
		if len(asked) == 0 {
			continue
		}
		before := s.windows(now, d.Person, compartment, nil)
		for i, w := range s.windows(now, d.Person, compartment, asked) {
			if w.Used > w.Limit {
				s.opts.Log.Warn("ALARM a budget of dossiers is used up", "window", w.Period, "compartment", compartment, "limit", w.Limit)
				return keyholder.ErrOverBudget
			}
			if w.Near() && !before[i].Near() {
				s.opts.Log.Warn("ALARM a budget of dossiers is 80 % used", "window", w.Period, "compartment", compartment, "used", w.Used, "limit", w.Limit)
				d.Near = append(d.Near, compartment+"_"+w.Period)
			}
		}
	}
	return nil
}

// windows are a person's budgets in a compartment, and the zone's, once the
// asked dossiers were open too.
func (s *Service) windows(now time.Time, person, compartment string, asked map[string]bool) []keyholder.Window {
	day := s.startOfDay(now)
	hour := now.Add(-time.Hour).Add(time.Nanosecond) // exactly an hour ago is out
	limits, used := s.state.budgets.Of(compartment), s.state.usage
	me, zone := reading{person, compartment}, reading{"", compartment}
	more := s.state.extended[extended{me, s.today(now)}]
	return []keyholder.Window{
		{Compartment: compartment, Period: keyholder.PeriodHour, Limit: limits.PersonHour + more, Extended: more, Used: used.distinct(me, hour, asked)},
		{Compartment: compartment, Period: keyholder.PeriodDay, Limit: limits.PersonDay + more, Extended: more, Used: used.distinct(me, day, asked)},
		{Compartment: compartment, Period: keyholder.PeriodZoneDay, Limit: limits.ZoneDay, Used: used.distinct(zone, day, asked)},
	}
}

// showBudgets answers what the handle's person has opened. It leaves the session
// as it was: a page that shows a count must not keep it alive.
func (s *Service) showBudgets(now time.Time, a keyholder.BudgetsArgs) (result, error) {
	h, ok := s.handles[sha256.Sum256([]byte(a.Handle))]
	if !ok || !h.alive(now) || !h.line.On(s.today(now)) {
		return result{}, fmt.Errorf("no such handle: %w", keyholder.ErrUnauthenticated)
	}
	reply := keyholder.BudgetsReply{Head: h.line.Head, Windows: []keyholder.Window{}}
	for _, compartment := range h.line.Compartments {
		reply.Windows = append(reply.Windows, s.windows(now, h.line.Person(), compartment, nil)...)
	}
	return result{reply: reply}, nil
}

func (s *Service) startOfDay(now time.Time) time.Time {
	y, m, d := now.In(s.opts.Location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, s.opts.Location)
}

type budgetData struct {
	Budgets wire.Budgets `json:"budgets"`
	Quorum  wire.Quorum  `json:"quorum"`
}

func (d *budgetData) apply(st *state, at time.Time) { st.budgets, st.latest = d.Budgets, at }

func (s *Service) setBudget(now time.Time, a wire.SetBudgetArgs) (result, error) {
	if err := s.quorum(now, wire.OpSetBudget, a.Budgets, a.Quorum); err != nil {
		return result{}, err
	}
	if a.Budgets.Valid() != nil {
		return result{}, refuse(wire.RuleBudget)
	}
	return s.commit(keyholder.None{}, &budgetData{Budgets: a.Budgets, Quorum: a.Quorum}, now), nil
}
