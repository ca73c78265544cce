package web

import (
	"net"
	"regexp"
	"strings"
	"testing"

	"cloison/internal/dev/rawhttp"
)

// TestWhatNoRouteSawIsAnsweredAsTheRest: whatever fiber or fasthttp refuses before any of our code has our headers, our sentence and an id, quotes
// nothing, and leaves nothing of what was sent in the journal.
func TestWhatNoRouteSawIsAnsweredAsTheRest(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	at := strings.TrimPrefix(p.url, "http://")
	rawhttp.Listener{
		Dial: func() (net.Conn, error) { return net.Dial("tcp", at) }, Host: at,
		Says: regexp.MustCompile(`^\{"title":".*","detail":"(La requête est illisible|Cet élément n’existe pas|L’envoi dépasse).*","request_id":"[0-9a-f-]{36}",`),
	}.EveryAnswerIsOurs(t)
	if journal := p.journal.String(); strings.Contains(journal, rawhttp.Secret) || !strings.Contains(journal, "method=unknown") {
		t.Errorf("the journal: %s", journal)
	}
}

// TestAMethodOfNobodyEndsItsConnection: what follows it is no second request.
func TestAMethodOfNobodyEndsItsConnection(t *testing.T) {
	t.Parallel()
	p := newPortal(t)
	next := "GET " + Prefix + "/notes/second HTTP/1.1\r\nHost: x\r\nX-Test-User: u\r\n\r\n"
	got := p.talk(t, false, "FROMAGE / HTTP/1.1\r\nHost: x\r\n\r\n", next)
	if !strings.HasPrefix(got, "HTTP/1.1 404 ") || strings.Contains(got, "second") || strings.Contains(got, "(still open)") {
		t.Errorf("%s", got)
	}
}
