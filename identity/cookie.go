package identity

import (
	"strings"

	"cloison/internal/secret"

	"github.com/gofiber/fiber/v2"
)

// sessionCookie holds token.handle. The name is the zone's, because cookies know no port.
func (s *Service) sessionCookie() string { return s.hostPrefix() + "cloison_" + s.Zone }

// signInCookie binds a sign-in under way to the browser that began it.
func (s *Service) signInCookie() string { return s.hostPrefix() + "cloison_signin_" + s.Zone }

// hostPrefix has the browser refuse the name to any neighbour under the same domain (RFC 6265bis: Secure, Path=/, no Domain), who could
// otherwise plant a sign-in of his own (TestCookiesBelongToTheHost). A browser takes it over TLS only.
func (s *Service) hostPrefix() string {
	if s.secure {
		return "__Host-"
	}
	return ""
}

// securePrefix has the browser refuse the name to what did not come over TLS; __Host- would want the path of everything.
func (s *Service) securePrefix() string {
	if s.secure {
		return "__Secure-"
	}
	return ""
}

// setCookie: not readable by scripts, not sent with another site's posts, and only over TLS, except on a plain portal,
// which listens on loopback only. A life of 0 ends with the browser.
func (s *Service) setCookie(c *fiber.Ctx, name, value string, life int) {
	s.setCookieAt(c, name, value, "/", life)
}

func (s *Service) setCookieAt(c *fiber.Ctx, name, value, path string, life int) {
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: path, MaxAge: life, SessionOnly: life == 0,
		HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
}

func (s *Service) clearCookie(c *fiber.Ctx, name string) { s.setCookie(c, name, "", -1) }

// credential is a session's cookie: a random token and keyholder's handle. Its hash covers both, so a handle cannot be
// moved to another session.
type credential struct {
	token  string
	handle secret.String
}

func (k credential) text() string { return k.token + "." + k.handle.Reveal() }
func (k credential) hash() []byte { return hashOf(k.text()) }

func parseCredential(text string) (credential, bool) {
	token, handle, ok := strings.Cut(text, ".")
	if !ok || token == "" || len(text) > 1024 {
		return credential{}, false
	}
	return credential{token: token, handle: secret.NewString(handle)}, true
}
