package relay

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
)

// TLS is what the listener proves and accepts.
type TLS struct {
	Certificate tls.Certificate
	Authority   *x509.CertPool // of the relay alone, never the system's
	Peer        string         // name of the one certificate that may call
}

var errPeer = errors.New("the peer's certificate has another name")

// Listen opens the relay's address. A connection without a certificate, of another authority, of another name or below
// TLS 1.3 does not survive the handshake (TestHandshakeRefuses).
func Listen(address string, t TLS) (net.Listener, error) {
	if t.Authority == nil || t.Peer == "" || len(t.Certificate.Certificate) == 0 {
		return nil, errors.New("listening for the relay: certificate, authority or peer name missing")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening for the relay: %w", err)
	}
	return tls.NewListener(listener, t.config()), nil
}

// config: the version and the authority are Go's to check, the name is ours; each refuses alone (TestEachCheckRefusesAlone).
func (t TLS) config() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{t.Certificate},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    t.Authority,
		NextProtos:   []string{"http/1.1"},
		// A resumed session skips the verification of the chain; a named peer is worth a full handshake each time.
		SessionTicketsDisabled: true,
		VerifyConnection:       func(state tls.ConnectionState) error { return checkPeer(&state, t.Peer) },
	}
}

// checkPeer says whether the verified leaf is the named peer's: a DNS name, or the common name where there is none.
func checkPeer(state *tls.ConnectionState, peer string) error {
	if state == nil || state.Version < tls.VersionTLS13 || len(state.VerifiedChains) == 0 || len(state.PeerCertificates) == 0 {
		return errPeer
	}
	leaf := state.PeerCertificates[0]
	if slices.Contains(leaf.DNSNames, peer) || (len(leaf.DNSNames) == 0 && leaf.Subject.CommonName == peer) {
		return nil
	}
	return errPeer
}
