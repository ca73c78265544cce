package e2e_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cloison/internal/dev/rawhttp"
)

// What no route ever saw, on every listener of the programs: a method of nobody, a line that is none, headers without end. The answer is as the
// others are, in a sentence of ours, and no journal holds a word of it.
func TestEveryListenerAnswersGarbageAsItAnswersAll(t *testing.T) {
	t.Parallel()
	e := shared(t)
	portal := regexp.MustCompile(`"detail":"(La requête est illisible|Cet élément n’existe pas|L’envoi dépasse).*"request_id":"[0-9a-f-]{36}"`)
	plain := func(offset int) func() (net.Conn, error) {
		return func() (net.Conn, error) { return net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", e.port+offset)) }
	}
	peer := e.relayTLS(t, "relay-medical")
	for name, l := range map[string]rawhttp.Listener{
		"medical":   {Dial: plain(medicalPort), Host: "127.0.0.1", Says: portal},
		"server":    {Dial: plain(serverPort), Host: "127.0.0.1", Says: portal},
		"documents": {Dial: plain(documentPort), Host: fmt.Sprintf("localhost:%d", e.port+documentPort), Says: regexp.MustCompile("^Rien n’est servi à cette adresse.\n$")},
		"relay": {Host: "relay", Secure: true, Says: portal, Dial: func() (net.Conn, error) {
			return tls.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", e.port+relayPort), peer)
		}},
	} {
		t.Run(name, l.EveryAnswerIsOurs)
	}
	for _, program := range []string{"medical", "server"} {
		journal, err := os.ReadFile(filepath.Join(e.dir, "log", program+".log"))
		if err != nil || strings.Contains(string(journal), rawhttp.Secret) {
			t.Errorf("the journal of %s quotes what was sent, or cannot be read: %v", program, err)
		}
	}
}
