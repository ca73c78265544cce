package outside

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloison/audit"
	"cloison/crypto/stamp"
)

const (
	// hourly: a log that was remade can be dated back by an hour at most.
	hourly = time.Hour
	// clocks is how far the authority's time may be from ours before somebody has to look.
	clocks = 5 * time.Minute
)

// stamp has the last head time-stamped, once an hour while the log grows. Killed between the answer and the row, it asks again.
func (a *Asked) stamp(ctx context.Context) error {
	if a.Authority == nil {
		return nil
	}
	if a.rests > 0 {
		a.rests--
		return nil
	}
	head, err := audit.LatestHead(ctx, a.pool)
	if errors.Is(err, audit.ErrNoHead) {
		return nil
	}
	if err != nil {
		return err
	}
	last, err := audit.LastStamp(ctx, a.pool, head.Size)
	if err != nil && !errors.Is(err, audit.ErrNoStamp) {
		return err
	}
	if err == nil && (last.Size == head.Size || a.Clock.Now().Sub(last.At).Abs() < hourly) {
		return nil
	}
	said, err := a.Authority.Stamp(ctx, a.client, head.Note)
	if err != nil {
		return err
	}
	if err := audit.KeepStamp(ctx, a.pool, audit.Stamped{Size: head.Size, At: said.At, Token: said.Token}); err != nil {
		return err
	}
	a.rests = int(hourly / pace)
	if a.Clock.Now().Sub(said.At).Abs() > clocks {
		return ErrClock
	}
	return nil
}

// Stamp asks the authority about data, and checks what it answers. It learns a hash.
func (t *Authority) Stamp(ctx context.Context, client *http.Client, data []byte) (stamp.Stamp, error) {
	request, err := stamp.NewRequest(data)
	if err != nil {
		return stamp.Stamp{}, err
	}
	status, answer, err := post(ctx, client, t.URL, "application/timestamp-query", request.DER)
	if err != nil {
		return stamp.Stamp{}, err
	}
	if status != http.StatusOK {
		return stamp.Stamp{}, fmt.Errorf("a time-stamp is answered %d: %w", status, ErrAnswer)
	}
	return request.Accept(answer, t.Roots)
}
