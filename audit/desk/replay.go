package desk

import (
	"context"
	"errors"
	"time"

	"cloison/act"
	"cloison/audit"
	"cloison/policy"
	"cloison/web"
	"cloison/web/layout"
)

// replayDays bounds the period that is decided again: a decision takes some 20 µs, and a request a few seconds.
const replayDays = 7

type replayDecisionsIn struct {
	From  string `query:"from" validate:"omitempty,datetime=2006-01-02"`  // first day
	Until string `query:"until" validate:"omitempty,datetime=2006-01-02"` // last day
}

// Replayed is what came of deciding a period again under the rules of today.
type Replayed struct {
	From        time.Time    `json:"from"`
	Until       time.Time    `json:"until"`
	Kept        bool         `json:"kept"`
	Decisions   int          `json:"decisions"`
	SameRules   int          `json:"same_rules"` // taken under these very rules
	Refused     int          `json:"refused"`    // allowed then, refused now
	Allowed     int          `json:"allowed"`    // refused then, allowed now
	OtherRule   int          `json:"other_rule"` // the same, by another rule
	Differences []Difference `json:"differences"`
}

// Difference is one decision that today's rules would not take.
type Difference struct {
	Entry  string    `json:"entry"`
	At     time.Time `json:"at"`
	Role   string    `json:"role"`
	Action string    `json:"action"`
	Then   Decided   `json:"then"`
	Now    Decided   `json:"now"`
}

// shownDifferences are as many as a page is read for.
const shownDifferences = 50

// replayDecisions decides a week at most again; without a period, the last seven days.
func (d *Desk) replayDecisions(c *web.Call, in replayDecisionsIn) (web.Reply[Replayed], error) {
	var out Replayed
	a := c.Act(act.Object{})
	a.ReadOnly = true
	_, err := d.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		if out.From, out.Until, err = d.week(in, tx.Now); err != nil {
			return err
		}
		lines, err := d.Decided.Between(out.From, out.Until)
		if errors.Is(err, ErrNotKept) {
			return nil
		}
		if err != nil {
			return err
		}
		defer lines.Close()
		done, err := d.Rules.Replay(ctx, lines)
		out.add(done, d.Rules.Digest())
		return err
	})
	if out.Differences == nil {
		out.Differences = []Difference{}
	}
	return web.OK(out), err
}

func (d *Desk) week(in replayDecisionsIn, now time.Time) (from, until time.Time, err error) {
	if from, err = dayIn(d.Location, in.From, 0); err != nil {
		return from, until, err
	}
	if until, err = dayIn(d.Location, in.Until, 1); err != nil {
		return from, until, err
	}
	if until.IsZero() {
		until = now
	}
	if from.IsZero() {
		from = until.AddDate(0, 0, -replayDays)
	}
	if until.Sub(from) > replayDays*25*time.Hour || !from.Before(until) { // a day has 25 hours once a year
		return from, until, act.NewError(act.Invalid, "Une période rejouée compte sept jours au plus. Rapprochez ses deux dates, puis recommencez.")
	}
	return from.UTC(), until.UTC(), nil
}

func (r *Replayed) add(done policy.Replayed, digest string) {
	r.Kept, r.Decisions, r.SameRules, r.Refused, r.Allowed, r.OtherRule = true, done.Decisions, done.SameRules, done.Refused, done.Allowed, done.OtherRule
	for _, one := range done.First[:min(len(done.First), shownDifferences)] {
		r.Differences = append(r.Differences, Difference{Entry: one.Was.Entry, At: one.Was.At.UTC(), Role: one.Was.Query.Subject.Role, Action: one.Was.Query.Action,
			Then: Decided{decisionOf(one.Was.Allow), one.Was.Rule, one.Was.Policy}, Now: Decided{decisionOf(one.Now.Allow), one.Now.Rule, digest}})
	}
}

// replayPage is the page face of replayDecisions.
func (d *Desk) replayPage(c *web.Call, r Replayed) any {
	view := layout.ReplayView{Shell: d.Shell(c), From: r.From.In(d.Location), Until: r.Until.In(d.Location), Kept: r.Kept, Decisions: r.Decisions, Same: r.SameRules}
	view.Cards = []layout.StateCard{
		{Title: "Décisions rejouées", Figure: layout.Thousands(int64(r.Decisions)), Text: layout.Thousands(int64(r.SameRules)) + " prises sous les règles d’aujourd’hui."},
		{Title: "Permises alors, refusées aujourd’hui", Figure: layout.Thousands(int64(r.Refused)), Text: "Ce que la politique d’aujourd’hui n’aurait pas permis.", Warn: r.Refused > 0},
		{Title: "Refusées alors, permises aujourd’hui", Figure: layout.Thousands(int64(r.Allowed)), Text: "Ce qu’elle permettrait désormais.", Warn: r.Allowed > 0},
		{Title: "Par une autre règle", Figure: layout.Thousands(int64(r.OtherRule)), Text: "Même issue, autre règle."},
	}
	for _, one := range r.Differences {
		view.Rows = append(view.Rows, layout.ReplayRow{At: one.At.In(d.Location), Role: layout.RoleWords(one.Role), Action: layout.ActionWords(one.Action),
			Then: decidedWords(one.Then), Now: decidedWords(one.Now), Proof: journalPath + "/" + one.Entry + "/preuve"})
	}
	return view
}

func decidedWords(d Decided) string {
	return map[string]string{audit.Allow: "Permis", audit.Deny: "Refusé"}[d.Decision] + " (" + d.Rule + ")"
}
