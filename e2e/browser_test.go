package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is the one browser of a run; each story has a context of its own, with cookies of its own.
var chromium struct {
	once   sync.Once
	ctx    context.Context
	failed error
	stop   func()
}

func startChromium() {
	path, err := exec.LookPath("chromium")
	if err != nil {
		chromium.failed = fmt.Errorf("no Chromium on this machine (apt-get install chromium): %w", err)
		return
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("no-first-run", true), chromedp.Flag("lang", "en-US"))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopBrowser := chromedp.NewContext(allocator)
	chromium.ctx, chromium.failed = ctx, chromedp.Do(ctx)
	chromium.stop = func() { stopBrowser(); stopAllocator() }
}

// reader is a person at a browser: the keyboard only, no script.
type reader struct {
	t       *testing.T
	env     *environment
	zone    zone
	page    context.Context
	axe     string
	choices int // what a mouse would have clicked: links, buttons, answers chosen from a list
	slow    time.Duration
	slowest string
}

// browse signs a person in, in a browser context of his own.
func (e *environment) browse(t *testing.T, z zone, who string) *reader {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.failed != nil {
		t.Fatal(chromium.failed)
	}
	axe, err := os.ReadFile(filepath.Join(theWorld.root, "web/assets/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is not installed (npm ci in web/assets): %v", err)
	}
	page, closePage := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(closePage)
	page, stop := context.WithTimeout(page, 3*time.Minute)
	t.Cleanup(stop)
	r := &reader{t: t, env: e, zone: z, page: page, axe: string(axe)}
	r.do(chromedp.EmulateViewport(1280, 900), disableScripts(true))
	r.open("/login?" + url.Values{"login_hint": {e.person(t, who).Login}}.Encode())
	return r
}

func disableScripts(off bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
		return err
	})
}

func (r *reader) do(actions ...chromedp.Action[chromedp.Void]) {
	r.t.Helper()
	if err := chromedp.Do(r.page, actions...); err != nil {
		r.t.Fatalf("at %s: %v", r.title(), err)
	}
}

func ask[T any](r *reader, expression string) T {
	r.t.Helper()
	v, err := chromedp.Run(r.page, chromedp.Evaluate[T](expression))
	if err != nil {
		r.t.Fatalf("asking the page: %v", err)
	}
	return v
}

func (r *reader) title() string {
	text, err := chromedp.Run(r.page, chromedp.Evaluate[string](`document.title + ' ' + location.pathname`))
	if err != nil {
		return err.Error()
	}
	return text
}

func (r *reader) text() string { return ask[string](r, `document.body.innerText`) }

// open goes to a path of the person's portal, as an address typed or a bookmark.
func (r *reader) open(path string) {
	r.t.Helper()
	r.do(chromedp.Navigate(r.env.zones[r.zone].base + path))
	r.took()
}

// took keeps the slowest page: what the server needed, without the machine's own drawing.
func (r *reader) took() {
	ms := ask[float64](r, `(() => { const n = performance.getEntriesByType('navigation')[0]; return n ? n.responseEnd - n.requestStart : 0 })()`)
	if d := time.Duration(ms * float64(time.Millisecond)); d > r.slow {
		r.slow, r.slowest = d, r.title()
	}
}

// focused is what the keyboard is at.
type focused struct {
	Tag, Type, Name, Value, Text, ID string
	Checked                          bool
	Submits                          bool // the form's own button
}

const lookAtFocus = `JSON.stringify((() => { const e = document.activeElement; if (!e || e === document.body) return {};
  return {Tag: e.tagName, Type: e.type || '', Name: e.name || '', Value: e.value || '', ID: e.id, Text: (e.innerText || '').replace(/\s+/g, ' ').trim(),
    Checked: !!e.checked, Submits: e.tagName === 'BUTTON' && !e.name && !!e.closest('.cl-save')} })())`

func (r *reader) focus() focused {
	r.t.Helper()
	var f focused
	if err := json.Unmarshal([]byte(ask[string](r, lookAtFocus)), &f); err != nil {
		r.t.Fatal(err)
	}
	return f
}

func (r *reader) tab() focused {
	r.t.Helper()
	r.do(chromedp.KeyEvent(kb.Tab))
	return r.focus()
}

// tabLimit is more than any page has.
const tabLimit = 400

// press goes to a link or a button by the Tab key, and presses Enter.
func (r *reader) press(label string) {
	r.t.Helper()
	for range tabLimit {
		if f := r.tab(); strings.Contains(f.Text, label) && (f.Tag == "A" || f.Tag == "BUTTON") {
			r.enter()
			return
		}
	}
	r.t.Fatalf("at %s: the keyboard reaches nothing called %q\n%s", r.title(), label, r.text())
}

// enter presses Enter and waits for the page that follows.
func (r *reader) enter() {
	r.t.Helper()
	r.choices++
	ask[bool](r, `window.before = true`)
	r.do(chromedp.KeyEvent(kb.Enter))
	eventually(r.t, "a page follows "+r.title(), func() bool {
		done, err := chromedp.Run(r.page, chromedp.Evaluate[bool](`window.before !== true && document.readyState === 'complete'`))
		return err == nil && done
	})
	r.took()
}

// fill goes once through a form by the Tab key, gives each field its value, asks for the blocks that are missing, and stops at the form's
// own button. Values are by name; several, for boxes to tick, stand between commas.
func (r *reader) fill(values map[string]string) {
	r.t.Helper()
	for range tabLimit {
		f := r.tab()
		want, known := values[f.Name]
		switch {
		case f.Submits:
			return
		case f.Name == "_add":
			if list := f.Value; r.lacks(list, values) {
				r.enter()
			}
		case known:
			r.give(f, want)
		}
	}
	r.t.Fatalf("at %s: the keyboard does not reach the form's button", r.title())
}

// lacks says that the values need one more block of a list.
func (r *reader) lacks(list string, values map[string]string) bool {
	for name := range values {
		if strings.HasPrefix(name, list+".") && !ask[bool](r, fmt.Sprintf(`!!document.querySelector('[name=%q]')`, name)) {
			return true
		}
	}
	return false
}

func (r *reader) give(f focused, want string) {
	r.t.Helper()
	switch {
	case f.Type == "radio":
		r.choose(f, want)
	case f.Type == "checkbox":
		if in(want, f.Value) != f.Checked {
			r.choices++
			r.do(chromedp.KeyEvent(" "))
		}
	case f.Type == "file":
		r.attach(want)
		return
	case f.Tag == "SELECT":
		r.turn(f, want)
	case f.Value == want:
	case f.Type == "date":
		day, err := time.Parse(time.DateOnly, want)
		if err != nil {
			r.t.Fatal(err)
		}
		r.do(chromedp.KeyEvent(day.Format("01022006"))) // the order of this browser's own language
	default:
		r.do(typeText(want)) // what the Tab key entered is selected, and is replaced
	}
	if now := r.focus(); f.Type != "checkbox" && f.Type != "radio" && strings.TrimSpace(now.Value) != want {
		r.t.Fatalf("at %s: %s holds %q, want %q", r.title(), f.Name, now.Value, want)
	}
}

// attach gives the form's file: the window in which one is chosen is the browser's own.
func (r *reader) attach(path string) {
	r.t.Helper()
	r.choices++
	r.do(chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{path}))
}

// choose moves in a group of answers by the arrow keys.
func (r *reader) choose(f focused, want string) {
	r.t.Helper()
	for range 12 {
		if f.Value == want {
			if !f.Checked {
				r.do(chromedp.KeyEvent(" "))
			}
			r.choices++
			return
		}
		r.do(chromedp.KeyEvent(kb.ArrowDown))
		f = r.focus()
	}
	r.t.Fatalf("at %s: no answer %q to %s", r.title(), want, f.Name)
}

// turn moves in a list by the arrow keys.
func (r *reader) turn(f focused, want string) {
	r.t.Helper()
	if f.Value != want {
		r.choices++
	}
	for range 300 {
		if f.Value == want {
			return
		}
		r.do(chromedp.KeyEvent(kb.ArrowDown))
		f = r.focus()
	}
	r.t.Fatalf("at %s: no choice %q for %s", r.title(), want, f.Name)
}

func in(list, value string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one == value {
			return true
		}
	}
	return false
}

func typeText(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

const axeRun = `(async () => { const r = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  return JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))) })()`

// inspect holds the page that is open to the accessibility rules. CLOISON_SCREENS names a folder for its pictures.
func (r *reader) inspect(name string) {
	r.t.Helper()
	script := func(off bool) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off})
			return err
		})
	}
	r.picture(name)
	r.do(script(false), chromedp.Evaluate[chromedp.Void](r.axe))
	found, err := chromedp.Run(r.page, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
	r.do(script(true))
	if err != nil {
		r.t.Fatalf("%s: running axe: %v", name, err)
	}
	if found != "[]" {
		r.t.Errorf("%s: axe: %s", name, found)
	}
}

// picture keeps what a person sees, wide and narrow, light and dark.
func (r *reader) picture(name string) {
	dir := os.Getenv("CLOISON_SCREENS")
	if dir == "" {
		return
	}
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"dark", "light"} {
			prefer := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
				_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
				return err
			})
			r.do(chromedp.EmulateViewport(width, 900), prefer)
			if wide := ask[int](r, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				r.t.Errorf("%s, %d px: %d px too wide", name, width, wide)
			}
			image, err := chromedp.Run(r.page, chromedp.FullScreenshot(100))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), image, 0o644)
			}
			if err != nil {
				r.t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// flat gives a body's values by the names that its form has.
func flat(body map[string]any) map[string]string {
	values := map[string]string{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), inner)
			}
		case []any:
			var texts []string
			for i, inner := range v {
				if text, ok := inner.(string); ok {
					texts = append(texts, text)
				} else {
					walk(path+"."+strconv.Itoa(i), inner)
				}
			}
			if texts != nil {
				values[path] = strings.Join(texts, ",")
			}
		case nil:
		case float64:
			values[path] = strconv.FormatFloat(v, 'f', -1, 64)
		default:
			values[path] = fmt.Sprint(v)
		}
	}
	walk("", body)
	return values
}
