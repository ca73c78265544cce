package vault

import (
	"context"
	"errors"

	"cloison/act"
	"cloison/crypto/keyholder"
)

// Rules that the end of a reading bears when a budget was near its end, or over it: an auditor finds them in the record.
const (
	RuleBudgetNear    = "BUDGET_NEAR"
	RuleBudgetReached = "BUDGET_REACHED"
)

// openKeys asks keyholder, and has the entry of the reading say what it answered of the reader's budget
// (TestTheRecordSaysThatABudgetEnds).
func (v *Vault) openKeys(ctx context.Context, permit *act.Permit, req keyholder.OpenRequest) (keyholder.OpenReply, error) {
	opened, err := v.o.Keys.Open(ctx, req)
	switch {
	case errors.Is(err, keyholder.ErrOverBudget):
		permit.Note(RuleBudgetReached)
	case err == nil && opened.Near:
		permit.Note(RuleBudgetNear)
	}
	return opened, err
}
