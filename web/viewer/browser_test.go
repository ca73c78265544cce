package viewer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const refused = "Cette pièce ne peut pas être affichée ici."

// TestPiecesShow: a PDF, a photograph, an image of several pages and a text, in a real browser: what is on the canvas is not blank.
func TestPiecesShow(t *testing.T) {
	h := open(t)
	h.pieces["pdf"] = piece{kind: "application/pdf", pages: [][]byte{sample(t, "documents/c14-dossier-60-pages*")}}
	h.pieces["large"] = piece{kind: "application/pdf", pages: h.pieces["pdf"].pages, alone: sample(t, "documents/c01-biologie*.pdf"), first: make(chan struct{})}
	h.pieces["jpeg"] = piece{kind: "image/jpeg", pages: [][]byte{sample(t, "documents/c22-certificat*.JPG")}}
	h.pieces["tiff"] = piece{kind: "image/png", pages: [][]byte{drawing(t, 1), drawing(t, 2), drawing(t, 3)}}
	h.pieces["text"] = piece{kind: "text/plain; charset=utf-8", pages: [][]byte{[]byte("Certificat <b>du</b> 3 mars\n")}}
	h.pieces["none"] = piece{kind: "image/png", fails: "Cette pièce ne peut pas être affichée ici. Téléchargez-la pour l’ouvrir sur votre poste."}
	browser := h.browser()

	t.Run("a PDF of 60 pages", func(t *testing.T) {
		h.t = t
		frame := h.show(browser, "pdf")
		first := h.ink(frame)
		if first.Dark < 500 || first.Colours < 10 || ask[string](h, frame, `document.getElementById('pages').textContent`) != "/ 60" {
			t.Errorf("%+v", first)
		}
		t.Logf("first page after %s ms", ask[string](h, browser, `document.getElementById('lecture').dataset.shown`))
		h.turnsAndZooms(t, frame, first)
	})
	t.Run("a large PDF, by its first page before the whole", func(t *testing.T) {
		h.t = t
		frame := h.show(browser, "large")
		if seen := h.ink(frame); seen.Dark < 500 {
			t.Errorf("%+v", seen)
		}
		h.press(frame, "#apres")
		h.until(frame, "page 2 is awaited", `document.getElementById('dit').textContent === 'Ouverture de la page 2…'`)
		h.press(frame, "#vignettes-b")
		close(h.pieces["large"].first)
		h.until(frame, "page 2", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 2 sur 60'`)
		h.until(frame, "thumbnails", `document.querySelectorAll('#vignettes canvas').length > 2`)
	})
	t.Run("a photograph", func(t *testing.T) {
		h.t = t
		if seen := h.ink(h.show(browser, "jpeg")); seen.Colours < 200 {
			t.Errorf("%+v", seen)
		}
	})
	t.Run("an image of several pages, each read when it is looked at", func(t *testing.T) {
		h.t = t
		h.note(func() { h.reads = nil })
		frame := h.show(browser, "tiff")
		one := h.ink(frame)
		h.press(frame, "#apres")
		h.until(frame, "page 2", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 2 sur 3'`)
		h.press(frame, "#avant")
		h.until(frame, "page 1 again", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 1 sur 3'`)
		h.press(frame, "#vignettes-b")
		h.until(frame, "the thumbnails of what was looked at", `document.querySelectorAll('#vignettes canvas').length === 2`)
		h.note(func() {
			if one.Colours < 200 || !slices.Equal(h.reads, []string{"tiff 1", "tiff 2"}) {
				t.Errorf("%+v, read: %v", one, h.reads)
			}
		})
	})
	t.Run("a text", func(t *testing.T) {
		h.t = t
		frame := h.show(browser, "text")
		if text := ask[string](h, frame, `document.querySelector('.mots').textContent`); text != "Certificat <b>du</b> 3 mars\n" {
			t.Errorf("%q", text)
		}
	})
	t.Run("a piece that cannot be shown", func(t *testing.T) {
		h.t = t
		if frame := h.show(browser, "none"); frame != nil {
			t.Error("a frame stays")
		}
		if said := ask[string](h, browser, `document.getElementById('dit').textContent`); !strings.HasPrefix(said, refused) {
			t.Errorf("%q", said)
		}
	})
}

// turnsAndZooms goes through the tools with the keyboard.
func (h *house) turnsAndZooms(t *testing.T, frame context.Context, first ink) {
	t.Helper()
	ask[bool](h, frame, `document.getElementById('vue').focus() ?? true`)
	key := func(k, what, expression string) {
		t.Helper()
		h.do(frame, chromedp.KeyEvent(k))
		h.until(frame, what, expression)
	}
	key(kb.PageDown, "page 2", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 2 sur 60'`)
	key(kb.End, "page 60", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 60 sur 60' && document.getElementById('apres').disabled`)
	key(kb.Home, "page 1", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 1 sur 60'`)
	key("r", "the page lies", `document.getElementById('feuille').width > document.getElementById('feuille').height`)
	key("R", "the page stands", fmt.Sprintf(`document.getElementById('feuille').height === %d`, first.Height))
	before := ask[string](h, frame, `document.getElementById('taille').textContent`)
	key("+", "larger", fmt.Sprintf(`document.getElementById('taille').textContent !== %q`, before))
	key("0", "as wide as the window", fmt.Sprintf(`document.getElementById('taille').textContent === %q`, before))
	ask[bool](h, frame, `(document.getElementById('page').value = '31', document.getElementById('page').dispatchEvent(new Event('change')))`)
	h.until(frame, "page 31", `document.getElementById('feuille').getAttribute('aria-label') === 'Page 31 sur 60'`)
	h.press(frame, "#vignettes-b")
	h.until(frame, "thumbnails", `document.querySelectorAll('#vignettes canvas').length > 2 && document.querySelectorAll('#vignettes button').length === 60`)
}

func (h *house) press(frame context.Context, selector string) {
	h.t.Helper()
	ask[bool](h, frame, fmt.Sprintf(`document.querySelector(%q).click() ?? true`, selector))
}

// A viewer waits for the first piece, out of sight and without asking for any; what draws the next piece is not there while one is open: they
// are of one origin, and a hostile piece could reach it.
func TestNoOtherViewerStandsBesideAnOpenPiece(t *testing.T) {
	h := open(t)
	h.pieces["one"] = piece{kind: "image/png", pages: [][]byte{drawing(t, 1)}}
	h.pieces["text"] = piece{kind: "text/plain; charset=utf-8", pages: [][]byte{[]byte("Certificat\n")}}
	browser := h.browser()
	h.do(browser, chromedp.Navigate(h.portal+"/dossiers/"+dossier+"/lecture?purpose=INSTRUCTION"))
	h.until(browser, "a viewer waits", `document.querySelectorAll('#scene iframe').length === 1`)
	if ask[bool](h, browser, `document.querySelector('#scene iframe').checkVisibility()`) {
		t.Error("an empty viewer is in sight")
	}
	h.note(func() {
		if len(h.reads) > 0 {
			t.Errorf("read before a choice: %v", h.reads)
		}
	})
	for i, piece := range []string{"one", "text", "one"} {
		ask[bool](h, browser, fmt.Sprintf(`(window.before = document.querySelector('#scene iframe'), document.querySelector('[data-piece=%q]').click(), true)`, piece))
		h.until(browser, piece+" is shown", `'shown' in document.getElementById('lecture').dataset`)
		if !ask[bool](h, browser, `document.querySelectorAll('iframe').length === 1 && document.querySelector('#scene iframe').checkVisibility()`) {
			t.Errorf("with %s open: another viewer stands there, or it is out of sight", piece)
		}
		if kept := ask[bool](h, browser, `document.querySelector('#scene iframe') === window.before`); kept != (i == 0) {
			t.Errorf("opening %d, in the viewer that stood there before: %v", i+1, kept)
		}
	}
}

// The reader's name, the hour and the reference of the entry stand in the pixels: the same page drawn for another reader differs.
func TestTheReaderIsWrittenAcrossThePage(t *testing.T) {
	h := open(t)
	white := drawing(t, 6)
	h.pieces["one"] = piece{kind: "image/png", pages: [][]byte{white}}
	browser := h.browser()
	pixels := `(() => { const c = document.querySelector('#feuille'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data
  let sum = 0; for (let i = 0; i < d.length; i++) sum = (sum * 31 + d[i]) % 2147483647; return sum })()`
	first := ask[int](h, h.show(browser, "one"), pixels)
	second := ask[int](h, h.show(browser, "one"), pixels)
	if first == second { // the reference of the entry differs
		t.Error("two readings look the same")
	}
}

// hostile are contents that act where they can, under every type that a confused portal might give them.
func hostile(t *testing.T) map[string]piece {
	const act = `fetch('http://reached.invalid/x'); alert(1); window.reached = true; top.reached = true`
	html := []byte(`<!doctype html><html><body onload="` + act + `"><script>` + act + `</script><img src="http://reached.invalid/i"><h1>Certificat</h1></body></html>`)
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80" onload="` + act + `"><script>` + act + `</script><image href="http://reached.invalid/s"/></svg>`)
	all := map[string]piece{
		"html-pdf": {kind: "application/pdf", pages: [][]byte{html}}, "html": {kind: "text/html", pages: [][]byte{html}},
		"html-png": {kind: "image/png", pages: [][]byte{html}}, "html-text": {kind: "text/plain", pages: [][]byte{html}},
		"svg": {kind: "image/svg+xml", pages: [][]byte{svg}}, "svg-png": {kind: "image/png", pages: [][]byte{svg}}, "svg-pdf": {kind: "application/pdf", pages: [][]byte{svg}},
	}
	for _, file := range []string{"001", "003", "007", "008", "024", "090", "091", "092"} {
		all["pdf-"+file] = piece{kind: "application/pdf", pages: [][]byte{sample(t, "hostile/"+file+"-*")}}
	}
	script := `%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(` + strings.NewReplacer("(", `\(`, ")", `\)`).Replace(act) + `)>>>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 200 200]/A<</S/URI/URI(http://reached.invalid/l)>>>>]>> endobj
4 0 obj <</Length 24>> stream
10 10 100 100 re f 0 0 m
endstream endobj
trailer <</Root 1 0 R>>`
	all["pdf-script"] = piece{kind: "application/pdf", pages: [][]byte{[]byte(script)}}
	return all
}

// TestNothingHostileActs gives the viewer what an inspection would never let through: it draws it or says a plain sentence, and nothing runs,
// leaves or is asked of anybody.
func TestNothingHostileActs(t *testing.T) {
	h := open(t)
	h.pieces = hostile(t)
	browser := h.browser()
	shown := 0
	for id := range h.pieces {
		frame := h.show(browser, id)
		if frame == nil {
			t.Errorf("%s: the portal took the frame away", id)
			continue
		}
		if ask[bool](h, frame, `'reached' in window || !!document.querySelector('#vue a, #vue img, #vue svg, #vue script, #vue input, #vue iframe, #vue object')`) ||
			ask[bool](h, browser, `'reached' in window`) {
			t.Errorf("%s: it acts", id)
		}
		if id == "html-text" {
			continue
		}
		if h.ink(frame).Width > 0 {
			shown++
		} else if said := ask[string](h, frame, `document.getElementById('dit').textContent`); !strings.HasPrefix(said, refused) {
			t.Errorf("%s: it says %q", id, said)
		}
		if strings.Contains(id, "html") || strings.Contains(id, "svg") {
			if h.ink(frame).Width > 0 {
				t.Errorf("%s is drawn", id)
			}
		}
	}
	h.note(func() {
		if len(h.trapped) > 0 || h.dialogs > 0 {
			t.Errorf("%d dialogs; requests elsewhere: %v", h.dialogs, h.trapped)
		}
	})
	if shown < 5 {
		t.Errorf("%d of the PDF are drawn: the others hide what would act", shown)
	}
}

// TestWhatActsIsSeen opens a page that does what the hostile ones would: the eyes of the test above are open.
func TestWhatActsIsSeen(t *testing.T) {
	h := open(t)
	browser := h.browser()
	h.do(browser, chromedp.Navigate("http://other.invalid/page"))
	h.note(func() { h.trapped = nil })
	ask[bool](h, browser, `(fetch('http://reached.invalid/x').catch(() => 0), setTimeout(() => alert(1)), true)`)
	for seen := false; !seen; {
		h.note(func() { seen = h.dialogs == 1 && slices.Contains(h.trapped, "reached.invalid/x") })
		if browser.Err() != nil {
			t.Fatalf("%d dialogs, %v", h.dialogs, h.trapped)
		}
	}
}

// TestTheTwoOriginsAreApart: each sees nothing of the other, and the session's cookie is never sent to the viewer.
func TestTheTwoOriginsAreApart(t *testing.T) {
	h := open(t)
	h.pieces["one"] = piece{kind: "image/png", pages: [][]byte{drawing(t, 1), drawing(t, 2)}}
	browser := h.browser()
	frame := h.show(browser, "one")
	for where, asked := range map[string]struct {
		ctx        context.Context
		expression string
	}{
		"the portal reads the viewer":            {browser, `(() => { try { return document.querySelector('#scene iframe').contentDocument !== null } catch { return false } })()`},
		"the viewer reads the portal":            {frame, `(() => { try { return !!parent.document } catch { return false } })()`},
		"the viewer has a cookie":                {frame, `document.cookie !== ''`},
		"the viewer asks the portal":             {frame, `fetch('` + h.portal + `/api/v1/plain', {credentials: 'include'}).then(() => true, () => false)`},
		"the viewer sends to the portal, unread": {frame, `fetch('` + h.portal + `/api/v1/dossiers/` + dossier + `/documents/sent/rendition?page=1', {mode: 'no-cors', credentials: 'include'}).then(() => true, () => false)`},
		"the viewer leads the portal elsewhere":  {frame, `(() => { try { top.location = 'http://reached.invalid/'; return true } catch { return false } })()`},
		"the viewer opens a window":              {frame, `!!window.open('http://reached.invalid/')`},
		"the portal runs a script of a page":     {browser, `(() => { try { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s) } catch {} return 'ran' in window })()`},
	} {
		if ask[bool](h, asked.ctx, asked.expression) {
			t.Errorf("%s", where)
		}
	}
	// Another origin's word is not taken: the viewer shows nothing that the portal has not given, the portal asks nothing that its own frame has not asked.
	ask[bool](h, browser, `(window.postMessage({kind: 'page', page: 2}, '*'), true)`)
	ask[bool](h, frame, `(parent.postMessage({kind: 'page', page: 7}, '`+h.portal+`'), parent.postMessage({kind: 'page', page: '../../x'}, '`+h.portal+`'), true)`)
	ask[bool](h, frame, `new Promise(done => setTimeout(() => done(true), 300))`)
	h.note(func() {
		if !slices.Equal(h.reads, []string{"one 1"}) {
			t.Errorf("the portal was asked for %v", h.reads)
		}
		if len(h.asked) < 3 {
			t.Errorf("the viewer was asked %d times", len(h.asked))
		}
		for _, header := range h.asked {
			if header.Get("Cookie") != "" || header.Get("Referer") != "" {
				t.Errorf("the viewer was told %v", header)
			}
		}
		if len(h.trapped) > 0 {
			t.Errorf("requests elsewhere: %v", h.trapped)
		}
	})
	framed := ask[bool](h, browser, `new Promise(done => { const f = document.createElement('iframe'); f.src = '/plain'; f.onload = () => { try { done(!!f.contentDocument.querySelector('h1')) } catch { done(false) } }; document.getElementById('scene').append(f) })`)
	if framed {
		t.Error("a page that is not for a frame shows in one")
	}
	h.do(browser, chromedp.Navigate(h.viewer+"/"))
	ask[bool](h, browser, `(window.postMessage({kind: 'show', type: 'text/plain', bytes: new ArrayBuffer(1), text: ''}, '*'), true)`)
	if ask[bool](h, browser, `new Promise(done => setTimeout(() => done(!!document.querySelector('.mots')), 300))`) {
		t.Error("the viewer shows what another origin gives")
	}
}

// TestNoTextBecomesAScript: on the viewer's page, while it draws a PDF, no text becomes markup, code or the name of a script, by any script of its
// own origin; the one policy names one file; and the worker, where the bytes of strangers are read, is under the same rule.
func TestNoTextBecomesAScript(t *testing.T) {
	h := open(t)
	h.pieces["one"] = piece{kind: "application/pdf", pages: [][]byte{sample(t, "hostile/001-*")}}
	frame := h.show(h.browser(), "one")
	if h.ink(frame).Width == 0 {
		t.Fatal("the PDF is not drawn")
	}
	for what, expression := range map[string]string{
		"markup from a text":            `document.createElement('div').innerHTML = '<b>x</b>'`,
		"a frame from a text":           `document.createElement('iframe').srcdoc = '<b>x</b>'`,
		"a script from a text":          `document.createElement('script').textContent = 'x'`,
		"a script named by a text":      `document.createElement('script').src = '` + h.viewer + `/x.js'`,
		"a worker named by a text":      `new Worker('` + h.viewer + `/x.js')`,
		"a policy of its own":           `trustedTypes.createPolicy('mine', {createHTML: s => s})`,
		"the page's policy once more":   `trustedTypes.createPolicy('pdfjs-worker', {createScriptURL: s => s})`,
		"a policy for all that is text": `trustedTypes.createPolicy('default', {createHTML: s => s})`,
	} {
		if ask[bool](h, frame, `(() => { try { `+expression+`; return true } catch (e) { return e.name !== 'TypeError' } })()`) {
			t.Errorf("%s is taken", what)
		}
	}
	if !ask[bool](h, frame, `(() => { try { document.createElement('div').textContent = 'x'; return true } catch { return false } })()`) {
		t.Error("the test refuses everything")
	}
	// A worker's rule is that of the answer that brought its script.
	worker := ask[string](h, frame, `fetch(new URL('pdf.worker.min.mjs', document.querySelector('script[src$="viewer.mjs"]').src)).then(a => a.headers.get('Content-Security-Policy'))`)
	if !strings.Contains(worker, "require-trusted-types-for 'script'; trusted-types pdfjs-worker;") {
		t.Errorf("the worker's policy of content: %s", worker)
	}
}

// Without script the page has no frame, and each piece is a link to its copy.
func TestWithoutScriptThePiecesAreLinks(t *testing.T) {
	h := open(t)
	h.pieces["one"] = piece{kind: "image/png", pages: [][]byte{drawing(t, 1)}}
	browser := h.browser()
	h.do(browser, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}), chromedp.Navigate(h.portal+"/dossiers/"+dossier+"/lecture?purpose=INSTRUCTION#one"))
	said := ask[string](h, browser, `document.body.innerText`)
	if !strings.Contains(said, "chaque pièce se télécharge en copie sans contenu actif") || ask[bool](h, browser, `!!document.querySelector('iframe')`) {
		t.Errorf("the page says %s", said)
	}
	if link := ask[string](h, browser, `document.querySelector('[data-piece]').getAttribute('href')`); !strings.HasSuffix(link, "/documents/one/rendition?purpose=INSTRUCTION") {
		t.Errorf("the link is %q", link)
	}
}

const axeRun = `(async () => { const r = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], iframes: false})
  return JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)).join(' | '))) })()`

// TestViewerIsAccessible holds the page and the frame to axe, wide and narrow, light and dark. CLOISON_STORYBOOK names a folder for pictures.
func TestViewerIsAccessible(t *testing.T) {
	axe, err := os.ReadFile("../assets/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (npm ci in web/assets): %v", err)
	}
	h := open(t)
	h.pieces["a"] = piece{kind: "application/pdf", pages: [][]byte{sample(t, "documents/c14-certificat-scan*")}}
	h.pieces["b"] = piece{kind: "image/png", pages: [][]byte{drawing(t, 1), drawing(t, 2)}}
	h.pieces["refused"] = piece{kind: "application/pdf", pages: [][]byte{[]byte("x")}}
	browser := h.browser()
	for _, id := range []string{"a", "b", "refused"} {
		frame := h.show(browser, id)
		if id == "b" {
			h.press(frame, "#vignettes-b")
		}
		for _, ctx := range []context.Context{browser, frame} {
			ask[bool](h, ctx, string(axe)+`;true`)
		}
		for _, width := range []int64{1280, 360} {
			for _, scheme := range []string{"light", "dark"} {
				prefer := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
					_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
					return err
				})
				h.do(browser, chromedp.EmulateViewport(width, 900), prefer)
				h.do(frame, prefer)
				h.until(frame, "the frame takes its width", `innerWidth > 0 && matchMedia('(prefers-color-scheme: `+scheme+`)').matches`)
				for name, ctx := range map[string]context.Context{"page": browser, "frame": frame} {
					if found := ask[string](h, ctx, axeRun); found != "[]" {
						t.Errorf("%s, %s, %d px, %s: axe: %s", id, name, width, scheme, found)
					}
					if wide := ask[int](h, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
						t.Errorf("%s, %s, %d px: %d px too wide", id, name, width, wide)
					}
				}
				h.picture(browser, fmt.Sprintf("lecture-%s-%d-%s.png", id, width, scheme))
			}
		}
	}
}

func (h *house) picture(ctx context.Context, name string) {
	dir := os.Getenv("CLOISON_STORYBOOK")
	if dir == "" {
		return
	}
	image, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), image, 0o644)
	}
	if err != nil {
		h.t.Error(err)
	}
}
