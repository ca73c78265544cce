package act

import (
	"context"
	"errors"

	"cloison/audit"
)

// Also does a second act of the same person in the transaction of this one: decided on what it loads, recorded by an entry of its own, and
// committed with the first or not at all (TestTwoActsAreOne). It is for what concerns two objects at once, each with its rules and its log. A
// refusal of the second is the refusal of the first, whose entry bears its rule. It takes no Idempotency-Key: the first has it.
func (t *Tx) Also(ctx context.Context, a Act, fn func(ctx context.Context, tx *Tx) error) error {
	a.IdempotencyKey = ""
	second := t.attempt.gate.begin(t.attempt.who, a)
	second.now, second.entry.At = t.Now, t.Now
	_, done, err := second.do(ctx, t.Tx, fn)
	if err == nil {
		t.hooks = append(t.hooks, done.hooks...)
		return nil
	}
	var denied *denial
	if errors.As(err, &denied) {
		t.attempt.entry.Decision, t.attempt.entry.Rule = audit.Deny, denied.Rule
	}
	return err
}
