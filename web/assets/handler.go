package assets

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Handler serves the set under Prefix, on GET and HEAD: `app.Get(assets.Prefix+"+", set.Handler())`.
// A name that is not in the set falls through to the program's own "not found". No session is read and none is needed:
// the sign-in page uses the same files.
func (s *Set) Handler() fiber.Handler {
	return func(c *fiber.Ctx) error {
		file, ok := s.Find(c.Params("+"))
		if !ok {
			return fiber.ErrNotFound
		}
		c.Set(fiber.HeaderContentType, file.Type)
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if file.packed != nil && strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
			c.Set(fiber.HeaderContentEncoding, "gzip")
			return c.Send(file.packed)
		}
		return c.Send(file.Body)
	}
}
