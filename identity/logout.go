package identity

import (
	"net/http"

	"cloison/web"

	"github.com/gofiber/fiber/v2"
)

// logout ends the session here and at keyholder, then leads a browser on to its provider. Without a session it does the same, to nothing.
func (s *Service) logout(c *fiber.Ctx) error {
	hint := c.Cookies(s.hintCookie())
	if err := s.endPresented(c); err != nil {
		return err
	}
	s.clearCookie(c, s.sessionCookie())
	s.setCookieAt(c, s.hintCookie(), "", leavingPath, -1)
	// No page is stored (no-store): this also empties what a browser keeps of them to go back to.
	c.Set("Clear-Site-Data", `"cache", "storage"`)
	if s.LeavePage != nil && web.ReadsHTML(c) {
		state, err := s.draw()
		if err != nil {
			return err
		}
		if to, ok := s.leave(c.UserContext(), hint, state); ok {
			return s.lead(c, to, state)
		}
	}
	return c.Redirect("/login?signed_out=here", http.StatusSeeOther)
}
