package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// The widths that each page is held to: a telephone and a desk.
const (
	narrow int64 = 360
	wide   int64 = 1280
)

// variants are how each page is looked at: all the rules once, and in the other light at the other width those that colours and room decide.
// The other two mixtures are held to the window's width; web/layout holds every part of a page to every rule in all four.
var variants = []struct {
	width  int64
	scheme string
	rules  string
}{
	{wide, "dark", ""},
	{narrow, "light", ""},
	{narrow, "dark", `['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable', 'region', 'empty-heading', 'empty-table-header']`},
	{wide, "light", everyRule},
}

const (
	everyRule = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	tooWide   = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	axeRun    = `(async rules => { const r = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false, iframes: false})
  return JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))) })`
)

// views are what was examined already: of each route, every kind of element in its place. A page that differs from those before in its words
// only, or in how often it says a thing, is no new view; one with an error, a section, a button more is.
type views struct {
	mu    sync.Mutex
	known map[string]bool
}

// kinds are a page's route, and the kinds of its elements: name, class, what tells its state, and where it stands.
const kinds = `(scripted => {
  const of = e => e.tagName + '.' + e.className + (e.type ?? '') + ['role', 'aria-invalid', 'aria-current', 'disabled', 'open'].filter(a => e.hasAttribute(a))
  const route = location.pathname.replace(/[0-9a-f-]{36}/g, ':id').replace(/[0-9]+/g, ':n') + (scripted && document.querySelector('script[src]') ? ' scripted' : '')
  return JSON.stringify([...new Set([...document.body.querySelectorAll('*')].map(e => route + ' ' + of(e.parentElement) + ' > ' + of(e)))])
})`

// first says that one of these was not seen before.
func (v *views) first(kinds []string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	known := true
	for _, kind := range kinds {
		known = known && v.known[kind]
		v.known[kind] = true
	}
	return !known
}

// examine holds a page that shows something for the first time to the accessibility rules and to the window's width.
func (r *reader) examine() {
	r.t.Helper()
	if r.seen != nil && r.seen.first(decoded[[]string](r, fmt.Sprintf("%s(%t)", kinds, r.look.scripted))) {
		r.hold(r.title())
	}
}

// inspect holds the page that is open to the rules, where it is not held by being reached. CLOISON_SCREENS names a folder for its pictures.
func (r *reader) inspect(name string) {
	r.t.Helper()
	r.picture(name)
	r.illustrate(name)
	if r.seen == nil {
		r.hold(name)
	}
}

func (r *reader) hold(name string) {
	r.t.Helper()
	r.do(disableScripts(false), chromedp.Evaluate[chromedp.Void](r.axe))
	for _, v := range variants {
		r.do(r.window(v.width, v.scheme))
		if px := ask[int](r, tooWide); px > 0 {
			r.t.Errorf("%s, %d px, %s: %d px too wide", name, v.width, v.scheme, px)
		}
		rules := v.rules
		switch {
		case *everyPage:
			rules = everyRule
		case r.once && rules != everyRule:
			rules = ""
		}
		if rules == "" {
			continue
		}
		for _, one := range decoded[[]string](r, axeRun+"("+rules+")", chromedp.EvalAwaitPromise) {
			r.t.Errorf("%s, %d px, %s: axe: %s", name, v.width, v.scheme, one)
		}
	}
	r.do(r.window(r.look.width, r.look.scheme), disableScripts(!r.look.scripted))
}

// window gives the page a width, and its person a preference.
func (r *reader) window(width int64, scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := chromedp.EmulateViewport(width, 900)(ctx, target); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
}

// picture keeps what a person sees, wide and narrow, light and dark.
func (r *reader) picture(name string) {
	r.t.Helper()
	dir := os.Getenv("CLOISON_SCREENS")
	if dir == "" {
		return
	}
	for _, v := range variants {
		r.do(r.window(v.width, v.scheme))
		image, err := chromedp.Run(r.page, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, v.width, v.scheme)), image, 0o644)
		}
		if err != nil {
			r.t.Errorf("%s: %v", name, err)
		}
	}
	r.do(r.window(r.look.width, r.look.scheme))
}
