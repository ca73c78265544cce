package relay

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/release"
	"cloison/server/store"
)

const (
	longestWait = 30 * time.Second
	pageSize    = 50
	// queries before and after a wait need time of their own.
	beyondWait = 15 * time.Second
)

type finder func(ctx context.Context, q store.Querier, after int64, limit int) ([]json.RawMessage, error)

// giveReferrals hands the numbered referral events over, in order.
func (r *Relay) giveReferrals(c *fiber.Ctx) error { return r.give(c, "cursor.read", store.FindEvents) }

// giveAcknowledgements hands the signed acknowledgements over, in order.
func (r *Relay) giveAcknowledgements(c *fiber.Ctx) error {
	return r.give(c, "acknowledgement.read", store.FindAcknowledgements)
}

// give answers as soon as something stands after the cursor, or an empty page at the end of the wait. Only a page that
// carries something is an act: an empty one says nothing, and would be most of the log.
func (r *Relay) give(c *fiber.Ctx, action string, find finder) error {
	after, wait, err := readCursor(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.UserContext(), wait+beyondWait)
	defer cancel()
	items := []json.RawMessage{}
	there, err := r.await(ctx, after, wait, find)
	if err != nil {
		return act.Wrap(act.Unavailable, "", err)
	}
	if there {
		_, err := r.Gate.Do(ctx, r.who, readOnly(r.act(c, action, act.Object{})), func(ctx context.Context, tx *act.Tx) error {
			items, err = find(ctx, tx, after, pageSize)
			return err
		})
		if err != nil {
			return err
		}
	}
	return answer(c, items)
}

func readOnly(a act.Act) act.Act {
	a.ReadOnly = true
	return a
}

func (r *Relay) await(ctx context.Context, after int64, wait time.Duration, find finder) (bool, error) {
	waiting, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for {
		rung := r.Bell.Next()
		found, err := find(ctx, r.Pool, after, 1)
		if err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
		if !r.Bell.Wait(waiting, rung) {
			return false, nil
		}
	}
}

// answer writes the canonical page around bodies that are canonical already.
func answer(c *fiber.Ctx, items []json.RawMessage) error {
	page, err := release.Canonical(struct {
		Items []json.RawMessage `json:"items"`
	}{items})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(page)
}

func readCursor(c *fiber.Ctx) (after int64, wait time.Duration, err error) {
	after, err = strconv.ParseInt(c.Query("after", "0"), 10, 64)
	if err != nil || after < 0 {
		return 0, 0, act.NewError(act.Invalid, "Le curseur « after » est un nombre. Corrigez-le, puis renvoyez la requête.")
	}
	wait, err = time.ParseDuration(c.Query("wait", "0s"))
	if err != nil || wait < 0 || wait > longestWait {
		return 0, 0, act.NewError(act.Invalid, "L’attente « wait » va de 0s à 30s. Corrigez-la, puis renvoyez la requête.")
	}
	return after, wait, nil
}
