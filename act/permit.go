package act

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

	"cloison/audit"
	"cloison/internal/crash"
	"cloison/internal/db"
)

// Permit is the right to read one object once. Only Gate.Read makes one; the vault redeems it. Safe for concurrent use.
type Permit struct {
	attempt  *attempt
	resource any

	mu       sync.Mutex
	redeemed bool
	closed   bool
	note     string
}

// ErrRedeemed: a permit opens once.
var ErrRedeemed = errors.New("the permit was already used")

// Subject is who may read.
func (p *Permit) Subject() Subject { return p.attempt.who }

// Object is what may be read.
func (p *Permit) Object() Object { return p.attempt.act.Object }

// Action is the action that was allowed.
func (p *Permit) Action() string { return p.attempt.act.Action }

// Compartment is which half of the dossier may be opened: civil only where civil was asked for and allowed, else medical.
func (p *Permit) Compartment() string {
	if p.attempt.act.Context.Open == "civil" {
		return "civil"
	}
	return "medical"
}

// Entry is the id of the intent, which keyholder is shown.
func (p *Permit) Entry() string { return p.attempt.entry.ID }

// Resource is what the decision was made on.
func (p *Permit) Resource() any { return p.resource }

// Redeem uses the permit. A second call, a call after Close, or a permit that no gate made, fails.
func (p *Permit) Redeem() error {
	if p == nil || p.attempt == nil {
		return fmt.Errorf("redeeming a permit that no gate made: %w", ErrRedeemed)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.redeemed || p.closed {
		return fmt.Errorf("redeeming permit %s: %w", p.Entry(), ErrRedeemed)
	}
	p.redeemed = true
	return nil
}

// Note is the rule that the outcome will bear in place of the decision's: what the reading met that the decision could not know.
func (p *Permit) Note(rule string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.note = rule
}

// Close records how the reading ended, once; later calls do nothing. A permit that was never redeemed ends BROKEN: nothing was served.
// The entry is written even when the request is gone. An error means that the outcome could not be recorded: the intent stands alone,
// which a check of the log reports.
func (p *Permit) Close(ctx context.Context, served bool, bytes int64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	e := p.attempt.entry
	e.ID, e.Intent, e.Bytes, e.Digests = audit.NewID(), p.Entry(), bytes, nil
	e.At = p.attempt.gate.now()
	if p.note != "" {
		e.Rule = p.note
	}
	e.Outcome = audit.Broken
	if served && p.redeemed {
		e.Outcome = audit.Served
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
	defer cancel()
	crash.Point("outcome/" + e.Action + ".before")
	err := db.InTx(ctx, p.attempt.gate.o.Pool, func(tx pgx.Tx) error { return audit.Append(ctx, tx, e) })
	crash.Point("outcome/" + e.Action + ".after")
	if err != nil {
		return Wrap(Unavailable, "", fmt.Errorf("recording the end of reading %s: %w", e.Intent, err))
	}
	return nil
}
