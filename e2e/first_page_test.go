package e2e_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var firstPage = flag.Int("openings", 0, "measure the first page of a scan so many times")

// The first page of a scan of sixty pages, from the click to its first drawing: opened, inspected, copied without what acts and drawn on another
// origin; beside it, the same file in clear from a plain handler, drawn by the same pdf.js in a frame of its own. Figures, never a verdict.
func TestTheFirstPageOfAScan(t *testing.T) {
	if *firstPage == 0 {
		t.Skip("make bench gives the number of openings: it gives figures only")
	}
	scan := scanned(60)
	e := start(t, options{clock: sharedClock})
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	piece := l.sendsContent(t, scan, "application/pdf")
	here := e.browse(t, medicalZone, l.who("saveReport"))
	here.scripts(true)
	plain := e.browse(t, medicalZone, l.who("saveReport"))
	plain.scripts(true)
	plain.do(chromedp.Navigate(inClear(t, scan)))

	click := fmt.Sprintf(`(document.querySelector('[data-piece=%q]').click(), true)`, piece)
	took := map[string][]time.Duration{}
	measure := func(name string, r *reader, click, shown string) {
		ask[bool](r, click)
		r.until(shown+` !== ''`, patience)
		ms, err := strconv.Atoi(ask[string](r, shown))
		if err != nil {
			t.Fatal(err)
		}
		took[name] = append(took[name], time.Duration(ms)*time.Millisecond)
	}
	for range *firstPage {
		here.open("/dossiers/" + l.dossier + "/lecture?purpose=INSTRUCTION")
		time.Sleep(3 * time.Second) // a reader looks at the list
		measure("in the viewer, the first piece of a page", here, click, shownInViewer)
		measure("in the viewer, a further one", here, click, shownInViewer)
		measure("in clear", plain, `(show(), true)`, `(document.body.dataset.shown ?? '')`)
	}
	for name, all := range took {
		first, all := all[0], slices.Sorted(slices.Values(all))
		t.Logf("first page of 60 %s, %d bytes: the first opening %v; of %d: median %v, longest %v", name, len(scan), first, len(all), all[len(all)/2], all[len(all)-1])
	}
}

const shownInViewer = `(document.getElementById('lecture').dataset.shown ?? '')`

// inClear serves a file to pdf.js and nothing between.
func inClear(t *testing.T, scan []byte) string {
	t.Helper()
	pages := map[string]string{
		"/": `<!doctype html><body><script>function show() { delete document.body.dataset.shown; document.querySelector('iframe')?.remove(); const began = performance.now(), f = document.createElement('iframe')
window.onmessage = () => document.body.dataset.shown = String(Math.round(performance.now() - began)); f.width = 900; f.height = 900; f.src = '/frame'; document.body.append(f) }</script></body>`,
		"/frame": `<!doctype html><body><canvas></canvas><script type="module">const pdfjs = await import('/pdf.min.mjs')
pdfjs.GlobalWorkerOptions.workerSrc = '/pdf.worker.min.mjs'
const data = new Uint8Array(await (await fetch('/scan.pdf', {cache: 'no-store'})).arrayBuffer())
const page = await (await pdfjs.getDocument({data, isEvalSupported: false, useWasm: false, isImageDecoderSupported: false}).promise).getPage(1)
const canvas = document.querySelector('canvas'), viewport = page.getViewport({scale: 900 / page.getViewport({scale: 1}).width})
Object.assign(canvas, {width: viewport.width, height: viewport.height})
await page.render({canvas, viewport}).promise
parent.postMessage('shown')</script></body>`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch page, ok := pages[r.URL.Path]; {
		case ok:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte(page))
		case r.URL.Path == "/favicon.ico":
			http.NotFound(w, r)
		case r.URL.Path == "/scan.pdf":
			_, _ = w.Write(scan)
		default:
			w.Header().Set("Content-Type", "text/javascript")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Cache-Control", "max-age=3600")
			script, err := os.ReadFile(filepath.Join(theWorld.root, "web/viewer/dist", filepath.Base(r.URL.Path)+".gz"))
			if err != nil {
				t.Errorf("pdf.js is not packed (make setup): %v", err)
			}
			_, _ = w.Write(script)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// scanned is a PDF of pages as a scanner makes them: one photograph each, A4 at 150 dots an inch.
func scanned(pages int) []byte {
	var out bytes.Buffer
	var at []int
	object := func(text string, stream []byte) {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s", len(at), text)
		if stream != nil {
			fmt.Fprintf(&out, "\nstream\n%s\nendstream", stream)
		}
		out.WriteString("\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n")
	object("<< /Type /Catalog /Pages 2 0 R >>", nil)
	kids := ""
	for n := range pages {
		kids += fmt.Sprintf("%d 0 R ", 3+3*n)
	}
	object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", pages, kids), nil)
	const draws = "q 595 0 0 842 0 0 cm /I Do Q"
	for n := range pages {
		first, photograph := 3+3*n, photographed(uint64(n))
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /XObject << /I %d 0 R >> >> >>", first+1, first+2), nil)
		object(fmt.Sprintf("<< /Length %d >>", len(draws)), []byte(draws))
		object(fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>",
			scanWidth, scanHeight, len(photograph)), photograph)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return out.Bytes()
}

const scanWidth, scanHeight = 1240, 1754

// photographed is a page of strokes on grained paper.
func photographed(seed uint64) []byte {
	draw := rand.New(rand.NewPCG(seed, 1))
	page := image.NewGray(image.Rect(0, 0, scanWidth, scanHeight))
	for i := range page.Pix {
		page.Pix[i] = uint8(240 + draw.IntN(8))
	}
	for y := 120; y < scanHeight-120; y += 34 {
		for x := 110; x < scanWidth-110; x += 3 + draw.IntN(9) {
			for dy := range 4 + draw.IntN(14) {
				page.SetGray(x, y+dy, color.Gray{Y: uint8(20 + draw.IntN(60))})
			}
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, page, &jpeg.Options{Quality: 70}); err != nil {
		panic(err) // not reached: the image is whole
	}
	return out.Bytes()
}
