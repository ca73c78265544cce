package web

import (
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
			action: op.Action, readOnly: op.reads(), context: ctx, body: c.Locals(bodyKey).(*body), random: s.Random,
		}
		answer, err := s.run(op, call)
		if err != nil {
			defer cancel()
			if page {
				return signIn(c, err)
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
	if err := s.enter(op, call); err != nil {
		return reply{}, err
	}
	in := reflect.New(op.in).Interface()
	if err := s.read(op, call, in); err != nil {
		return reply{}, s.refuse(op, call, withRule(op.in, err))
	}
	return s.serve(op, call, in)
}

// enter tells who asks.
func (s *server) enter(op Operation, call *Call) error {
	if op.public != "" {
		return nil
	}
	who, err := s.Authenticate(call.Fiber)
	call.Who = who
	if err == nil {
		call.Fiber.Locals(whoKey, who)
	}
	return err
}

// whoAsks is who is signed in, for a page that is not the one asked for: it keeps his name and his menu. An address that no operation has asked
// nobody yet; where the service is in pain, or sends somebody away, nothing more is asked of it.
func (s *server) whoAsks(c *fiber.Ctx, problem Problem) {
	if c.Locals(whoKey) != nil || problem.Status >= http.StatusInternalServerError ||
		problem.Status == http.StatusUnauthorized || problem.Status == http.StatusTooManyRequests {
		return
	}
	if who, err := s.Authenticate(c); err == nil {
		c.Locals(whoKey, who)
	}
}

// Who is who is signed in at a request; false where nobody is, or where nobody was asked.
func Who(c *fiber.Ctx) (act.Subject, bool) {
	who, ok := c.Locals(whoKey).(act.Subject)
	return who, ok
}

func (s *server) serve(op Operation, call *Call, in any) (reply, error) {
	answer, err := op.serve(call, in)
	return answer, s.translate(call, err)
}

func (s *server) translate(call *Call, err error) error {
	if err == nil || s.Translate == nil {
		return err
	}
	// The act's own time may be over, which must not keep its error from being told.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(call.context), translateTime)
	defer cancel()
	return s.Translate(ctx, call.Who, err)
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
		return "", refusal(act.Invalid, "L’en-tête Idempotency-Key compte au plus 128 caractères ASCII visibles. Corrigez-le, puis renvoyez la requête.")
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
	call.Said = s.said(c)
	view, err := op.page.view(call, answer.body)
	if err != nil {
		return signIn(c, s.translate(call, err))
	}
	return s.page(c, op.page.template, view, http.StatusOK)
}

// signIn sends who asked for a page without a session to where one begins.
func signIn(c *fiber.Ctx, err error) error {
	if act.IsKind(err, act.Unauthenticated) {
		return c.Redirect("/login", http.StatusSeeOther)
	}
	return err
}
