package web

import (
	"strings"
	"testing"
)

// TestOnlyTheReadingPageFramesTheViewer: the two pages that ask for more get what is written, and every other one the policy of all pages.
func TestOnlyTheReadingPageFramesTheViewer(t *testing.T) {
	t.Parallel()
	page := func(id string, ask func(*Call)) Operation {
		return Op(id, "GET", "/"+id, "note.read", func(*Call, None) (Reply[noteOutput], error) { return OK(noteOutput{}), nil },
			Page("/"+id, "note", func(c *Call, _ noteOutput) any { ask(c); return "" }))
	}
	p := newPortal(t, page("draws", func(c *Call) { c.Draws("https://pieces.example") }), page("framing", (*Call).Frames),
		page("without", func(c *Call) { c.Draws("") }), page("none", func(*Call) {}))
	own := strings.Replace(policyOfContent, "frame-ancestors 'none'", "frame-ancestors 'self'", 1)
	for path, want := range map[string][2]string{
		"/draws":   {own + "; frame-src https://pieces.example", "SAMEORIGIN"},
		"/without": {own, "SAMEORIGIN"},
		"/framing": {policyOfContent + "; frame-src 'self'", "DENY"},
		"/none":    {policyOfContent, "DENY"},
	} {
		got := p.do(t, "GET", path, "")
		if policy := got.header.Get("Content-Security-Policy"); got.status != 200 || policy != want[0] || got.header.Get("X-Frame-Options") != want[1] {
			t.Errorf("%s: %d %q %s", path, got.status, policy, got.header.Get("X-Frame-Options"))
		}
	}
}
