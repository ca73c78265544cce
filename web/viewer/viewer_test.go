package viewer

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"cloison/internal/dev/rawhttp"
)

const (
	address = "https://pieces.example"
	portal  = "https://medical.example"
)

func made(t *testing.T) (*fiber.App, *viewer) {
	t.Helper()
	app, err := New(Options{URL: address, Portal: portal})
	if err != nil {
		t.Fatal(err)
	}
	v, err := load(Options{URL: address, Portal: portal})
	if err != nil {
		t.Fatal(err)
	}
	return app, v
}

func request(method, address string) *http.Request {
	host, path, _ := strings.Cut(strings.TrimPrefix(address, "https://"), "/")
	r := httptest.NewRequest(method, "/"+path, nil)
	r.Host = host
	return r
}

func asked(t *testing.T, app *fiber.App, request *http.Request) (*http.Response, string) {
	t.Helper()
	answer, err := app.Test(request, -1)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// TestTheViewerServesItsFilesAndNothingElse: fixed files under a name that is their digest, the page, no cookie; every answer has the policy.
func TestTheViewerServesItsFilesAndNothingElse(t *testing.T) {
	t.Parallel()
	app, v := made(t)
	for what, try := range map[string]struct {
		method, address string
		status          int
		cache           string
	}{
		"the page":              {"GET", address + "/", 200, "no-store"},
		"the script":            {"GET", address + v.base + "viewer.mjs", 200, "immutable"},
		"the style":             {"GET", address + v.base + "viewer.css", 200, "immutable"},
		"the page as a file":    {"GET", address + v.base + "viewer.html", 404, "no-store"},
		"a file by plain name":  {"GET", address + "/viewer.mjs", 404, "no-store"},
		"upwards":               {"GET", address + v.base + "..%2fviewer.go", 404, "no-store"},
		"a document":            {"GET", address + "/api/v1/dossiers/1/documents/1/content", 404, "no-store"},
		"a write":               {"POST", address + "/", 405, "no-store"},
		"by the portal's host":  {"GET", portal + "/", 421, "no-store"},
		"a file by that host":   {"GET", portal + v.base + "viewer.mjs", 421, "no-store"},
		"by the host of nobody": {"GET", "https://127.0.0.1/", 421, "no-store"},
	} {
		answer, body := asked(t, app, request(try.method, try.address))
		header := answer.Header
		if answer.StatusCode != try.status || !strings.Contains(header.Get("Cache-Control"), try.cache) || header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, %v", what, answer.StatusCode, header)
		}
		if try.status >= 400 && body != "Rien n’est servi à cette adresse.\n" {
			t.Errorf("%s: %q", what, body)
		}
		if policy := header.Get("Content-Security-Policy"); policy != v.policyOfContent() || header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", what, header)
		}
	}
}

// TestPolicyOfTheViewer: what its page may do, to the word.
func TestPolicyOfTheViewer(t *testing.T) {
	t.Parallel()
	app, _ := made(t)
	answer, body := asked(t, app, request("GET", address+"/"))
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; " +
			"frame-ancestors https://medical.example; require-trusted-types-for 'script'; trusted-types pdfjs-worker; sandbox allow-scripts allow-same-origin",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "cross-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=63072000",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if !strings.Contains(body, `data-portal="https://medical.example"`) || strings.Contains(body, "<style") || strings.Contains(body, "onclick") || strings.Count(body, "<script") != 1 {
		t.Errorf("the page: %s", body)
	}
}

// TestTheViewerIsOnNoHostOfThePortal: two ports of one host are two origins, yet share their cookies.
func TestTheViewerIsOnNoHostOfThePortal(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"https://medical.example:8445", "https://MEDICAL.example:8445", "", "pieces.example"} {
		if _, err := New(Options{URL: url, Portal: portal}); err == nil {
			t.Errorf("%q is taken", url)
		}
	}
}

// TestPackedFilesAreServedBothWays: pdf.js is stored as it goes on the wire.
func TestPackedFilesAreServedBothWays(t *testing.T) {
	t.Parallel()
	app, v := made(t)
	if _, ok := v.files["pdf.min.mjs"]; !ok {
		t.Fatal("pdf.js is not packed (npm run build in web/assets)")
	}
	plain, body := asked(t, app, request("GET", address+v.base+"pdf.min.mjs"))
	squeezed := request("GET", address+v.base+"pdf.min.mjs")
	squeezed.Header.Set("Accept-Encoding", "gzip")
	packed, small := asked(t, app, squeezed)
	if plain.Header.Get("Content-Encoding") != "" || packed.Header.Get("Content-Encoding") != "gzip" || len(small)*2 > len(body) || !strings.Contains(body, "getDocument") {
		t.Errorf("%v %d, %v %d", plain.Header, len(body), packed.Header, len(small))
	}
	wire := len(v.page)
	for _, name := range []string{"viewer.mjs", "viewer.css", "pdf.min.mjs", "pdf.worker.min.mjs"} {
		wire += len(v.files[name].body)
	}
	t.Logf("on the wire, the first time a viewer opens: %d kB", wire/1000)
}

// TestWhatTheViewerCannotReadHasItsHeaders: what fasthttp refuses before frame, over raw sockets.
func TestWhatTheViewerCannotReadHasItsHeaders(t *testing.T) {
	t.Parallel()
	app, _ := made(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener) //nolint:errcheck // ends with the test
	t.Cleanup(func() { _ = app.Shutdown() })
	rawhttp.Listener{
		Dial: func() (net.Conn, error) { return net.Dial("tcp", listener.Addr().String()) }, Host: strings.TrimPrefix(address, "https://"), Secure: true,
		Says: regexp.MustCompile("^Rien n’est servi à cette adresse.\n$"),
	}.EveryAnswerIsOurs(t)
}
