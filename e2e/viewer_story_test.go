package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// The rapporteur reads what the secretariat received, in the viewer, beside the report: a scan of 60 pages, a photograph, a fax, and a PDF that
// carried a script. What the secretariat may not send is refused in a plain sentence. Each opening is one entry; of a large PDF its first page is another.
func TestTheRapporteurReadsPiecesInTheViewer(t *testing.T) {
	if !*everyPage {
		t.Skip("make pages runs it: a browser that draws needs the machine for itself (web/viewer holds the viewer alone in make test)")
	}
	t.Parallel()
	e := shared(t)
	l := e.line(t, "case-01", false).to(t, "assignRapporteur")
	rapporteur := l.who("saveReport")
	sent := map[string]string{
		"scan":   l.sends(t, "documents/c14-dossier-60-pages*", "application/pdf"),
		"photo":  l.sends(t, "documents/c22-certificat*.JPG", "image/jpeg"),
		"fax":    l.sends(t, "documents/c05-certificat-fax*", "image/tiff"),
		"script": l.sends(t, "hostile/001-*", "application/pdf"),
	}
	r := e.browse(t, medicalZone, rapporteur)
	r.scripts(true)
	for _, name := range []string{"scan", "photo", "fax", "script", "scan"} {
		before := e.readings(t, l)
		r.do(chromedp.Navigate("about:blank"))
		r.open("/dossiers/" + l.dossier + "/lecture?purpose=INSTRUCTION#" + sent[name])
		viewer := r.viewer()
		if n := colours(t, viewer); n < 3 {
			t.Errorf("%s: %d colours on the canvas", name, n)
		}
		want := 1
		if name == "scan" {
			want = 2
		}
		eventually(t, "the readings have ended", func() bool { return e.readings(t, l) >= before+want })
		if after := e.readings(t, l); after != before+want {
			t.Errorf("%s: opening it left %d readings", name, after-before)
		}
		t.Logf("%s: first page after %s ms", name, ask[string](r, `document.getElementById('lecture').dataset.shown`))
		if name == "script" && !strings.Contains(r.text(), "La copie est sans ce que le contrôle a trouvé dans le fichier") {
			t.Errorf("nothing is said of what was found:\n%s", r.text())
		}
	}
	r.inspect("medical-reading")
	r.scripts(true)
	l.readsBeside(t, r, sent["photo"])
	l.hostileIsRefusedInWords(t)
	l.env.viewerIsApart(t)
}

// sends has the secretariat add a sample piece.
func (l *line) sends(t *testing.T, pattern, kind string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(theWorld.sample(), pattern))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v %v", pattern, found, err)
	}
	content, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return l.sendsContent(t, content, kind)
}

// sendsContent has the secretariat add a piece.
func (l *line) sendsContent(t *testing.T, content []byte, kind string) string {
	t.Helper()
	body := with(with(with(l.given.Documents[0].Body(), "declared_name", "piece"), "media_type", kind), "size", len(content))
	delete(body, "sha256")
	delete(body, "pages")
	secretary := l.env.as(t, l.secretary)
	id, _ := secretary.do(t, l.call("createDocument", body)).object(t)["id"].(string)
	secretary.do(t, call{op: "uploadDocument", path: map[string]string{"dossier": l.dossier, "document": id}, raw: content,
		query: url.Values{"offset": {"0"}, "complete": {"true"}}})
	return id
}

// readings is how many readings of pieces of the dossier have ended well.
func (e *environment) readings(t *testing.T, l *line) int {
	t.Helper()
	return e.count(t, medicalZone, "SELECT count(*) FROM audit.entries WHERE action = 'document.read' AND outcome = 'SERVED' AND object = $1", l.dossier)
}

// viewer waits until a piece is shown, wherever the page that reads stands, and gives the frame that draws it, which is of another site.
func (r *reader) viewer() context.Context {
	r.t.Helper()
	r.t.Cleanup(func() {
		if r.t.Failed() {
			r.t.Logf("the page says: %s", r.text())
		}
	})
	eventually(r.t, "a piece is shown", func() bool {
		ok, err := chromedp.Run(r.page, chromedp.Evaluate[bool](`[document, ...Array.from(document.querySelectorAll('iframe'), f => f.contentDocument ?? document)]
  .some(d => 'shown' in (d.getElementById('lecture')?.dataset ?? {}))`))
		return err == nil && ok
	})
	var frame context.Context
	eventually(r.t, "the viewer's frame is found", func() bool {
		all, err := chromedp.Targets(r.page)
		if err != nil {
			return false
		}
		for _, target := range all {
			if string(target.Type) == "iframe" && strings.HasPrefix(target.URL, r.env.viewerURL()) {
				framed, leave := chromedp.NewContext(r.page, chromedp.WithTargetID(target.TargetID))
				r.t.Cleanup(leave)
				frame = framed
				return true
			}
		}
		return false
	})
	return frame
}

func (e *environment) viewerURL() string { return "http://localhost:" + strconv.Itoa(e.port+5) }

func colours(t *testing.T, frame context.Context) int {
	t.Helper()
	n, err := chromedp.Run(frame, chromedp.Evaluate[int](`(() => { const c = document.getElementById('feuille'), seen = new Set()
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data
  for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2])
  return seen.size })()`))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// readsBeside: the report keeps what is being typed while a piece is read beside it, and its own page runs no script.
func (l *line) readsBeside(t *testing.T, r *reader, piece string) {
	t.Helper()
	r.open("/dossiers/" + l.dossier + "/rapport")
	ask[bool](r, `(document.querySelector('[name=disease_history]').value = 'Ce que j’écris', true)`)
	ask[bool](r, `(document.querySelector('a[target=lecture]').click(), true)`)
	inside := `document.querySelector('iframe[name=lecture]').contentDocument`
	eventually(t, "the pieces are listed beside", func() bool {
		ok, err := chromedp.Run(r.page, chromedp.Evaluate[bool](fmt.Sprintf(`!!%s?.querySelector('[data-piece=%q]') && %s.readyState === 'complete'`, inside, piece, inside)))
		return err == nil && ok
	})
	if ask[bool](r, fmt.Sprintf(`!!%s.querySelector('header, footer')`, inside)) {
		t.Error("the page beside the form has a header of its own")
	}
	ask[bool](r, fmt.Sprintf(`(%s.querySelector('[data-piece=%q]').click(), true)`, inside, piece))
	if n := colours(t, r.viewer()); n < 100 {
		t.Errorf("%d colours beside the form", n)
	}
	if typed := ask[string](r, `document.querySelector('[name=disease_history]').value`); typed != "Ce que j’écris" {
		t.Errorf("what was typed has become %q", typed)
	}
	sides := `(() => { const [f, p] = ['.cl-form', '.cl-beside'].map(s => document.querySelector(s).getBoundingClientRect()); return p.left >= f.right ? 'beside' : p.top >= f.bottom ? 'below' : 'over' })()`
	for width, want := range map[int64]string{1280: "beside", 360: "below"} {
		r.do(chromedp.EmulateViewport(width, 900))
		if got := ask[string](r, sides); got != want {
			t.Errorf("at %d px the pieces are %s the form, want %s", width, got, want)
		}
	}
	if ran := ask[bool](r, `(() => { try { const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s) } catch {} return 'ran' in window })()`); ran {
		t.Error("the form's page runs a script")
	}
	r.inspect("medical-report-beside")
}

// hostileIsRefusedInWords: a drawing that acts, and a page that calls itself a PDF, by the secretariat's own form.
func (l *line) hostileIsRefusedInWords(t *testing.T) {
	t.Helper()
	r := l.env.browse(t, medicalZone, l.secretary)
	for _, pattern := range []string{"hostile/028-*", "hostile/030-*"} {
		found, err := filepath.Glob(filepath.Join(theWorld.sample(), pattern))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v %v", pattern, found, err)
		}
		r.open("/dossiers/" + l.dossier + "/pieces")
		r.fill(map[string]string{"kind": "CERTIFICAT", "label": "Certificat", "_file": found[0]})
		r.enter()
		if text := r.text(); !strings.Contains(text, "rien de ce que vous avez saisi n’est perdu") || !strings.Contains(text, "Règle TYPE_") {
			t.Errorf("%s: the page says\n%s", pattern, text)
		}
	}
}

// viewerIsApart: the viewer answers its own name alone, and no session opens anything there.
func (e *environment) viewerIsApart(t *testing.T) {
	t.Helper()
	for address, want := range map[string]int{
		e.viewerURL() + "/": http.StatusOK, e.viewerURL() + "/dossiers": http.StatusNotFound,
		fmt.Sprintf("http://127.0.0.1:%d/", e.port+5): http.StatusMisdirectedRequest,
	} {
		resp, err := http.Get(address) //nolint:noctx // of this test's own environment
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %v", address, resp.StatusCode, resp.Header)
		}
		if want == http.StatusOK && !strings.Contains(resp.Header.Get("Content-Security-Policy"), "frame-ancestors "+e.zones[medicalZone].base+";") {
			t.Errorf("%s: %v", address, resp.Header)
		}
	}
}
