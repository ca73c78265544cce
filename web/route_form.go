package web

import (
	"errors"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// RouteForm reads the fields of a form that is posted to a route, which no operation serves: bounded as an operation's, and from the body alone, so
// that nothing of it can stand in an address.
func RouteForm(c *fiber.Ctx) (map[string][]string, error) {
	sent, ok := c.Locals(bodyKey).(*body)
	if !ok {
		return nil, act.Wrap(act.Internal, "", errors.New("a form outside the frame"))
	}
	if !isMedia(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationForm) {
		return nil, unsupported(fiber.MIMEApplicationForm)
	}
	raw, err := readJSON(sent)
	if err != nil {
		return nil, err
	}
	return parseForm(raw)
}
