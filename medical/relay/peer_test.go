package relay

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"cloison/release"
)

// peer plays the administrative zone's listener.
type peer struct {
	*httptest.Server
	ca  authority
	key ed25519.PrivateKey // signs acknowledgements

	mu        sync.Mutex
	referrals []json.RawMessage
	acks      []json.RawMessage
	taken     [][]byte
	status    int           // answered to every PUT when not 0
	aside     bool          // every release is set aside
	arrived   chan struct{} // one for each release taken
}

const peerName = "relay.server.example"

func newPeer(t *testing.T) *peer {
	t.Helper()
	return newPeerNamed(t, peerName)
}

func newPeerNamed(t *testing.T, name string) *peer {
	t.Helper()
	p := &peer{ca: newAuthority(t), arrived: make(chan struct{}, 100)}
	_, p.key, _ = ed25519.GenerateKey(nil)
	routes := http.NewServeMux()
	routes.HandleFunc("GET /relay/v1/referrals", func(w http.ResponseWriter, r *http.Request) { p.page(w, r, p.referrals) })
	routes.HandleFunc("GET /relay/v1/acknowledgements", func(w http.ResponseWriter, r *http.Request) { p.page(w, r, p.acks) })
	routes.HandleFunc("PUT /relay/v1/releases/{seq}", p.take)
	p.Server = httptest.NewUnstartedServer(routes)
	p.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{p.ca.issue(t, name)},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: p.ca.pool}
	p.StartTLS()
	t.Cleanup(p.Close)
	return p
}

func (p *peer) client(t *testing.T, name string) *http.Client {
	return NewClient(p.ca.issue(t, "relay.medical.example"), p.ca.pool, name)
}

func (p *peer) page(w http.ResponseWriter, r *http.Request, list []json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil || r.URL.Query().Get("wait") != "30s" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	body, _ := release.Canonical(struct {
		Items []json.RawMessage `json:"items"`
	}{append([]json.RawMessage{}, list[min(after, len(list)):]...)})
	_, _ = w.Write(body)
}

func (p *peer) take(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil || p.status != 0 {
		w.WriteHeader(max(p.status, http.StatusBadRequest))
		return
	}
	p.taken = append(p.taken, body)
	seq, _ := strconv.ParseInt(r.PathValue("seq"), 10, 64)
	receipt, _ := release.Canonical(release.Receipt{Seq: seq, Quarantined: p.aside})
	_, _ = w.Write(receipt)
	p.arrived <- struct{}{}
}

func (p *peer) setAside(aside bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.aside = aside
}

func (p *peer) answer(status int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status = status
}

func (p *peer) refer(t *testing.T, e any) {
	t.Helper()
	b, err := release.Canonical(e)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.referrals = append(p.referrals, b)
}

func (p *peer) acknowledge(t *testing.T, key ed25519.PrivateKey, body release.AcknowledgementBody) {
	t.Helper()
	a, err := release.Acknowledge(func(m []byte) []byte { return ed25519.Sign(key, m) }, body)
	if err != nil {
		t.Fatal(err)
	}
	b, err := release.Canonical(a)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.acks = append(p.acks, b)
}

// authority issues certificates for one test.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return authority{cert, key, pool}
}

func (a authority) issue(t *testing.T, name string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: []string{name}, NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<33, 0),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
