package layout

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cloison/web/assets"
)

// policyOfPages is what both portals send; the browser test runs under it, so that a page that needs more is seen.
const policyOfPages = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// TestAccessible reads every story in a real browser, wide and narrow, light and dark: no axe violation, no sideways
// scroll, nothing stopped by the content policy. It fails, and does not skip, where the browser or axe is missing.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("../assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (npm ci in web/assets): %v", err)
	}
	server, names := serveStories(t)
	tab := startBrowser(t) // one for all: a process for each page costs more than the rules
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			page, stop := context.WithTimeout(tab, 12*time.Minute)
			defer stop()
			if err := chromedp.Do(page, chromedp.Navigate(server.URL+"/"+name), chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
				t.Fatalf("opening the page: %v", err)
			}
			for _, width := range []int64{1280, 360} {
				for _, scheme := range []string{"light", "dark"} {
					look(t, page, width, scheme, name)
				}
			}
		})
	}
}

func serveStories(t *testing.T) (*httptest.Server, []string) {
	t.Helper()
	set, err := assets.Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("design: %q", set.Design())
	all := stories(t)
	var names []string
	pages := map[string]string{"bad": badPage(set)}
	for name, view := range all {
		names = append(names, name)
		pages[name] = render(t, name, view)
	}
	slices.Sort(names)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if file, ok := set.Find(strings.TrimPrefix(r.URL.Path, assets.Prefix)); ok {
			w.Header().Set("Content-Type", file.Type)
			w.Write(file.Body)
			return
		}
		html, ok := pages[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policyOfPages)
		fmt.Fprint(w, html)
	}))
	t.Cleanup(server.Close)
	return server, names
}

// badPage breaks what the test looks for: a field without name, grey on grey, too wide, an inline style.
func badPage(set *assets.Set) string {
	return `<!doctype html><html lang="fr"><head><title>x</title><link rel="stylesheet" href="` + set.Stylesheets("")[0] + `"></head>
<body><main><h1>x</h1><input><p style="color:#ddd">pâle</p><img src="` + set.Icon() + `" width="3000"></main></body></html>`
}

func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("no Chromium on this machine (apt-get install chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("hide-scrollbars", false), chromedp.Flag("no-first-run", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return browser
}

// finding is what a page is found to be wrong about.
type finding struct {
	Violations []struct{ ID, Help, Nodes string } `json:"violations"`
	Wide       int                                `json:"wide"`
	Stopped    int                                `json:"stopped"`
}

const inspect = `(async () => {
  const result = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  return JSON.stringify({
    violations: result.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')})),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    stopped: [...document.querySelectorAll('[style], script:not([src^="/assets/lecture-"], [src^="/assets/passkey-"])')].length,
  })
})()`

// examine looks at an open page, in which axe is already loaded, as it is at that width and under that preference.
func examine(page context.Context, width int64, scheme, picture string) (finding, error) {
	preference := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		return err
	})
	if err := chromedp.Do(page, chromedp.EmulateViewport(width, 900), preference); err != nil {
		return finding{}, fmt.Errorf("setting the window: %w", err)
	}
	text, err := chromedp.Run(page, chromedp.Evaluate[string](inspect, chromedp.EvalAwaitPromise))
	if err != nil {
		return finding{}, fmt.Errorf("inspecting the page: %w", err)
	}
	if picture != "" {
		image, err := chromedp.Run(page, chromedp.FullScreenshot(100))
		if err != nil {
			return finding{}, fmt.Errorf("taking a picture: %w", err)
		}
		if err := os.WriteFile(picture, image, 0o644); err != nil {
			return finding{}, err
		}
	}
	var found finding
	return found, json.Unmarshal([]byte(text), &found)
}

func look(t *testing.T, page context.Context, width int64, scheme, name string) {
	t.Helper()
	picture := ""
	if dir := os.Getenv("CLOISON_STORYBOOK"); dir != "" {
		picture = filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
	}
	found, err := examine(page, width, scheme, picture)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found.Violations {
		t.Errorf("%d px, %s: axe %s: %s: %s", width, scheme, v.ID, v.Help, v.Nodes)
	}
	if found.Wide > 0 {
		t.Errorf("%d px, %s: the page is %d px wider than the window", width, scheme, found.Wide)
	}
	if found.Stopped > 0 {
		t.Errorf("%d px, %s: %d elements that the content policy stops", width, scheme, found.Stopped)
	}
}

// TestBrowserTestCanFail shows a page with known faults to the same eye.
func TestBrowserTestCanFail(t *testing.T) {
	axe, err := os.ReadFile("../assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (npm ci in web/assets): %v", err)
	}
	server, _ := serveStories(t)
	page := startBrowser(t)
	if err := chromedp.Do(page, chromedp.Navigate(server.URL+"/bad"), chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
		t.Fatalf("opening the page: %v", err)
	}
	found, err := examine(page, 360, "light", "")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, v := range found.Violations {
		ids = append(ids, v.ID)
	}
	if !slices.Contains(ids, "label") || !slices.Contains(ids, "image-alt") || found.Wide <= 0 || found.Stopped == 0 {
		t.Errorf("faults were missed: %v, %d px, %d stopped", ids, found.Wide, found.Stopped)
	}
}

// Of a page that holds a letter only the letter is printed: an addressee never reads what the portal says around it.
func TestALetterIsPrintedAlone(t *testing.T) {
	server, _ := serveStories(t)
	page := startBrowser(t)
	print := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	})
	if err := chromedp.Do(page, chromedp.Navigate(server.URL+"/letter"), print); err != nil {
		t.Fatal(err)
	}
	const alone = `document.body.innerText.trim() === document.querySelector('.cl-letter').innerText.trim()`
	if only, err := chromedp.Run(page, chromedp.Evaluate[bool](alone)); err != nil || !only {
		text, _ := chromedp.Run(page, chromedp.Evaluate[string](`document.body.innerText`))
		t.Errorf("%v: printed is %q", err, text)
	}
}
