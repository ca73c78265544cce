package web

import "github.com/gofiber/fiber/v2"

// NothingActs is the policy of content of an answer to a program: were a browser to open it, nothing would run, load or frame it.
const NothingActs = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// SetHeaders gives an answer what every answer of a listener carries, an error that was met before any route included
// (TestEveryResponseHasIDAndHeaders, TestWhatNoRouteSawIsAnsweredAsTheRest).
func SetHeaders(c *fiber.Ctx, policy string, secure bool) {
	c.Set("Content-Security-Policy", policy)
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("X-Frame-Options", "DENY")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Cache-Control", "no-store")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Embedder-Policy", "require-corp")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if secure {
		c.Set("Strict-Transport-Security", "max-age=63072000")
	}
}
