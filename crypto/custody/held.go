package custody

import (
	"errors"
	"slices"
	"strings"
	"time"

	"cloison/crypto/keyholder"
)

// heldFor: of the calls that one limit refuses, one a minute has a line in the
// chain (for a budget: one a minute and person); the others are counted.
const heldFor = time.Minute

// held counts refusals by a rate, a quota or a budget. Who is refused can ask
// again without end, so these lines alone would have no bound: a taken-over
// process could fill the disk, and a full disk stops keyholder
// (TestRefusalsByALimitAreCounted). A count is told by the first call after its
// minute; a kill loses those not yet told, never a first refusal.
type held map[limit]*tally

type limit struct{ op, code, person string }

type tally struct {
	since time.Time // of the refusal that has its own line
	more  int
}

// heldOp names the line of a count; no request bears it.
const heldOp = "Held"

type heldData struct {
	Op     string    `json:"op"`
	Person string    `json:"person"` // "" where the limit is everybody's
	Since  time.Time `json:"since"`
	More   int       `json:"more"` // refusals like it that have no line
}

// keeps says whether this call is one that is only counted.
func (h held) keeps(now time.Time, op string, data any, err error) bool {
	if !errors.Is(err, keyholder.ErrRateLimited) && !errors.Is(err, keyholder.ErrOverBudget) {
		return false
	}
	l := limit{op: op, code: keyholder.Fail(err).Code}
	if d, ok := data.(*openData); ok {
		l.person = d.Person
	}
	if t, ok := h[l]; ok {
		t.more++
		return true
	}
	h[l] = &tally{since: now.UTC()}
	return false
}

// tell records the counts whose minute is over, or whose clock went back.
func (s *Service) tell(now time.Time, peer uint32) error {
	var due []limit
	for l, t := range s.held {
		if age := now.Sub(t.since); age < 0 || age >= heldFor {
			due = append(due, l)
		}
	}
	// One order, so that two runs of one story write one file.
	slices.SortFunc(due, func(a, b limit) int {
		return strings.Compare(a.op+" "+a.code+" "+a.person, b.op+" "+b.code+" "+b.person)
	})
	for _, l := range due {
		t := s.held[l]
		delete(s.held, l)
		if t.more == 0 {
			continue
		}
		data := heldData{Op: l.op, Person: l.person, Since: t.since, More: t.more}
		if _, err := s.record(now, heldOp, peer, data, (&keyholder.Failure{Code: l.code}).Err()); err != nil {
			return err
		}
	}
	return nil
}
