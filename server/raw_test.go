package server_test

import (
	"crypto/tls"
	"net"
	"regexp"
	"strings"
	"testing"

	"cloison/internal/dev/rawhttp"
)

// TestWhatNoListenerReadsIsAnsweredAsTheRest: on the portal, the relay and the listener of the prefectures' systems, what the libraries refuse by
// themselves carries what every other answer does.
func TestWhatNoListenerReadsIsAnsweredAsTheRest(t *testing.T) {
	t.Parallel()
	z := newZone(t)
	m := z.startMachines()
	says := regexp.MustCompile(`^\{"title":".*","detail":"(La requête est illisible|Cet élément n’existe pas|L’envoi dépasse).*"request_id":"[0-9a-f-]{36}"`)
	secured := func(base string, own tls.Certificate, from authority) func() (net.Conn, error) {
		return func() (net.Conn, error) {
			return tls.Dial("tcp", strings.TrimPrefix(base, "https://"), &tls.Config{
				RootCAs: from.pool(), ServerName: serverName, Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS13,
			})
		}
	}
	for name, l := range map[string]rawhttp.Listener{
		"portal":   {Dial: func() (net.Conn, error) { return net.Dial("tcp", strings.TrimPrefix(z.portal, "http://")) }},
		"relay":    {Dial: secured(z.door, z.peers.issue(t, medicalName), z.peers), Secure: true},
		"machines": {Dial: secured(m.base, m.authority.issue(t, "si-75.example"), m.authority), Secure: true},
	} {
		t.Run(name, func(t *testing.T) {
			l.Host, l.Says = "cloison.example", says
			l.EveryAnswerIsOurs(t)
		})
	}
	if strings.Contains(z.log.String(), rawhttp.Secret) {
		t.Errorf("the journal quotes it: %s", z.log)
	}
}
