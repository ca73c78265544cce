package desk

import (
	"context"
	"errors"
	"time"

	"cloison/act"
	"cloison/medical"
	"cloison/medical/store"
	"cloison/web"
)

// work is one act on a dossier while it is done: the transaction, and the dossier as the decision saw it, then as the events leave it.
type work struct {
	*act.Tx
	ctx context.Context
	d   *store.Dossier
}

// append adds events to the dossier; projections, notices and state follow in the same transaction.
func (w work) append(with store.With, events ...medical.Event) error {
	after, err := store.AppendEvents(w.ctx, w, w.d.ID, events, with)
	if err != nil {
		return err
	}
	*w.d = after
	return nil
}

// write does an act on a dossier and answers the dossier as the act left it, without opening anything: who writes reads nothing
// back. A replayed key answers what the caller may see now, by a decision of its own (TestAReplayShowsNothingThatWasRevoked).
func (k *Desk) write(c *web.Call, a act.Act, d *store.Dossier, fn func(work) error) (web.Reply[store.View], error) {
	var after store.View
	result, err := k.Gate.Do(c.Context(), c.Who, a, func(ctx context.Context, tx *act.Tx) (err error) {
		tx.AfterCommit(k.Released)
		if err := fn(work{Tx: tx, ctx: ctx, d: d}); err != nil {
			return refusal(err)
		}
		after, err = store.ViewOf(*d, tx.Now)
		return err
	})
	if err != nil {
		return web.Reply[store.View]{}, err
	}
	if result.Replayed {
		return k.look(c, a.Object.ID)
	}
	return web.OK(after), nil
}

// look is getDossier's own act.
func (k *Desk) look(c *web.Call, dossier string) (web.Reply[store.View], error) {
	var d store.Dossier
	a := on(c, dossier, "", &d)
	a.Action, a.IdempotencyKey, a.ReadOnly = "dossier.get", "", true
	return k.write(c, a, &d, func(work) error { return nil })
}

// openThenWrite is write for an act that must first open sealed records. The same act is decided twice: once for the reading, whose intent
// is committed before anything opens, and once, on the locked dossier, for the writing. A replayed Idempotency-Key opens nothing.
func (k *Desk) openThenWrite(c *web.Call, a act.Act, d *store.Dossier, open func(*act.Permit) error, fn func(work) error) (web.Reply[store.View], error) {
	replayed, err := k.Gate.Replayed(c.Context(), c.Who, a)
	if err != nil {
		return web.Reply[store.View]{}, err
	}
	if !replayed {
		if err := k.read(c, a, open); err != nil {
			return web.Reply[store.View]{}, err
		}
	}
	return k.write(c, a, d, fn)
}

// read opens against a permit; the vault records how it ended.
func (k *Desk) read(c *web.Call, a act.Act, open func(*act.Permit) error) error {
	permit, err := k.Gate.Read(c.Context(), c.Who, a)
	if err != nil {
		return err
	}
	if err := open(permit); err != nil {
		_ = permit.Close(c.Context(), false, 0) // closed already by the vault, or nothing was opened
		return k.refused(c, a, refusal(err))
	}
	return nil
}

// refused records a rule that was found broken, or a value that does not hold, outside the transaction of an act: before it, or once a
// reading was allowed, whose own entry says how it ended but not why (TestAStepOutOfOrderIsRefusedWithItsRule,
// TestABodyThatLiesAboutItsSizeIsNotKept).
func (k *Desk) refused(c *web.Call, a act.Act, err error) error {
	var said *act.Error
	if !errors.As(err, &said) {
		return err
	}
	rule := said.Rule
	switch {
	case rule != "":
	case said.Kind == act.Invalid || said.Kind == act.Conflict || said.Kind == act.TooLarge:
		rule = string(said.Kind)
	default:
		return err // the service failed; the reading is recorded as broken
	}
	if unrecorded := k.Gate.Refuse(c.Context(), c.Who, a, rule); unrecorded != nil {
		return unrecorded
	}
	return err
}

// refusal turns a domain rule that was broken, or a field that does not hold, into the gate's error.
func refusal(err error) error {
	var rule medical.Rule
	var field *medical.FieldError
	switch {
	case errors.As(err, &rule):
		return act.Deny(string(rule))
	case errors.As(err, &field):
		return act.Wrap(act.Invalid, field.Sentence, field)
	case errors.Is(err, store.ErrNotFound):
		return act.NotFound()
	}
	return err
}

func event(c *web.Call, at time.Time, stage medical.Stage, data medical.EventData) medical.Event {
	return medical.Event{At: at, Type: data.EventType(), Actor: c.Who.ID, Stage: stage, Data: data}
}
