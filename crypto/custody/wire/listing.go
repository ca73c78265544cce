package wire

import (
	"encoding/hex"
	"errors"
	"fmt"

	"cloison/crypto/keyholder"
)

// Kinds of a composition decision, and how many physicians sign under each:
// R. 425-13, a college of three; the one designated physician of annexe D.
const (
	KindCollege = "COLLEGE"
	KindSingle  = "MED1"
)

// Authors answers how many physicians sign an opinion under a decision of kind;
// 0 for a kind that nobody signs under.
func Authors(kind string) int {
	switch kind {
	case KindCollege:
		return 3
	case KindSingle:
		return 1
	}
	return 0
}

// Listing is a physician's place in one published composition decision: what
// binds the line number that an opinion shows to the person who approved it.
// The digest names one state of the decision; a decision that was completed
// gives one listing per state that opinions may still carry.
type Listing struct {
	Decision string `json:"decision"` // its reference
	Digest   string `json:"digest"`   // hex SHA-256 of the canonical decision
	Kind     string `json:"kind"`     // how many sign; the digest covers it
	Line     int    `json:"line"`
	From     string `json:"from"` // day included
	To       string `json:"to"`   // day included, "" without end
}

// On says whether the listing holds on a day (ISO 8601).
func (l Listing) On(day string) bool {
	return l.From <= day && (l.To == "" || day <= l.To)
}

func (l Listing) valid() error {
	switch {
	case !reference(l.Decision) || !sha256Hex(l.Digest):
		return errors.New("a listing without a decision's reference and digest")
	case Authors(l.Kind) == 0:
		return errors.New("a listing in a decision of unknown kind")
	case l.Line < 1:
		return errors.New("a listing without line number")
	case !day(l.From) || (l.To != "" && (!day(l.To) || l.To < l.From)):
		return errors.New("a listing with malformed dates")
	}
	return nil
}

// validListings: physicians alone, and one line in one state of one decision,
// so that which line a person approves as is never a choice.
func validListings(l Line) error {
	if len(l.Listings) > 0 && l.Class != keyholder.ClassPhysician {
		return errors.New("a listing of someone who is no physician")
	}
	type state struct{ decision, digest string }
	seen := map[state]bool{}
	for _, in := range l.Listings {
		if err := in.valid(); err != nil {
			return err
		}
		at := state{in.Decision, in.Digest}
		if seen[at] {
			return fmt.Errorf("two listings in decision %s", in.Decision)
		}
		seen[at] = true
	}
	return nil
}

// oneHolder: over the whole roster, one line of a decision is one person, one
// person holds one line, and a decision is of one kind
// (TestRosterThatGivesTooMuchIsRefused).
func (r Roster) oneHolder() error {
	type place struct {
		digest string
		line   int
	}
	type seat struct{ digest, person string }
	persons, lines, kinds := map[place]string{}, map[seat]int{}, map[string]string{}
	for _, l := range r.Lines {
		for _, in := range l.Listings {
			at, of := place{in.Digest, in.Line}, seat{in.Digest, l.Person()}
			if p, ok := persons[at]; ok && p != l.Person() {
				return fmt.Errorf("line %d of decision %s is given to two persons", in.Line, in.Decision)
			}
			if n, ok := lines[of]; ok && n != in.Line {
				return fmt.Errorf("decision %s lists a person under two lines", in.Decision)
			}
			what := in.Decision + " " + in.Kind
			if k, ok := kinds[in.Digest]; ok && k != what {
				return fmt.Errorf("decision %s has two references or kinds under one digest", in.Decision)
			}
			persons[at], lines[of], kinds[in.Digest] = l.Person(), in.Line, what
		}
	}
	return nil
}

func reference(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func sha256Hex(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}
