package identity

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// logout ends the session here and at keyholder. Without a session it does the same, to nothing.
func (s *Service) logout(c *fiber.Ctx) error {
	if err := s.endPresented(c); err != nil {
		return err
	}
	s.clearCookie(c, s.sessionCookie())
	// No page is stored (no-store): this also empties what a browser keeps of them to go back to.
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	return c.Redirect("/login?signed_out=1", http.StatusSeeOther)
}
