// Package rawhttp says to a listener, byte by byte, what no HTTP client would send, and reads what comes back.
package rawhttp

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"cloison/internal/clock"
)

// Secret stands in every request where a client may write what it likes: no answer and no journal may hold it.
const Secret = "CNRYRAW"

// Request is one that the libraries refuse before any route, or whose route does not exist.
type Request struct{ Name, Bytes string }

// Requests are for a listener of that host name.
func Requests(host string) []Request {
	named := "Host: " + host + "\r\n"
	line := func(first string) string { return first + "\r\n" + named }
	return []Request{
		{"no request", Secret + "\r\n\r\n"},
		{"the first HTTP", "GET /" + Secret + "\r\n\r\n"},
		{"a version of the future", line("GET /"+Secret+" HTTP/7.7") + "\r\n"},
		{"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
		{"a method of nobody", line(Secret+" / HTTP/1.1") + "\r\n"},
		{"a method of nobody with a body", line(Secret+" / HTTP/1.1") + "Content-Length: 5\r\n\r\nhello"},
		{"a method in small letters", line("get / HTTP/1.1") + "\r\n"},
		{"a method with a space before it", " " + line("GET / HTTP/1.1") + "\r\n"},
		{"TRACE", line("TRACE /"+Secret+" HTTP/1.1") + "\r\n"},
		{"CONNECT", line("CONNECT "+host+":443 HTTP/1.1") + "\r\n"},
		{"OPTIONS of everything", line("OPTIONS * HTTP/1.1") + "\r\n"},
		{"an address of nothing", line("GET /"+Secret+" HTTP/1.1") + "\r\n"},
		{"an address too long", line("GET /"+strings.Repeat(Secret, 6000)+" HTTP/1.1") + "\r\n"},
		{"headers too long", line("GET / HTTP/1.1") + "X-Long: " + strings.Repeat(Secret, 6000) + "\r\n\r\n"},
		{"a header without a name", line("GET / HTTP/1.1") + ": " + Secret + "\r\n\r\n"},
		{"a header with a space before its colon", line("GET / HTTP/1.1") + "X-A : " + Secret + "\r\n\r\n"},
		{"a nul in a header", line("GET / HTTP/1.1") + "X-A: " + Secret + "\x00\r\n\r\n"},
		{"a broken size", line("POST / HTTP/1.1") + "Content-Length: " + Secret + "\r\n\r\n"},
		{"a size below zero", line("POST / HTTP/1.1") + "Content-Length: -1\r\n\r\n"},
		{"two sizes", line("POST / HTTP/1.1") + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
		{"both framings", line("POST / HTTP/1.1") + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		{"a framing of nobody", line("POST / HTTP/1.1") + "Transfer-Encoding: " + Secret + "\r\n\r\n"},
		{"a broken chunk", line("POST / HTTP/1.1") + "Transfer-Encoding: chunked\r\n\r\n" + Secret + "\r\n"},
		{"a size of a terabyte", line("POST / HTTP/1.1") + "Content-Length: 1099511627776\r\n\r\n"},
		{"a body where none is read", line("GET /"+Secret+" HTTP/1.1") + "Content-Length: 5\r\n\r\nhello"},
	}
}

// everywhere is what every answer of every listener carries, and secured what it carries over TLS.
var everywhere = map[string]*regexp.Regexp{
	"Content-Security-Policy":      regexp.MustCompile(`^default-src 'none'; .*base-uri 'none'; `),
	"X-Content-Type-Options":       regexp.MustCompile(`^nosniff$`),
	"Cache-Control":                regexp.MustCompile(`^no-store$`),
	"Referrer-Policy":              regexp.MustCompile(`^no-referrer$`),
	"Cross-Origin-Embedder-Policy": regexp.MustCompile(`^require-corp$`),
	"Cross-Origin-Opener-Policy":   regexp.MustCompile(`^same-origin$`),
	"Cross-Origin-Resource-Policy": regexp.MustCompile(`^same-origin$`),
	"Permissions-Policy":           regexp.MustCompile(`^camera=\(\), `),
	"Content-Type":                 regexp.MustCompile(`^(application/problem\+json|text/plain; charset=utf-8|text/html; charset=utf-8)$`),
}

var secured = regexp.MustCompile(`^max-age=63072000$`)

// made are the headers in which programs say what they are made of.
var made = regexp.MustCompile(`(?i)^(Server|Via|X-Powered-By|Alt-Svc|X-AspNet.*|X-Generator)$`)

// Listener is what is spoken to: how it is reached, by which name, whether its browsers speak TLS to it, and the sentences that it may say.
type Listener struct {
	Dial   func() (net.Conn, error)
	Host   string
	Secure bool
	Says   *regexp.Regexp
}

// EveryAnswerIsOurs speaks each request and wants a refusal with the headers of all the others, in a sentence of ours, that quotes nothing.
func (l Listener) EveryAnswerIsOurs(t *testing.T) {
	t.Helper()
	for _, r := range Requests(l.Host) {
		answer, body := l.ask(t, r)
		if answer == nil {
			continue
		}
		if answer.StatusCode < 400 || answer.StatusCode == http.StatusInternalServerError {
			t.Errorf("%s: %d", r.Name, answer.StatusCode)
		}
		for name, want := range everywhere {
			if got := answer.Header.Values(name); len(got) != 1 || !want.MatchString(got[0]) {
				t.Errorf("%s: %s is %q", r.Name, name, got)
			}
		}
		if got := answer.Header.Get("Strict-Transport-Security"); secured.MatchString(got) != l.Secure {
			t.Errorf("%s: Strict-Transport-Security is %q", r.Name, got)
		}
		for name := range answer.Header {
			if made.MatchString(name) {
				t.Errorf("%s: it says what it is made of by %s", r.Name, name)
			}
		}
		if !l.Says.MatchString(body) || strings.Contains(body, Secret) {
			t.Errorf("%s: %d says %q", r.Name, answer.StatusCode, body)
		}
	}
}

func (l Listener) ask(t *testing.T, r Request) (*http.Response, string) {
	t.Helper()
	conn, err := l.Dial()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// A bound for a listener that answers nothing; nothing is measured by it.
	if err := conn.SetDeadline(clock.Deadline(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, r.Bytes); err != nil {
		t.Logf("%s: writing: %v", r.Name, err)
	}
	// Nothing more comes: a request without an end is not waited for.
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			t.Logf("%s: ending: %v", r.Name, err)
		}
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Errorf("%s: no answer: %v", r.Name, err)
		return nil, ""
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Errorf("%s: %v", r.Name, err)
	}
	return answer, string(body)
}
