package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"testing"
	"time"

	"cloison/act"

	"github.com/gofiber/fiber/v2"
)

// A portal that stands behind TLS speaks 1.3 alone, to nobody in clear, and tells browsers so for two years.
func TestAPortalSpeaksTLS13Alone(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"medical.example"}, NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	raw, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := Listen("127.0.0.1:0", &tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key})
	if err != nil {
		t.Fatal(err)
	}
	app, err := New(Options{Name: "test", Gate: &book{}, PublicURL: "https://medical.example",
		Authenticate: func(*fiber.Ctx) (act.Subject, error) { return act.Subject{}, act.NewError(act.Unauthenticated, "") }})
	if err != nil {
		t.Fatal(err)
	}
	go app.Listener(listener) //nolint:errcheck // ends with the test
	t.Cleanup(func() { _ = app.Shutdown() })
	roots := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots.AddCert(parsed)
	ask := func(address string, version uint16) (*http.Response, error) {
		client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "medical.example", MinVersion: tls.VersionTLS12, MaxVersion: version}}}
		response, err := client.Get(address + listener.Addr().String() + "/healthz")
		if err == nil {
			response.Body.Close()
		}
		return response, err
	}
	if _, err := ask("https://", tls.VersionTLS12); err == nil {
		t.Error("TLS 1.2 is spoken")
	}
	if response, err := ask("http://", tls.VersionTLS13); err == nil && response.StatusCode < 400 {
		t.Errorf("without TLS: %d", response.StatusCode)
	}
	response, err := ask("https://", tls.VersionTLS13)
	if err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("Strict-Transport-Security"); response.StatusCode != 200 || got != "max-age=63072000" {
		t.Errorf("%d, %q", response.StatusCode, got)
	}
}
