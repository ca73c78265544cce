package relay

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"cloison/act"
	"cloison/medical/store"
)

// An opinion that the other zone set aside has left its prefecture without an answer. It is said aloud, kept in the record, and offered again,
// in the same bytes, at each start of this program: what was wrong (a copy of a decision, a version of a program) is mended by a person, who
// then starts it anew (TestWhatWasSetAsideIsOfferedAgain).

// setAside records the delivery of a release and that it was set aside, in one act, whose entry bears the rule RELEASE_QUARANTINED.
func (r *Relay) setAside(ctx context.Context, next store.Release) error {
	a := act.Act{Action: "release.quarantine", Object: act.Object{Kind: "release", ID: strconv.FormatInt(next.Seq, 10)}}
	_, err := r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
		if err := store.MarkDelivered(ctx, tx, next.Seq, tx.Now); err != nil {
			return err
		}
		return store.QuarantineRelease(ctx, tx, next.Seq, tx.Now)
	})
	if err != nil {
		return err
	}
	r.o.Log.Error("ALARM: the other zone set an opinion aside, its prefecture has no answer", "flow", "releases", "alarm", true, "seq", next.Seq)
	return nil
}

// offerAgain offers what is set aside, once per start. What is still not taken holds back nothing.
func (r *Relay) offerAgain(ctx context.Context) error {
	if r.offered {
		return nil
	}
	aside, err := store.FindQuarantined(ctx, r.o.Pool)
	if err != nil {
		return err
	}
	for _, one := range aside {
		taken, err := r.offerOne(ctx, one)
		refused := errors.Is(err, errUnexpected) || act.IsKind(err, act.Invalid)
		if err != nil && !refused { // an outage: all are offered when it is over
			return fmt.Errorf("offering release %d again: %w", one.Seq, err)
		}
		if !taken {
			r.o.Log.Error("ALARM: an opinion is still set aside, its prefecture has no answer", "flow", "releases", "alarm", true, "seq", one.Seq)
		}
	}
	r.offered = true
	return nil
}

func (r *Relay) offerOne(ctx context.Context, one store.Release) (taken bool, err error) {
	receipt, a, err := r.offer(ctx, one)
	if err != nil {
		return false, errors.Join(err, r.end(ctx, false))
	}
	if !receipt.Quarantined {
		_, err = r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
			nameOpinion(tx, one.Body)
			return store.EndQuarantine(ctx, tx, one.Seq, tx.Now)
		})
	}
	return !receipt.Quarantined && err == nil, errors.Join(err, r.end(ctx, true))
}
