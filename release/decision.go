package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// DecisionLine is one physician of a published composition decision. Person is the directory's id,
// for the medical zone's own use: it stands in neither the canonical form nor the digest.
type DecisionLine struct {
	Line       int    `json:"line"`
	RPPS       string `json:"rpps"`
	FamilyName string `json:"family_name"`
	GivenName  string `json:"given_name"`
	ValidFrom  Date   `json:"valid_from"`
	ValidTo    *Date  `json:"valid_to"`
	Person     string `json:"-"`
}

// CompositionDecision is the director-general's published decision (R. 425-13): who may sit, under
// which line number. Both zones hold the same one; an opinion carries its digest.
type CompositionDecision struct {
	Ref         string         `json:"ref"`
	Kind        string         `json:"kind"` // COLLEGE or MED1
	SignedOn    Date           `json:"signed_on"`
	PublishedOn Date           `json:"published_on"`
	ValidFrom   Date           `json:"valid_from"`
	ValidTo     *Date          `json:"valid_to"`
	Lines       []DecisionLine `json:"lines"`
}

// Digest is the hex SHA-256 of the canonical decision.
func (d CompositionDecision) Digest() (string, error) {
	canonical, err := Canonical(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:]), nil
}

// Validate holds the closed rules of a decision: lines are 1, 2, 3, ... without gap.
func (d CompositionDecision) Validate() error {
	switch {
	case !decisionRef.MatchString(d.Ref):
		return invalid("ref")
	case !oneOf(d.Kind, "COLLEGE", "MED1"):
		return invalid("kind")
	case !d.SignedOn.Valid() || !d.PublishedOn.Valid() || !d.ValidFrom.Valid() || !optionalDate(d.ValidTo):
		return invalid("valid_from")
	case len(d.Lines) == 0 || len(d.Lines) > maxLines:
		return invalid("lines")
	}
	for i, l := range d.Lines {
		if l.Line != i+1 || !rpps.MatchString(l.RPPS) || !validText(l.FamilyName, shortText) ||
			!validText(l.GivenName, shortText) || !l.ValidFrom.Valid() || !optionalDate(l.ValidTo) {
			return invalid(fmt.Sprintf("lines.%d", i+1))
		}
	}
	return nil
}

// DecisionTerms are the dates of a decision, as published.
type DecisionTerms struct {
	Ref         string
	Kind        string
	SignedOn    Date
	PublishedOn Date
	ValidFrom   Date
	ValidTo     *Date
}

// Listing is one person's place in one decision.
type Listing struct {
	Decision  string
	ValidFrom Date
	ValidTo   *Date
}

// ListedPerson is a physician with the decisions that list him, in the order of the reference file.
type ListedPerson struct {
	ID, RPPS, FamilyName, GivenName string
	Listings                        []Listing
}

// BuildDecisions numbers the lines: the rank of the person among those holding the decision, in the
// order given (reference file first, files added later after it). Both zones compute the same.
func BuildDecisions(terms []DecisionTerms, persons []ListedPerson) ([]CompositionDecision, error) {
	decisions := make([]CompositionDecision, 0, len(terms))
	known := map[string]int{}
	for _, t := range terms {
		if _, twice := known[t.Ref]; twice {
			return nil, fmt.Errorf("building decision %s: given twice", t.Ref)
		}
		known[t.Ref] = len(decisions)
		decisions = append(decisions, CompositionDecision{t.Ref, t.Kind, t.SignedOn, t.PublishedOn, t.ValidFrom, t.ValidTo, []DecisionLine{}})
	}
	for _, p := range persons {
		if err := list(decisions, known, p); err != nil {
			return nil, err
		}
	}
	for _, d := range decisions {
		if err := d.Validate(); err != nil {
			return nil, fmt.Errorf("building decision %s: %w", d.Ref, err)
		}
	}
	return decisions, nil
}

func list(decisions []CompositionDecision, known map[string]int, p ListedPerson) error {
	for _, l := range p.Listings {
		i, ok := known[l.Decision]
		if !ok {
			return fmt.Errorf("listing %s: unknown decision %s", p.ID, l.Decision)
		}
		d := &decisions[i]
		for _, line := range d.Lines {
			if line.RPPS == p.RPPS {
				return fmt.Errorf("listing %s: twice in decision %s", p.ID, l.Decision)
			}
		}
		d.Lines = append(d.Lines, DecisionLine{len(d.Lines) + 1, p.RPPS, p.FamilyName, p.GivenName, l.ValidFrom, l.ValidTo, p.ID})
	}
	return nil
}
