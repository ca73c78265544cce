package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cloison/act"
	"cloison/internal/clock"

	"github.com/gofiber/fiber/v2"
)

func nobody(*fiber.Ctx) (act.Subject, error) {
	return act.Subject{}, act.NewError(act.Unauthenticated, "")
}

// talk sends raw bytes and reads what comes until the connection ends.
func (p portal) talk(t *testing.T, halfClose bool, parts ...string) string {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(clock.Deadline(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for _, part := range parts {
		if _, err := io.WriteString(conn, part); err != nil {
			t.Logf("writing: %v", err)
		}
	}
	if halfClose {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := io.ReadAll(conn)
	if err != nil {
		return string(raw) + "\n(still open)"
	}
	return string(raw)
}

func upload(headers string) string {
	return "PUT " + Prefix + "/dossiers/" + dossierID + "/content HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\nContent-Type: application/octet-stream\r\n" + headers + "\r\n"
}

// What a handler left unread must never be taken for a request, and the connection must end: a second request hidden in
// the body of the first would otherwise pass with another's session behind a shared proxy.
func TestUnreadBodyClosesConnection(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	smuggled := "GET " + Prefix + "/notes/smuggled HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\n\r\n"
	long := strings.Repeat("x", 20<<10) + smuggled
	for name, request := range map[string]string{
		"sized":             upload(fmt.Sprintf("X-Ignore: 1\r\nContent-Length: %d\r\n", len(smuggled))) + smuggled,
		"sized, long":       upload(fmt.Sprintf("X-Ignore: 1\r\nContent-Length: %d\r\n", len(long))) + long,
		"chunked":           upload("X-Ignore: 1\r\nTransfer-Encoding: chunked\r\n") + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(long), long),
		"unfinished":        upload("X-Ignore: 1\r\nContent-Length: 1000000\r\n") + long,
		"refused with body": strings.Replace(upload(fmt.Sprintf("Content-Length: %d\r\n", len(smuggled))), "X-Test-User: u\r\n", "", 1) + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := p.talk(t, false, request, smuggled)
			if strings.Contains(got, `"smuggled"`) {
				t.Errorf("the body was taken for a request:\n%s", got)
			}
			if strings.Contains(got, "(still open)") || !strings.Contains(got, "Connection: close") {
				t.Errorf("the connection goes on:\n%s", got)
			}
			if !strings.HasPrefix(got, "HTTP/1.1 ") {
				t.Errorf("no answer: %q", got)
			}
		})
	}
}

// A request with both framings is how two servers come to disagree.
func TestBothFramings(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	body := "5\r\nhello\r\n0\r\n\r\n"
	smuggled := "GET " + Prefix + "/notes/smuggled HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\n\r\n"
	got := p.talk(t, false, upload(fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n", len(body)))+body+smuggled)
	if strings.Contains(got, "smuggled") || strings.Contains(got, "(still open)") {
		t.Errorf("it is served, and the connection goes on:\n%s", got)
	}
}

func TestReadBodyKeepsConnection(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	next := "GET " + Prefix + "/notes/second HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\nConnection: close\r\n\r\n"
	for name, request := range map[string]string{
		"sized":   upload("Content-Length: 5\r\n") + "hello",
		"chunked": upload("Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n",
	} {
		got := p.talk(t, false, request+next)
		if !strings.Contains(got, `{"id":"5"}`) || !strings.Contains(got, `{"id":"second"}`) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A body that lies about its size: fasthttp would end it as if it were whole.
func TestTruncatedBodyIsNotWhole(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for name, request := range map[string]string{
		"short":      upload("Content-Length: 50000\r\n") + strings.Repeat("x", 20000),
		"very short": upload("Content-Length: 100\r\n") + "x",
		"chunk cut":  upload("Transfer-Encoding: chunked\r\n") + "ff\r\nhello",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := p.talk(t, true, request); strings.Contains(got, "200 OK") {
				t.Errorf("taken as whole: %s", got)
			}
		})
	}
	json := "POST " + Prefix + "/dossiers/" + dossierID + "/notes HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n" +
		`{"kind":"A"}` + strings.Repeat(" ", 10000)
	if got := p.talk(t, true, json); !strings.Contains(got, "400 Bad Request") || !strings.Contains(got, `"malformed"`) {
		t.Errorf("JSON cut short: %s", got)
	}
}

// What fasthttp refuses by itself looks like every other refusal, and quotes nothing of what was sent.
func TestGarbageIsAProblemToo(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for name, request := range map[string]string{
		"no request":       "BONJOUR-SECRET\r\n\r\n",
		"broken size":      upload("Content-Length: SECRET\r\n"),
		"two sizes":        upload("Content-Length: 3\r\nContent-Length: 4\r\n") + "abcd",
		"headers too long": upload("X-Long: " + strings.Repeat("SECRET", 4000) + "\r\n"),
		"broken chunk":     strings.Replace(upload("Transfer-Encoding: chunked\r\n"), "octet-stream", "json", 1) + "SECRET\r\n",
	} {
		got := p.talk(t, false, request)
		if !strings.Contains(got, "X-Request-Id: ") || !strings.Contains(got, "application/problem+json") || strings.Contains(got, "SECRET") ||
			!strings.Contains(got, "HTTP/1.1 4") || strings.Contains(got, "(still open)") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if strings.Contains(p.journal.String(), "SECRET") {
		t.Errorf("the journal quotes it: %s", p.journal)
	}
}

// A chunked body has no size to refuse by: the limit is held while it is read, and memory with it.
func TestBodyLimitWhileReading(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	chunk := fmt.Sprintf("%x\r\n%s\r\n", 1<<16, strings.Repeat(" ", 1<<16))
	request := "POST " + Prefix + "/dossiers/" + dossierID + "/notes HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
	got := p.talk(t, false, request, strings.Repeat(chunk, 64))
	if !strings.Contains(got, "413") || !strings.Contains(got, `"too_large"`) || !strings.Contains(got, "Connection: close") {
		t.Errorf("%s", got)
	}
}

// Who is refused in the middle of a long upload still reads why.
func TestRefusalInTheMiddleOfAnUploadIsRead(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	for range 5 {
		request, err := http.NewRequest("PUT", p.url+Prefix+"/dossiers/"+dossierID+"/content", bytes.NewReader(make([]byte, 8<<20)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/octet-stream")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatalf("the refusal was lost: %v", err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			t.Errorf("status %d", response.StatusCode)
		}
	}
}

type memory struct {
	text   string
	closed chan struct{}
}

func (m memory) Section(offset, length int64) (io.Reader, error) {
	return io.NewSectionReader(strings.NewReader(m.text), offset, length), nil
}
func (m memory) Close() error { close(m.closed); return nil }

func TestContentRanges(t *testing.T) {
	t.Parallel()
	closed := make(chan chan struct{}, 1)
	p := newPortal(t, Op("read", "GET", "/content", "note.read", func(*Call, None) (Reply[Binary], error) {
		m := memory{"0123456789", make(chan struct{})}
		closed <- m.closed
		return Bytes(Content{Size: 10, MediaType: "image/png", Name: "pièce.png", Source: m}), nil
	}))
	for asked, want := range map[string]struct {
		status       int
		body, range_ string
	}{
		"":               {200, "0123456789", ""},
		"bytes=0-":       {200, "0123456789", ""},
		"bytes=2-4":      {206, "234", "bytes 2-4/10"},
		"bytes=7-":       {206, "789", "bytes 7-9/10"},
		"bytes=7-99":     {206, "789", "bytes 7-9/10"},
		"bytes=-3":       {206, "789", "bytes 7-9/10"},
		"bytes=-0":       {416, "", "bytes */10"},
		"bytes=10-":      {416, "", "bytes */10"},
		"bytes=0-1,4-5":  {200, "0123456789", ""},
		"bytes=4-2":      {200, "0123456789", ""},
		"pages=1-2":      {200, "0123456789", ""},
		"bytes=abc":      {200, "0123456789", ""},
		"bytes=-9999999": {200, "0123456789", ""},
	} {
		got := p.do(t, "GET", Prefix+"/content", "", "Range", asked, "Content-Type", "")
		if got.status != want.status || got.header.Get("Content-Range") != want.range_ || want.status != 416 && got.body != want.body {
			t.Errorf("%q: %d %q %q", asked, got.status, got.header.Get("Content-Range"), got.body)
		}
		select {
		case <-<-closed:
		case <-time.After(2 * time.Second):
			t.Errorf("%q: the source was not closed", asked)
		}
		if want.status != 416 && !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%q: a piece is not confined", asked)
		}
	}
}

// Whatever a piece is called, its name is one parameter of one header, which a browser takes for a file to keep.
func TestADownloadIsNamedInOneHeader(t *testing.T) {
	t.Parallel()
	var name string
	p := newPortal(t, Op("read", "GET", "/content", "note.read", func(*Call, None) (Reply[Binary], error) {
		return Bytes(Content{Size: 10, MediaType: "application/pdf", Name: name, Source: memory{"0123456789", make(chan struct{})}}), nil
	}))
	for _, name = range []string{"pièce.pdf", `a"; filename=b.exe; x="`, "a\r\nSet-Cookie: x=1", "../../etc/passwd", "a;b,c'd", "\u202e.pdf", ""} {
		got := p.do(t, "GET", Prefix+"/content", "", "Content-Type", "")
		header := got.header["Content-Disposition"]
		if len(header) != 1 || got.header.Get("Set-Cookie") != "" {
			t.Fatalf("%q: %v", name, got.header)
		}
		how, said, err := mime.ParseMediaType(header[0])
		if err != nil || how != "attachment" || said["filename"] != name || len(said) > 1 {
			t.Errorf("%q: %s is %s %v, %v", name, header[0], how, said, err)
		}
	}
}

// endless is a content whose reader fails in the middle.
type broken struct{ memory }

func (b broken) Section(int64, int64) (io.Reader, error) {
	return io.MultiReader(strings.NewReader("0123"), iotestError{}), nil
}

type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, fmt.Errorf("a broken chunk") }

func TestBrokenContentEndsShort(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{10, -1} {
		endsShort(t, size)
	}
}

func endsShort(t *testing.T, size int64) {
	t.Helper()
	done := make(chan struct{})
	p := newPortal(t, Op("read", "GET", "/content", "note.read", func(*Call, None) (Reply[Binary], error) {
		return Bytes(Content{Size: size, MediaType: "image/png", Source: broken{memory{closed: done}}}), nil
	}))
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s/content HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\n\r\n", Prefix)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err == nil {
		_, err = io.ReadAll(response.Body)
	}
	if err == nil {
		t.Errorf("a broken content of size %d reads as whole", size)
	}
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		t.Error("the source was not closed")
	}
}

// unsized is a content whose size is known at its end only.
type unsized struct{ memory }

func (u unsized) Section(int64, int64) (io.Reader, error) { return strings.NewReader(u.text), nil }

func TestAContentOfUnknownSizeIsServedWhole(t *testing.T) {
	t.Parallel()
	closed := make(chan chan struct{}, 1)
	p := newPortal(t, Op("read", "GET", "/content", "note.read", func(*Call, None) (Reply[Binary], error) {
		m := memory{"0123456789", make(chan struct{})}
		closed <- m.closed
		return Bytes(Content{Size: -1, MediaType: "text/csv", Name: "journal.csv", Source: unsized{m}}), nil
	}))
	for _, asked := range []string{"", "bytes=2-4"} {
		got := p.do(t, "GET", Prefix+"/content", "", "Range", asked, "Content-Type", "")
		if got.status != 200 || got.body != "0123456789" || got.header.Get("Accept-Ranges") != "" || got.header.Get("Content-Length") != "" {
			t.Errorf("%q: %d %q %v", asked, got.status, got.body, got.header)
		}
		<-<-closed
	}
}
