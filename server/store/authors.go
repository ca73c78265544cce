package store

import (
	"context"
	"errors"

	"cloison/release"
)

// Authors says what this zone's own copy of the decision makes of an opinion's authors.
type Authors struct {
	DecisionHolds bool // the digest is that of a recorded state of a decision of that kind, in force on the day of issue
	Listed        bool // each line stands in that state and is in force on the day of issue
	Lines         []release.DecisionLine
}

// AuthorsOf holds an opinion's authors against the decision. Any recorded state will do: the decision may be completed in one zone before
// the other, or while an opinion is on its way (TestAnOpinionUnderAnEarlierStateOfTheDecision).
func AuthorsOf(ctx context.Context, q Querier, o release.Opinion) (Authors, error) {
	lines, err := DecisionLines(ctx, q, o.Decision.Ref, o.Decision.Digest)
	if errors.Is(err, ErrNotFound) {
		return Authors{}, nil
	}
	if err != nil {
		return Authors{}, err
	}
	decision, err := GetDecision(ctx, q, o.Decision.Ref)
	if err != nil {
		return Authors{}, err
	}
	single := decision.Kind == "MED1"
	a := Authors{DecisionHolds: single == (o.Form.Annexe.Authors() == 1) && inForce(decision.ValidFrom, decision.ValidTo, o.IssuedOn), Listed: true}
	for _, line := range o.Authors {
		if line > min(lines, len(decision.Lines)) {
			return Authors{DecisionHolds: a.DecisionHolds}, nil
		}
		l := decision.Lines[line-1]
		a.Lines, a.Listed = append(a.Lines, l), a.Listed && inForce(l.ValidFrom, l.ValidTo, o.IssuedOn)
	}
	return a, nil
}

func inForce(from release.Date, to *release.Date, on release.Date) bool {
	return !on.Before(from) && (to == nil || !to.Before(on))
}
