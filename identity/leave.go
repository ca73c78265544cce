package identity

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// A person who signs out here is led on to his provider, which ends its session too (OpenID Connect RP-Initiated Logout 1.0), and comes back. The
// ID token that names the session to the provider stands nowhere here: the browser of the person it speaks of keeps it, and sends it to this one
// address (docs/decisions/0070-the-browser-keeps-the-hint-of-its-own-sign-out.md).

// leavingPath is the only address that gets the cookies of a sign-out.
const leavingPath = "/logout"

// hintBytes is what a browser keeps of one cookie (RFC 6265, 6.1: 4096 with its name and attributes), with room to spare.
const hintBytes = 3800

func (s *Service) hintCookie() string  { return s.securePrefix() + "cloison_hint_" + s.Zone }
func (s *Service) leaveCookie() string { return s.securePrefix() + "cloison_leaving_" + s.Zone }

// keepHint has the browser keep what its provider will ask at the end. One too long for a cookie is left out: the provider is then told who asks,
// and may ask the person.
func (s *Service) keepHint(c *fiber.Ctx, given proof) {
	hint := string(given.issuer) + "." + given.token.Reveal()
	if len(hint) > hintBytes {
		hint = string(given.issuer) + "."
	}
	s.setCookieAt(c, s.hintCookie(), hint, leavingPath, 0)
}

var compactToken = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)

// leave is where the browser goes to end its session at the provider; false where that one offers no such address, or does not answer now:
// signing out here waits for nobody.
func (s *Service) leave(ctx context.Context, hint, state string) (Choice, bool) {
	kind, token, _ := strings.Cut(hint, ".")
	i := s.issuer(IssuerKind(kind))
	if i == nil {
		return Choice{}, false
	}
	if _, err := i.discover(ctx); err != nil {
		return Choice{}, false
	}
	at, err := url.Parse(i.ends)
	if err != nil || at.Host == "" || at.Scheme != "https" && s.secure {
		return Choice{}, false
	}
	query := at.Query()
	if compactToken.MatchString(token) {
		query.Set("id_token_hint", token)
	} else {
		query.Set("client_id", i.ClientID)
	}
	query.Set("post_logout_redirect_uri", s.PublicURL+leavingPath)
	query.Set("state", state)
	at.RawQuery = query.Encode()
	return Choice{Name: issuerNames[i.Kind], Kind: i.Kind, URL: at.String()}, true
}

// lead sends a browser on to its provider. Not by a redirect: the policy of content lets no form of ours lead to another origin, redirects
// included, and stays so (TestABrowserSignsOutAtTheProviderToo).
func (s *Service) lead(c *fiber.Ctx, to Choice, state string) error {
	s.setCookieAt(c, s.leaveCookie(), state, leavingPath, int(pendingLife.Seconds()))
	c.Set("Refresh", "0; url="+to.URL)
	return s.LeavePage(c, to)
}

// left is where the provider sends the person back. Only who comes from a sign-out of this browser is told that it is done.
func (s *Service) left(c *fiber.Ctx) error {
	state := c.Cookies(s.leaveCookie())
	s.setCookieAt(c, s.leaveCookie(), "", leavingPath, -1)
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(c.Query("state"))) != 1 {
		return c.Redirect("/", http.StatusSeeOther)
	}
	return c.Redirect("/login?signed_out=everywhere", http.StatusSeeOther)
}
