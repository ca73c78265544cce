package web

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

const (
	requestIDKey = "cloison.request"
	bodyKey      = "cloison.body"
	serverKey    = "cloison.server"
	whoKey       = "cloison.who"
)

// policyOfContent forbids everything, then lets in what the pages are made of: no script but the portal's own files, which speak to the
// portal alone and can write neither markup nor code from text, nor allow themselves to (Trusted Types); nothing frames a page.
const policyOfContent = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// frame is around every request: its id and headers before, its connection after.
func (s *server) frame(c *fiber.Ctx) (err error) {
	if err := s.open(c); err != nil {
		return err
	}
	read := newBody(c)
	c.Locals(bodyKey, read)
	c.Locals(serverKey, s)
	defer guardConnection(c, read)
	defer s.recover(c, &err)
	if err := s.sameOrigin(c); err != nil {
		return err
	}
	return c.Next()
}

// open gives the response its id and headers; the error handler calls it too, for requests that never reached frame.
func (s *server) open(c *fiber.Ctx) error {
	if _, done := c.Locals(requestIDKey).(string); done {
		return nil
	}
	id, err := newRequestID(s.Random)
	c.Locals(requestIDKey, id)
	c.Set("X-Request-Id", id)
	SetHeaders(c, policyOfContent, s.secure)
	return err
}

// newRequestID draws a version 4 UUID. A client's own id is never taken: it would be free text in the log.
func newRequestID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("drawing a request id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], nil
}

// RequestID is the id of the request, as its response carries it.
func RequestID(c *fiber.Ctx) string {
	id, _ := c.Locals(requestIDKey).(string)
	return id
}

// sameOrigin refuses a write that another site made the browser send (TestCrossSiteWriteRefused). Two ports of one
// host are one site but two origins, so same-site is refused too. A program that is no browser sends neither header
// and carries no ambient cookie of a person.
func (s *server) sameOrigin(c *fiber.Ctx) error {
	switch c.Method() {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	site, origin := c.Get("Sec-Fetch-Site"), c.Get("Origin")
	switch {
	case site == "same-origin" || site == "none":
		return nil
	case site == "" && origin == "":
		return nil
	case site == "" && s.ownOrigin(origin):
		return nil
	}
	return refusal(act.Forbidden, "Cette demande vient d’un autre site. Refaites-la depuis le portail.")
}

func (s *server) ownOrigin(origin string) bool {
	given, err := url.Parse(origin)
	return err == nil && strings.EqualFold(given.Scheme+"://"+given.Host, s.origin)
}

// recover turns a panic into an error. Only its type is logged, or the runtime's own words: a panic value may hold
// what was being read.
func (s *server) recover(c *fiber.Ctx, err *error) {
	value := recover()
	if value == nil {
		return
	}
	what := fmt.Sprintf("%T", value)
	if internal, ok := value.(interface {
		error
		RuntimeError()
	}); ok {
		what = internal.Error()
	}
	s.Logger.Error("panic", "request_id", RequestID(c), "what", what, "stack", string(debug.Stack()))
	*err = fmt.Errorf("handling a request: panic of %s", what)
}
