package relay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"

	"cloison/act"
	"cloison/internal/crash"
	"cloison/medical/store"
	"cloison/release"
)

// delivery is the release that is on its way: the bytes that policy has seen, and the permit that its intent gave. It is kept over the
// attempts, so that an outage of the other zone leaves one intent and not one for each try. Only the flow of releases touches it.
type delivery struct {
	body    []byte
	permit  *act.Permit
	refused error // what the gate answered, when it will answer the same again
}

// handOver delivers the oldest release of the outbox: the intent first, then the bytes, then the delivery. The other zone takes the same
// release twice without harm, so a crash between its answer and our row is a repeat, never a loss and never a double.
//
// Order is the rule: a release that policy refuses, or that the other zone refuses for good (4xx), stops the flow with an alarm, and
// nothing overtakes it. Policy refuses only what no version of this program queues (the Go type and the outbox's CHECK have let it
// through): the database was forged, and the flow must not go on by itself. A refusal of the other zone means that the two zones
// disagree on what happened; dropping the release would leave a prefecture without its answer. What the other zone sets aside, because its
// seal does not verify there, stops nothing: it is offered again when this program starts anew (quarantine_release.go).
func (r *Relay) handOver(ctx context.Context) (did bool, err error) {
	if err := r.offerAgain(ctx); err != nil {
		return false, err
	}
	next, err := store.NextUndelivered(ctx, r.o.Pool)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	receipt, a, err := r.offer(ctx, next)
	if err != nil {
		return false, err
	}
	crash.Point("relay/release.after")
	if receipt.Quarantined {
		err = r.setAside(ctx, next)
	} else {
		_, err = r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
			nameOpinion(tx, next.Body)
			return store.MarkDelivered(ctx, tx, next.Seq, tx.Now)
		})
	}
	if err != nil {
		return false, fmt.Errorf("recording the delivery of release %d: %w", next.Seq, err)
	}
	return true, r.end(ctx, true)
}

// offer sends a release, its intent first, and reads what the other zone says of it.
func (r *Relay) offer(ctx context.Context, next store.Release) (release.Receipt, act.Act, error) {
	seq := strconv.FormatInt(next.Seq, 10)
	a := act.Act{Action: "release.deliver", Object: act.Object{Kind: "release", ID: seq}, Load: loadRelease(next.Seq, next.Body)}
	if err := r.intend(ctx, a, next.Body); err != nil {
		return release.Receipt{}, a, fmt.Errorf("deciding on release %d: %w", next.Seq, err)
	}
	crash.Point("relay/release.before")
	answer, err := r.exchange(ctx, http.MethodPut, r.o.URL+"/relay/v1/releases/"+seq, r.leaving.body)
	if err != nil {
		return release.Receipt{}, a, fmt.Errorf("handing over release %d: %w", next.Seq, err)
	}
	receipt, err := release.Decode[release.Receipt](answer)
	if err != nil || receipt.Seq != next.Seq {
		return release.Receipt{}, a, fmt.Errorf("reading the receipt of release %d: %w", next.Seq, errUnexpected)
	}
	return receipt, a, nil
}

// intend has policy decide on the release and commits the intent, before a byte leaves (TestNothingLeavesBeforeItsIntent). What was
// decided already is not asked again: neither a permit nor a refusal changes while the bytes are the same.
func (r *Relay) intend(ctx context.Context, a act.Act, body []byte) error {
	if r.leaving != nil && bytes.Equal(r.leaving.body, body) {
		return r.leaving.refused
	}
	if err := r.end(ctx, false); err != nil {
		return err
	}
	permit, err := r.o.Gate.Read(ctx, act.System("relay"), a)
	if act.IsKind(err, act.Invalid) {
		r.leaving = &delivery{body: body, refused: err}
	}
	if err != nil {
		return err
	}
	if err := permit.Redeem(); err != nil {
		return err
	}
	r.leaving = &delivery{body: body, permit: permit}
	return nil
}

// end records how the delivery went; nothing is on its way after it.
func (r *Relay) end(ctx context.Context, served bool) error {
	last := r.leaving
	r.leaving = nil
	if last == nil || last.permit == nil {
		return nil
	}
	sent := 0
	if served {
		sent = len(last.body)
	}
	return last.permit.Close(ctx, served, int64(sent))
}

// loadRelease gives policy the release as a plain object. The typed decoding stands before it: two fields of one name, of which a plain
// decoding would show policy the last and send both, are another form than the canonical one.
func loadRelease(seq int64, body []byte) func(context.Context, pgx.Tx) (any, error) {
	return func(context.Context, pgx.Tx) (any, error) {
		typed, err := release.Decode[release.Release](body)
		if err != nil || typed.Seq != seq {
			return nil, act.Deny("RELEASE_SHAPE")
		}
		return plain(body)
	}
}

func plain(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var object any
	if err := dec.Decode(&object); err != nil {
		return nil, act.Deny("RELEASE_SHAPE")
	}
	return object, nil
}
