// Package viewer serves the page that draws a piece: on an origin of its own, because what it draws comes from strangers.
//
// It trusts nobody and knows nothing. It has no route that answers anything but its own fixed files, reads no cookie, sets none, and holds no
// session, key or piece: the portal's page fetches the harmless copy with its reader's session and hands the bytes over inside the browser
// (postMessage), so that nothing of a dossier ever stands in an address here (docs/decisions/0023). What a hostile file could take over is
// therefore a page that holds that file alone: it reads neither the portal's cookie nor its pages (TestTheTwoOriginsAreApart), and its policy
// of content lets nothing run or leave (TestNothingHostileActs).
package viewer

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

//go:embed page
var own embed.FS

// built is what web/assets/pdfjs.mjs packed of pdf.js; empty where npm never ran: PDF are then downloaded.
//
//go:embed all:dist
var built embed.FS

// Options of a viewer. Both are origins, as browsers write them.
type Options struct {
	URL    string // its own
	Portal string // the only one that may frame it and speak to it
}

type viewer struct {
	host, portal string
	secure       bool
	base         string // where this build's files stand: their digest is their folder
	files        map[string]file
	page         []byte
}

type file struct {
	kind string
	body []byte
	gzip bool // body is compressed
}

// New builds the viewer's application.
func New(o Options) (*fiber.App, error) {
	v, err := load(o)
	if err != nil {
		return nil, fmt.Errorf("building the viewer: %w", err)
	}
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true, Immutable: true, CaseSensitive: true, StrictRouting: true, GETOnly: true, BodyLimit: 1,
		ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 75 * time.Second,
		ErrorHandler: v.refuse,
	})
	app.Use(v.frame)
	app.Get("/", v.show)
	app.Get(v.base+"+", v.give)
	app.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
	return app, nil
}

func load(o Options) (*viewer, error) {
	at, err := url.Parse(o.URL)
	if err != nil || at.Host == "" {
		return nil, errors.New("its address is not one")
	}
	portal, err := url.Parse(o.Portal)
	if err != nil || portal.Host == "" {
		return nil, errors.New("the portal's address is not one")
	}
	if strings.EqualFold(at.Hostname(), portal.Hostname()) {
		return nil, errors.New("it has the portal's host: a cookie knows no port, so the session would be sent here")
	}
	v := &viewer{host: at.Host, portal: portal.Scheme + "://" + portal.Host, secure: at.Scheme == "https", files: map[string]file{}}
	for _, folder := range []fs.FS{sub(own, "page"), sub(built, "dist")} {
		if err := v.add(folder); err != nil {
			return nil, err
		}
	}
	v.base = "/" + v.digest() + "/"
	return v, v.render()
}

func sub(from embed.FS, name string) fs.FS {
	folder, err := fs.Sub(from, name)
	if err != nil {
		panic(err) // not reached: the name is a constant
	}
	return folder
}

var kinds = map[string]string{
	".mjs": "text/javascript; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".bcmap": "application/octet-stream", ".pfb": "application/octet-stream", ".ttf": "font/ttf",
}

// add takes the files whose kind is known: the page is a template, and licences are not served.
func (v *viewer) add(folder fs.FS) error {
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		served, packed := strings.CutSuffix(name, ".gz")
		kind, known := kinds[path.Ext(served)]
		if !known {
			return nil
		}
		body, err := fs.ReadFile(folder, name)
		v.files[served] = file{kind: kind, body: body, gzip: packed}
		return err
	})
}

func (v *viewer) digest() string {
	var names []string
	for name := range v.files {
		names = append(names, name)
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		one := sha256.Sum256(v.files[name].body)
		fmt.Fprintf(sum, "%s %x\n", name, one)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func (v *viewer) render() error {
	page, err := template.ParseFS(own, "page/viewer.html")
	if err != nil {
		return fmt.Errorf("reading the page: %w", err)
	}
	var whole bytes.Buffer
	err = page.Execute(&whole, struct{ Portal, Base string }{v.portal, v.base})
	v.page = whole.Bytes()
	return err
}

// policyOfContent: scripts and style of this origin, and nothing else; no connection but to this origin's own fixed files; only the portal
// frames it. No script writes markup or code from text, pdf.js and its worker included; the one policy of Trusted Types names that worker's file, whatever it is
// asked (TestNoTextBecomesAScript). The sandbox holds even where the page is opened by itself: no window, no form, no download, no way out of the frame. It keeps
// its origin, or its worker could not start.
func (v *viewer) policyOfContent() string {
	return "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; " +
		"frame-ancestors " + v.portal + "; require-trusted-types-for 'script'; trusted-types pdfjs-worker; sandbox allow-scripts allow-same-origin"
}

// headers are those of every answer; an answer that carries a file, or the page, loosens what it must. The portals' own (web.SetHeaders) forbid every
// frame, and this page is one.
func (v *viewer) headers(c *fiber.Ctx) {
	c.Set("Content-Security-Policy", v.policyOfContent())
	c.Set("X-Content-Type-Options", "nosniff")
	c.Set("Referrer-Policy", "no-referrer")
	c.Set("Cache-Control", "no-store")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Embedder-Policy", "require-corp")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-read=(), clipboard-write=(), display-capture=(), browsing-topics=()")
	c.Set("X-Robots-Tag", "noindex, nofollow")
	if v.secure {
		c.Set("Strict-Transport-Security", "max-age=63072000")
	}
}

// frame answers nothing to who asks by another name: behind the portal's host the session's cookie would come along.
func (v *viewer) frame(c *fiber.Ctx) error {
	v.headers(c)
	if !strings.EqualFold(string(c.Context().Host()), v.host) {
		return fiber.ErrMisdirectedRequest
	}
	return c.Next()
}

// show gives the page, the same for everybody; the portal's page may embed it although it is of another origin.
func (v *viewer) show(c *fiber.Ctx) error {
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return c.Send(v.page)
}

func (v *viewer) give(c *fiber.Ctx) error {
	f, ok := v.files[c.Params("+")]
	if !ok {
		return fiber.ErrNotFound
	}
	body := f.body
	if f.gzip {
		c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if strings.Contains(c.Get(fiber.HeaderAcceptEncoding), "gzip") {
			c.Set(fiber.HeaderContentEncoding, "gzip")
		} else {
			var err error
			if body, err = unpacked(body); err != nil {
				return err
			}
		}
	}
	c.Set(fiber.HeaderContentType, f.kind)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	return c.Send(body)
}

func unpacked(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("unpacking a file of the viewer: %w", err)
	}
	return io.ReadAll(r)
}

// refuse says no more than the status. A request that fasthttp could not read, or that is no GET, never reached frame.
func (v *viewer) refuse(c *fiber.Ctx, err error) error {
	status := fiber.StatusInternalServerError
	var known *fiber.Error
	if errors.As(err, &known) {
		status = known.Code
	}
	v.headers(c)
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.Status(status).SendString("Rien n’est servi à cette adresse.\n")
}
