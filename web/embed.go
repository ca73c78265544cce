package web

import "strings"

// Two pages need more than policyOfContent gives. What they add is written here, and nowhere else.

// Frames lets this page hold frames of the portal's own pages.
func (c *Call) Frames() { c.allow("frame-src 'self'") }

// Draws lets this page frame the viewer's origin; a page of the portal may frame it in turn. Without a viewer only the latter is allowed
// (TestOnlyTheReadingPageFramesTheViewer).
func (c *Call) Draws(viewer string) {
	if viewer != "" {
		c.allow("frame-src " + viewer)
	}
	own := c.Fiber.GetRespHeader("Content-Security-Policy")
	c.Fiber.Set("Content-Security-Policy", strings.Replace(own, "frame-ancestors 'none'", "frame-ancestors 'self'", 1))
	c.Fiber.Set("X-Frame-Options", "SAMEORIGIN")
}

// Framed says that the browser asks for a page to show in a frame of another. It changes how the page looks, and nothing else.
func (c *Call) Framed() bool { return c.Header("Sec-Fetch-Dest") == "iframe" }

func (c *Call) allow(more string) {
	c.Fiber.Set("Content-Security-Policy", c.Fiber.GetRespHeader("Content-Security-Policy")+"; "+more)
}
