package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// What was done is said once, on the page that follows. A cookie carries the code of a sentence and nothing else: an address would let
// anybody make a portal say "the opinion is signed" by a link.

// saidLife is how long the next page may take.
const saidLife = time.Minute

func (s *server) saidCookie() string {
	name := "cloison_said_" + s.Name
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// say has the next page show the sentence of a code.
func (s *server) say(c *fiber.Ctx, code string) { s.setSaid(c, code, int(saidLife.Seconds())) }

// Say is say for a route outside the table; it does nothing outside a portal.
func Say(c *fiber.Ctx, code string) {
	if s, ok := c.Locals(serverKey).(*server); ok {
		s.say(c, code)
	}
}

func (s *server) setSaid(c *fiber.Ctx, code string, life int) {
	c.Cookie(&fiber.Cookie{
		Name: s.saidCookie(), Value: code, Path: "/", MaxAge: life, HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// said takes the code, once; whatever else a browser sends under that name says nothing.
func (s *server) said(c *fiber.Ctx) string {
	code := c.Cookies(s.saidCookie())
	if code == "" || c.Method() != http.MethodGet {
		return ""
	}
	s.setSaid(c, "", -1)
	if !saidCode.MatchString(code) || len(code) > 40 {
		return ""
	}
	return code
}
