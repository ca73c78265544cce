package keyholder

import (
	"context"
	"crypto/sha256"

	"cloison/crypto/canonical"
)

// Periods of a budget. A day is the day of law, in Paris; the zone's is everybody's together.
const (
	PeriodHour    = "hour"
	PeriodDay     = "day"
	PeriodZoneDay = "zone_day"
)

// Reasons for which a head of service extends a budget: a closed list, no words.
const (
	ReasonBacklog     = "ARRIERE"      // cases that waited
	ReasonReplacement = "REMPLACEMENT" // of someone absent
	ReasonTransfer    = "REPRISE"      // a territory taken over
	ReasonLitigation  = "CONTENTIEUX"  // a court's date
	ReasonAudit       = "CONTROLE"     // a review that was ordered
)

// Reasons is that list.
func Reasons() []string {
	return []string{ReasonBacklog, ReasonReplacement, ReasonTransfer, ReasonLitigation, ReasonAudit}
}

// Window is one budget as it stands: distinct dossiers.
type Window struct {
	Compartment string `json:"compartment"`
	Period      string `json:"period"`
	Limit       int    `json:"limit"`    // extensions of today included
	Used        int    `json:"used"`     //
	Extended    int    `json:"extended"` // of Limit, what a head of service added today
}

// Near says that 80 % are used.
func (w Window) Near() bool { return w.Used*5 >= w.Limit*4 }

// BudgetsArgs asks what the handle's person has opened.
type BudgetsArgs struct {
	Handle string `json:"handle"`
}

// BudgetsReply answers his own windows and the zone's, of the compartments he may open.
type BudgetsReply struct {
	Head    bool     `json:"head"` // the roster lets him extend other people's
	Windows []Window `json:"windows"`
}

// Extension gives one person more dossiers today, in one compartment. It is what a head of service approves, whole.
type Extension struct {
	Issuer      string `json:"issuer"`
	Subject     string `json:"subject"`
	Compartment string `json:"compartment"`
	More        int    `json:"more"`
	Reason      string `json:"reason"`
	Day         string `json:"day"` // today, in Paris
}

// Digest is what the approval is bound to.
func (e Extension) Digest() ([]byte, error) {
	b, err := canonical.Marshal(e)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(canonical.Fields("cloison-budget-extension-1", b))
	return sum[:], nil
}

// ExtendBudgetArgs is an extension with the id of its approval, which serves once.
type ExtendBudgetArgs struct {
	Approval  string    `json:"approval"`
	Extension Extension `json:"extension"`
}

// Budgets answers what the handle's person may still open. It does not count as a use of the session.
func (c *Client) Budgets(ctx context.Context, handle string) (BudgetsReply, error) {
	return call[BudgetsReply](ctx, c, OpBudgets, BudgetsArgs{Handle: handle})
}

// ExtendBudget gives a person more dossiers today, on the approval of a head of service.
func (c *Client) ExtendBudget(ctx context.Context, approval string, e Extension) error {
	_, err := call[None](ctx, c, OpExtendBudget, ExtendBudgetArgs{Approval: approval, Extension: e})
	return err
}
