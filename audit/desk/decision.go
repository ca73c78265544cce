package desk

import (
	"context"
	"errors"
	"io"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/policy"
	"cloison/web"
)

// Rules are those of today: they explain, and decide nothing.
type Rules interface {
	Explain(context.Context, policy.Query) (policy.Explanation, error)
	Replay(context.Context, io.Reader) (policy.Replayed, error)
	Digest() string
}

// Decisions are those that the program keeps beside the log, without persons (docs/decisions/0034-decisions-are-kept-without-persons.md).
type Decisions interface {
	// Find gives the decision of an entry of that instant, or ErrNotKept.
	Find(entry string, at time.Time) (policy.Recorded, error)
	// Between reads those of a period, one JSON line each, or answers ErrNotKept where none are kept at all.
	Between(from, until time.Time) (io.ReadCloser, error)
}

// ErrNotKept: what a decision rested on was not kept, or is kept no more. The log says what was decided all the same.
var ErrNotKept = errors.New("the decision was not kept")

// decisionOperations answer "which rule allowed it", and "would today's still".
func (d *Desk) decisionOperations() []web.Operation {
	return []web.Operation{
		web.Op("explainDecision", "GET", "/audit/entries/:entry/decision", "audit.explain", d.explainDecision),
		web.Op("replayDecisions", "GET", "/audit/replay", "audit.replay", d.replayDecisions, web.Page("/journal/rejeu", "journal_replay", d.replayPage)),
	}
}

// Decided is what a decision was.
type Decided struct {
	Decision string `json:"decision"` // ALLOW, DENY, or NONE where policy was not asked
	Rule     string `json:"rule"`
	Policy   string `json:"policy"` // digest of the rules
}

// Condition is one condition of today's rules, as it stands for what the decision rested on.
type Condition struct {
	Rule  string `json:"rule"`
	Holds bool   `json:"holds"`
}

// Explained is a past decision beside today's of the same.
type Explained struct {
	Entry      string      `json:"entry"`
	Then       Decided     `json:"then"`
	Kept       bool        `json:"kept"` // what it rested on; without, today's rules cannot be asked
	Now        *Decided    `json:"now"`
	Sentence   string      `json:"sentence"` // what today's rules would say to the person; "" where they allow
	Conditions []Condition `json:"conditions"`
}

func (d *Desk) explainDecision(c *web.Call, in entryIn) (web.Reply[Explained], error) {
	a := c.Act(act.Object{Kind: "entry", ID: in.Entry})
	out, err := d.explain(c, a)
	return web.OK(out), err
}

func (d *Desk) explain(c *web.Call, a act.Act) (Explained, error) {
	out := Explained{Conditions: []Condition{}}
	a.ReadOnly = true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) error {
		e, err := audit.Get(ctx, tx, a.Object.ID)
		if err == nil && e.Intent != "" {
			e, err = audit.Get(ctx, tx, e.Intent) // the end of a reading was decided at its beginning
		}
		if errors.Is(err, audit.ErrNotInLog) {
			return act.NotFound()
		}
		if err != nil {
			return err
		}
		out.Entry, out.Then = e.ID, Decided{e.Decision, e.Rule, e.Policy}
		return d.asked(ctx, e.Entry, &out)
	})
	return out, err
}

// asked puts to today's rules what the decision of an entry rested on.
func (d *Desk) asked(ctx context.Context, e audit.Entry, out *Explained) error {
	was, err := d.Decided.Find(e.ID, e.At)
	if errors.Is(err, ErrNotKept) {
		return nil
	}
	if err != nil {
		return err
	}
	now, err := d.Rules.Explain(ctx, was.Query)
	if err != nil {
		return err
	}
	out.Kept, out.Now, out.Sentence = true, &Decided{decisionOf(now.Allow), now.Rule, d.Rules.Digest()}, now.Sentence
	for _, one := range now.Conditions {
		out.Conditions = append(out.Conditions, Condition(one))
	}
	return nil
}

func decisionOf(allow bool) string {
	if allow {
		return audit.Allow
	}
	return audit.Deny
}
