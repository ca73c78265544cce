package relay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"cloison/act"
	"cloison/medical/store"
)

// handOver delivers the oldest release of the outbox. The other zone takes the same release twice without harm, so a crash between its
// answer and our row is a repeat, never a loss and never a double.
func (r *Relay) handOver(ctx context.Context) (did bool, err error) {
	next, err := store.NextUndelivered(ctx, r.o.Pool)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	seq := strconv.FormatInt(next.Seq, 10)
	if _, err := r.exchange(ctx, http.MethodPut, r.o.URL+"/relay/v1/releases/"+seq, next.Body); err != nil {
		return false, fmt.Errorf("handing over release %d: %w", next.Seq, err)
	}
	a := act.Act{Action: "release.deliver", Object: act.Object{Kind: "release", ID: seq}}
	_, err = r.o.Gate.Do(ctx, act.System("relay"), a, func(ctx context.Context, tx *act.Tx) error {
		return store.MarkDelivered(ctx, tx, next.Seq, tx.Now)
	})
	if err != nil {
		return false, fmt.Errorf("recording the delivery of release %d: %w", next.Seq, err)
	}
	return true, nil
}
