package prefecture

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
	"cloison/web"
)

type declareAppealIn struct {
	Referral   string  `path:"referral" json:"-" validate:"uuid"`
	Type       string  `json:"type" validate:"omitempty,eq=RECOURS_DEPOSE"`
	Court      string  `json:"court" validate:"required,max=200"`
	CaseNumber *string `json:"case_number"`

	AnswerDueOn *release.Date `json:"answer_due_on"` // until when the court awaits the prefect's observations
}

// declareAppeal says that the decision is before a court. The court, its number and its term stay here; that there is an appeal crosses.
func (d *Desk) declareAppeal(c *web.Call, in declareAppealIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		switch {
		case strings.TrimSpace(in.Court) != in.Court || strings.ContainsFunc(in.Court, unicode.IsControl):
			return wrongField("court")
		case in.CaseNumber != nil && !caseNumber.MatchString(*in.CaseNumber):
			return wrongField("case_number")
		case in.AnswerDueOn != nil && (!in.AnswerDueOn.Valid() || in.AnswerDueOn.Before(release.DateOf(d.localDate(tx.Now, r.Direction)))):
			return wrongField("answer_due_on")
		}
		event := release.ReferralEvent{Type: release.EventAppeal, Appeal: &release.Appeal{Referral: r.ID}}
		seq, err := store.AppendEvent(ctx, tx, event, tx.Now)
		if err != nil {
			return err
		}
		return store.RecordAppeal(ctx, tx, r.ID, seq, store.Appeal{Court: in.Court, CaseNumber: in.CaseNumber, AnswerDueOn: in.AnswerDueOn})
	})
}

// caseNumber is that of a tribunal (2401234), of a court of appeal (24LY01234) or of the Conseil d'État (488821).
var caseNumber = regexp.MustCompile(`^[0-9]{2}[A-Z]{0,2}[0-9]{4,6}$`)

type closeAppealIn struct {
	Referral string                `path:"referral" json:"-" validate:"uuid"`
	Type     string                `json:"type" validate:"omitempty,eq=JUGEMENT"`
	Outcome  release.AppealOutcome `json:"outcome" validate:"required,oneof=ANNULATION REJET DESISTEMENT NON_LIEU"`
}

// closeAppeal says how the court's case ended; the prefect may then decide again.
func (d *Desk) closeAppeal(c *web.Call, in closeAppealIn) (web.Reply[ReferralDetail], error) {
	return d.change(c, in.Referral, func(ctx context.Context, tx *act.Tx, r store.Referral) error {
		closing := release.AppealClosing{Referral: r.ID, Outcome: in.Outcome}
		return tell(ctx, tx, release.ReferralEvent{Type: release.EventAppealClosed, AppealClosed: &closing})
	})
}
