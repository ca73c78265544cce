package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"time"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// handler runs one operation: authentication, then strict reading (a refusal is recorded), then the act.
func (s *server) handler(op Operation, page bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), op.duration())
		call := &Call{
			RequestID: RequestID(c), Operation: op.ID, Fiber: c, Page: page,
			action: op.Action, readOnly: op.reads(), context: ctx, body: c.Locals(bodyKey).(*body),
		}
		answer, err := s.run(op, call)
		if err != nil {
			defer cancel()
			if page && act.IsKind(err, act.Unauthenticated) {
				return c.Redirect("/login", http.StatusSeeOther)
			}
			return err
		}
		if answer.content != nil {
			// The response is read after this returns: its time ends with the source.
			return serveContent(c, *answer.content, cancel)
		}
		defer cancel()
		if page {
			return s.renderPage(c, op, call, answer)
		}
		return s.answer(c, op, answer)
	}
}

func (s *server) run(op Operation, call *Call) (reply, error) {
	if op.public == "" {
		who, err := s.Authenticate(call.Fiber)
		if err != nil {
			return reply{}, err
		}
		call.Who = who
	}
	in := reflect.New(op.in).Interface()
	if err := s.read(op, call, in); err != nil {
		return reply{}, s.refuse(op, call, withRule(op.in, err))
	}
	answer, err := op.serve(call, in)
	if err != nil && s.Translate != nil {
		// The act's own time may be over, which must not keep its error from being told.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(call.context), translateTime)
		defer cancel()
		err = s.Translate(ctx, call.Who, err)
	}
	return answer, err
}

const translateTime = 10 * time.Second

// read fills the input. Nothing of a request that fails here reaches the handler.
func (s *server) read(op Operation, call *Call, in any) (err error) {
	// What reads is never replayed: a key on it would have an act answer without being done (TestIdempotencyKeyOfAReadIsIgnored).
	if !op.reads() {
		if call.IdempotencyKey, err = idempotencyKey(call.Fiber); err != nil {
			return err
		}
	}
	if op.streamed {
		if !isMedia(call.Fiber.Get(fiber.HeaderContentType), op.media) {
			return unsupported(op.media)
		}
	} else if err := readBody(op, call, in); err != nil {
		return err
	}
	if call.Purpose, err = bind(call.Fiber, in); err != nil {
		return err
	}
	return validate(s.validate, in)
}

func readBody(op Operation, call *Call, in any) error {
	raw, err := readJSON(call.body)
	switch {
	case err != nil:
		return err
	case len(raw) == 0 && (op.reads() || len(members(op.in)) == 0):
		return nil
	case op.reads():
		return malformed()
	case !isMedia(call.Fiber.Get(fiber.HeaderContentType), fiber.MIMEApplicationJSON):
		return unsupported(fiber.MIMEApplicationJSON)
	}
	return decode(raw, in)
}

// refuse records what was refused before policy: a valid account that probes leaves a trace (TestUnknownFieldIsRecorded).
func (s *server) refuse(op Operation, call *Call, err error) error {
	var refused *act.Error
	if op.public != "" || !errors.As(err, &refused) {
		return err
	}
	object := objectOf(op, call.Fiber)
	rule := refused.Rule
	if rule == "" {
		rule = string(refused.Kind)
	}
	if failed := s.Gate.Refuse(call.context, call.Who, call.Act(object), rule); failed != nil {
		return fmt.Errorf("recording a refusal: %w", failed)
	}
	return err
}

var opaque = regexp.MustCompile(`^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{1,18})$`)

// objectOf names the object of the address for the entry, when it is an opaque id: an address is otherwise free text.
func objectOf(op Operation, c *fiber.Ctx) act.Object {
	names := parameter.FindAllStringSubmatch(op.Path, -1)
	if len(names) == 0 || !opaque.MatchString(c.Params(names[0][1])) {
		return act.Object{}
	}
	object := act.Object{Kind: names[0][1], ID: c.Params(names[0][1])}
	if len(names) > 1 && opaque.MatchString(c.Params(names[1][1])) {
		object.Item = c.Params(names[1][1])
	}
	return object
}

func idempotencyKey(c *fiber.Ctx) (string, error) {
	key := c.Get("Idempotency-Key")
	if len(key) > 128 || !visibleASCII(key) {
		return "", refusal(act.Invalid, "L'en-tête Idempotency-Key compte au plus 128 caractères ASCII visibles. Corrigez-le, puis renvoyez la requête.")
	}
	return key, nil
}

func visibleASCII(text string) bool {
	for i := range len(text) {
		if text[i] < 0x21 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

func (s *server) answer(c *fiber.Ctx, op Operation, answer reply) error {
	if answer.location != "" {
		c.Set(fiber.HeaderLocation, answer.location)
	}
	c.Status(answer.status)
	if op.out == reflect.TypeFor[None]() {
		return nil
	}
	raw, err := marshal(answer.body)
	if err != nil {
		return fmt.Errorf("answering %s: %w", op.ID, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(raw)
}

// renderPage renders to a buffer first: half a page is never sent.
func (s *server) renderPage(c *fiber.Ctx, op Operation, call *Call, answer reply) error {
	var out bytes.Buffer
	if err := s.Render(&out, op.page.template, op.page.view(call, answer.body)); err != nil {
		return fmt.Errorf("rendering the page of %s: %w", op.ID, err)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Status(http.StatusOK).Send(out.Bytes())
}
