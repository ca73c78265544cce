package web

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
)

// ListenMutual opens an address for programs: TLS 1.3, and a connection without a certificate of authority does not survive the handshake
// (TestOnlyCertificatesOfTheAuthorityAreHeard). authority is of these programs alone, never the system's.
func ListenMutual(address string, certificate tls.Certificate, authority *x509.CertPool) (net.Listener, error) {
	if authority == nil || len(certificate.Certificate) == 0 {
		return nil, errors.New("listening for programs: certificate or authority missing")
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening for programs: %w", err)
	}
	return tls.NewListener(lingerListener{listener}, &tls.Config{
		MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate}, NextProtos: []string{"http/1.1"},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority,
		// A resumed session skips the verification of the chain.
		SessionTicketsDisabled: true,
	}), nil
}
