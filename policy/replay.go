package policy

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Difference is one past decision that these rules would not take.
type Difference struct {
	Was Recorded
	Now Decision
}

// Replayed is what came of deciding again.
type Replayed struct {
	Decisions int // read
	SameRules int // of them, taken under these very rules
	Refused   int // allowed then, refused now
	Allowed   int // refused then, allowed now
	OtherRule int // refused then and now, by another rule; or allowed in another capacity
	First     []Difference
}

const keptDifferences = 1000

// Replay decides recorded decisions again, one JSON line each, under these rules. Whatever cannot be read or decided is an error: a record
// that is skipped would be a decision that nobody looked at.
func (e *Engine) Replay(ctx context.Context, lines io.Reader) (Replayed, error) {
	var done Replayed
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(make([]byte, 0, 64<<10), 1<<20)
	for scanner.Scan() {
		var was Recorded
		if err := json.Unmarshal(scanner.Bytes(), &was); err != nil || was.Query.Action == "" {
			return done, fmt.Errorf("line %d is no recorded decision", done.Decisions+1)
		}
		now, err := e.Decide(ctx, was.Query)
		if err != nil {
			return done, fmt.Errorf("line %d: %w", done.Decisions+1, err)
		}
		done.add(was, now, e.digest)
	}
	if err := scanner.Err(); err != nil {
		return done, fmt.Errorf("reading recorded decisions: %w", err)
	}
	return done, nil
}

func (r *Replayed) add(was Recorded, now Decision, digest string) {
	r.Decisions++
	if was.Policy == digest {
		r.SameRules++
	}
	switch {
	case was.Allow == now.Allow && was.Rule == now.Rule:
		return
	case was.Allow && !now.Allow:
		r.Refused++
	case !was.Allow && now.Allow:
		r.Allowed++
	default:
		r.OtherRule++
	}
	if len(r.First) < keptDifferences {
		r.First = append(r.First, Difference{was, now})
	}
}
