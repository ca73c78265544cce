package web

import (
	"context"
	"io"
	"time"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// Call is one authenticated request on its way to one act.
type Call struct {
	Who            act.Subject
	RequestID      string
	IdempotencyKey string
	Purpose        string // the purpose query parameter: of the closed list, or empty
	Operation      string
	Fiber          *fiber.Ctx
	Page           bool   // a page is asked for, not JSON
	Said           string // code of what was just done, for a page to say; empty otherwise

	action   string
	readOnly bool
	context  context.Context
	body     *body
	random   io.Reader
}

// Context ends when the operation's time is over. fasthttp does not notice a client that leaves, so a deadline is the
// only end that every query has.
func (c *Call) Context() context.Context { return c.context }

// Act is this operation's act on an object, with the request's id, purpose and idempotency key.
func (c *Call) Act(object act.Object) act.Act {
	return act.Act{
		Action: c.action, Object: object, Purpose: c.Purpose, RequestID: c.RequestID,
		IdempotencyKey: c.IdempotencyKey, ReadOnly: c.readOnly,
	}
}

// Body is the body of a Streamed operation. It ends with io.ErrUnexpectedEOF when the client sent less than it
// declared (fasthttp alone ends such a body cleanly: TestTruncatedBodyIsNotWhole), and waits at most BodyPause for
// each read.
func (c *Call) Body() io.Reader {
	c.body.patience = c.context
	return c.body
}

// BodySize is the size that the client declared, -1 when it declared none.
func (c *Call) BodySize() int64 { return c.body.declared }

// Header reads one request header.
func (c *Call) Header(name string) string { return c.Fiber.Get(name) }

const (
	operationTime = 30 * time.Second
	// A long poll lasts 30 seconds at most; the query before and after need time too.
	readTime = 45 * time.Second
	// 2 GiB at 5 Mbit/s. A slower sender is cut and goes on from what was kept.
	streamTime = time.Hour
	// BodyPause is how long a client may pause inside a body.
	BodyPause = 30 * time.Second
)

func (op Operation) duration() time.Duration {
	switch {
	case op.streamed || op.binary || op.long:
		return streamTime
	case op.reads():
		return readTime
	}
	return operationTime
}
