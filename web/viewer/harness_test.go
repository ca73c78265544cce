package viewer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/gofiber/fiber/v2"

	"cloison/act"
	"cloison/web"
	"cloison/web/assets"
	"cloison/web/layout"
	"cloison/web/viewer"
)

// house is a portal with a few pieces, the viewer beside it, and a trap that every other name of the world leads to.
type house struct {
	whole  *testing.T
	t      *testing.T
	portal string
	viewer string

	mu      sync.Mutex
	pieces  map[string]piece
	reads   []string      // page asked of which piece
	asked   []http.Header // of the viewer
	trapped []string      // requests that left for elsewhere
	dialogs int
}

// piece is what the portal answers for one.
type piece struct {
	kind  string
	pages [][]byte
	alone []byte        // the first page of a large PDF
	first chan struct{} // the whole waits for it
	fails string        // a sentence instead
}

type bookless struct{}

func (bookless) Refuse(context.Context, act.Subject, act.Act, string) error { return nil }

const dossier = "0b6f3c3e-7f0e-4d59-8a52-1f6d3f0a9b11"

// open builds the three. Only a request with the session's cookie gets a piece.
func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, whole: t, pieces: map[string]piece{}}
	portal, behind := listen(t), listen(t)
	front := httptest.NewUnstartedServer(nil)
	port := front.Listener.Addr().(*net.TCPAddr).Port
	h.portal, h.viewer = "http://"+portal.Addr().String(), fmt.Sprintf("http://localhost:%d", port)
	drawn, err := viewer.New(viewer.Options{URL: h.viewer, Portal: h.portal})
	if err != nil {
		t.Fatal(err)
	}
	run(t, drawn, behind)
	// What the viewer is asked passes here, to be looked at.
	target := &url.URL{Scheme: "http", Host: behind.Addr().String()}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }}
	front.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.note(func() { h.asked = append(h.asked, r.Header.Clone()) })
		proxy.ServeHTTP(w, r)
	})
	front.Start()
	t.Cleanup(front.Close)
	run(t, h.app(), portal)
	return h
}

func (h *house) note(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	do()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := web.Listen("127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func run(t *testing.T, app *fiber.App, l net.Listener) {
	go app.Listener(l) //nolint:errcheck // ends with the test
	t.Cleanup(func() {
		if err := app.ShutdownWithTimeout(5 * time.Second); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

type in struct {
	Dossier string `path:"dossier" json:"-"`
}
type pieceIn struct {
	Dossier  string `path:"dossier" json:"-"`
	Document string `path:"document" json:"-"`
	Page     int    `query:"page"`
	Alone    bool   `query:"alone"`
}

// app is the portal's pages and its answers, under the portal's own headers.
func (h *house) app() *fiber.App {
	h.t.Helper()
	set, err := assets.Load()
	if err != nil {
		h.t.Fatal(err)
	}
	list := func(*web.Call, in) (web.Reply[in], error) { return web.OK(in{}), nil }
	app, err := web.New(web.Options{
		Name: "test", Gate: bookless{}, PublicURL: h.portal, Render: layout.Render, Logger: slog.New(slog.NewTextHandler(h.t.Output(), nil)),
		Ops: []web.Operation{
			web.Op("list", "GET", "/dossiers/:dossier/documents", "document.list", list,
				web.PageOf("/dossiers/:dossier/lecture", "reading", func(c *web.Call, _ in) (any, error) { return h.reading(c, set), nil })),
			web.Op("rendition", "GET", "/dossiers/:dossier/documents/:document/rendition", "document.read", h.rendition),
			web.Op("plain", "GET", "/plain", "plain.get", func(*web.Call, web.None) (web.Reply[in], error) { return web.OK(in{}), nil },
				web.Page("/plain", "login", func(*web.Call, in) any { return layout.LoginView{Shell: layout.Shell{Assets: set}} })),
		},
		Routes: []web.Route{
			{Method: "GET", Path: "/enter", Why: "signs in", Handler: func(c *fiber.Ctx) error {
				c.Cookie(&fiber.Cookie{Name: "session", Value: "secret", Path: "/", HTTPOnly: true, SameSite: "Lax"})
				return c.SendString("entered")
			}},
			{Method: "GET", Path: assets.Prefix + "+", Why: "files", Handler: set.Handler()},
		},
		Authenticate: func(c *fiber.Ctx) (act.Subject, error) {
			if c.Cookies("session") != "secret" {
				return act.Subject{}, act.NewError(act.Unauthenticated, "")
			}
			return act.Subject{ID: "u", Reference: "r", Name: "Dr Rachid BENHAMLATI"}, nil
		},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return app
}

func (h *house) reading(c *web.Call, set *assets.Set) layout.ReadingView {
	c.Draws(h.viewer)
	view := layout.ReadingView{Shell: layout.Shell{Assets: set, Portal: layout.Medical}, Heading: "Pièces du dossier", Viewer: h.viewer,
		Reader: c.Who.Name, Zone: "Europe/Paris", Back: layout.Action{Label: "Dossier", Href: "/plain"}}
	h.note(func() {
		for id, p := range h.pieces {
			at := web.Prefix + "/dossiers/" + dossier + "/documents/" + id
			view.Pieces = append(view.Pieces, layout.Piece{ID: id, Label: "Pièce " + id, Note: "Certificat", Show: at + "/rendition?purpose=INSTRUCTION", Copy: at + "/content", Large: p.alone != nil})
		}
	})
	slices.SortFunc(view.Pieces, func(a, b layout.Piece) int { return strings.Compare(a.ID, b.ID) })
	return view
}

type still struct{ *bytes.Reader }

func (s still) Section(offset, length int64) (io.Reader, error) {
	return io.NewSectionReader(s, offset, length), nil
}
func (still) Close() error { return nil }

func (h *house) rendition(c *web.Call, in pieceIn) (reply web.Reply[web.Binary], err error) {
	var p piece
	h.note(func() { p = h.pieces[in.Document] })
	if p.first != nil && !in.Alone {
		<-p.first
	}
	h.note(func() {
		h.reads = append(h.reads, fmt.Sprint(in.Document, " ", in.Page))
		if p.fails != "" || in.Page < 1 || in.Page > len(p.pages) {
			err = act.NewError(act.Conflict, p.fails)
			return
		}
		body, pages := p.pages[in.Page-1], len(p.pages)
		if p.alone != nil {
			pages = 60
		}
		if in.Alone {
			body = p.alone
		}
		c.Fiber.Set("Document-Pages", fmt.Sprint(pages))
		c.Fiber.Set("Document-Read-At", "2026-02-24T15:40:00Z")
		reply = web.Bytes(web.Content{Size: int64(len(body)), MediaType: p.kind, Source: still{bytes.NewReader(body)}})
	})
	return reply, err
}

// drawing is a page of an image, another one for each number.
func drawing(t *testing.T, n int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 300, 400))
	for y := range 400 {
		for x := range 300 {
			m.Set(x, y, color.RGBA{uint8(40 * n), uint8(x), uint8(y / 2), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sample(t *testing.T, pattern string) []byte {
	t.Helper()
	found, err := filepath.Glob("../../sample/" + pattern)
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// browser is a real one, signed in at the portal, in which every other host of the world is the trap.
func (h *house) browser() context.Context {
	h.t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		h.t.Fatal("no Chromium on this machine (apt-get install chromium)")
	}
	trap := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		h.note(func() { h.trapped = append(h.trapped, r.Host+r.URL.Path) })
	}))
	h.t.Cleanup(trap.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP *.invalid "+strings.TrimPrefix(trap.URL, "http://")))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	h.t.Cleanup(stop)
	ctx, closePage := chromedp.NewContext(allocator)
	h.t.Cleanup(closePage)
	ctx, end := context.WithTimeout(ctx, 12*time.Minute)
	h.t.Cleanup(end)
	h.do(ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(h.portal+"/enter"))
	if err := chromedp.Listen(ctx, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			h.note(func() { h.dialogs++ })
		}
	}); err != nil {
		h.t.Fatal(err)
	}
	return ctx
}

func (h *house) do(ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		h.t.Fatal(err)
	}
}

func ask[T any](h *house, ctx context.Context, expression string) T {
	h.t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for a condition of a page, as long as a loaded machine may need.
func (h *house) until(ctx context.Context, what, expression string) {
	h.t.Helper()
	for end := time.After(4 * time.Minute); ; {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		if err == nil && ok {
			return
		}
		select {
		case <-end:
			said, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + ' ' + document.body.innerText`))
			h.t.Fatalf("%s: not seen (%v); the page says: %s", what, err, said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// show opens a piece on the page that reads, and gives the frame that draws it.
func (h *house) show(ctx context.Context, id string) context.Context {
	h.t.Helper()
	h.do(ctx, chromedp.Navigate(h.portal+"/plain"), chromedp.Navigate(h.portal+"/dossiers/"+dossier+"/lecture?purpose=INSTRUCTION#"+id))
	h.until(ctx, "piece "+id+" is shown or refused", `['shown', 'failed'].some(k => k in document.getElementById('lecture').dataset)`)
	return h.frame(ctx)
}

// frame is the viewer's, a target of its own since it is another site's; nil when the portal's page has taken it away.
func (h *house) frame(ctx context.Context) context.Context {
	h.t.Helper()
	if !ask[bool](h, ctx, `!!document.querySelector('#scene iframe')`) {
		return nil
	}
	for end := time.After(4 * time.Minute); ; {
		all, err := chromedp.Targets(ctx)
		if err != nil {
			h.t.Fatal(err)
		}
		for _, target := range all {
			if string(target.Type) == "iframe" && strings.HasPrefix(target.URL, h.viewer) {
				framed, leave := chromedp.NewContext(ctx, chromedp.WithTargetID(target.TargetID))
				h.whole.Cleanup(leave) // leaving closes the page around the frame
				return framed
			}
		}
		select {
		case <-end:
			h.t.Fatal("the viewer's frame is in no process of its own")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// ink is what a canvas holds.
type ink struct {
	Width, Height, Colours, Dark int
}

const lookAtInk = `(() => { const c = document.querySelector('#feuille'); if (c.hidden || !c.width) return '{}'
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, colours = new Set(); let dark = 0
  for (let i = 0; i < d.length; i += 4) { colours.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]); if (d[i] + d[i + 1] + d[i + 2] < 380) dark++ }
  return JSON.stringify({Width: c.width, Height: c.height, Colours: colours.size, Dark: dark}) })()`

func (h *house) ink(frame context.Context) (seen ink) {
	h.t.Helper()
	if err := json.Unmarshal([]byte(ask[string](h, frame, lookAtInk)), &seen); err != nil {
		h.t.Fatal(err)
	}
	return seen
}
