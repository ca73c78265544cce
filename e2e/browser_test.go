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
	"github.com/chromedp/chromedp"
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

// reader is a person at a browser: the keyboard only, in a window of a width, in light or dark, with or without the pages' scripts.
type reader struct {
	t       *testing.T
	env     *environment
	zone    zone
	page    context.Context
	axe     string
	look    look
	seen    *views // nil: only what inspect is called for is examined
	once    bool   // each page is held to all rules in one light at one width; with -pages in all
	pressed int    // links and buttons
	choices int    // what a mouse would have clicked: links, buttons, answers chosen from a list
	effort  effort // what the person's hands did, for the walk
	slow    time.Duration
	slowest string
}

// look is how a person has his window.
type look struct {
	width    int64
	scheme   string
	scripted bool
}

var plainLook = look{width: wide, scheme: "light"}

// patience bounds what a browser is waited for: minutes, for a machine may be busy with everything else.
const patience = 4 * time.Minute

// browse signs a person in, in a browser context of his own: a wide window, without script.
func (e *environment) browse(t *testing.T, z zone, who string) *reader {
	t.Helper()
	return e.browseAs(t, z, who, plainLook, nil)
}

// browseAs is browse with a look; each page that seen does not know yet is examined as it is reached.
func (e *environment) browseAs(t *testing.T, z zone, who string, as look, seen *views) *reader {
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
	page, stop := context.WithTimeout(page, 12*patience)
	t.Cleanup(stop)
	r := &reader{t: t, env: e, zone: z, page: page, axe: string(axe), look: as, seen: seen}
	r.do(r.window(as.width, as.scheme), disableScripts(!as.scripted))
	r.open("/login?" + url.Values{"login_hint": {e.person(t, who).Login}}.Encode())
	return r
}

// leave closes the person's window.
func (r *reader) leave() { _ = chromedp.Cancel(r.page) }

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

// decoded is ask for what the page gives as JSON.
func decoded[T any](r *reader, expression string, options ...chromedp.EvaluateOption) (v T) {
	r.t.Helper()
	text, err := chromedp.Run(r.page, chromedp.Evaluate[string](expression, options...))
	if err == nil {
		err = json.Unmarshal([]byte(text), &v)
	}
	if err != nil {
		r.t.Fatalf("at %s: asking the page: %v", r.title(), err)
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

// text is what a person reads, with plain spaces.
func (r *reader) text() string {
	return strings.ReplaceAll(ask[string](r, `document.body.innerText`), "\u00a0", " ")
}

// open goes to a path of the person's portal, as an address typed or a bookmark.
func (r *reader) open(path string) {
	r.t.Helper()
	r.do(chromedp.Navigate(r.env.zones[r.zone].base + path))
	r.arrived()
}

// arrived is at a page that has just come.
func (r *reader) arrived() {
	r.t.Helper()
	r.effort.pages++
	r.took()
	r.examine()
}

// took keeps the slowest page: what the server needed, without the machine's own drawing.
func (r *reader) took() {
	ms := ask[float64](r, `(() => { const n = performance.getEntriesByType('navigation')[0]; return n ? n.responseEnd - n.requestStart : 0 })()`)
	if d := time.Duration(ms * float64(time.Millisecond)); d > r.slow {
		r.slow, r.slowest = d, r.title()
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
