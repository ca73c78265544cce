// Package tsa starts a time-stamp authority for a test: `openssl ts` behind HTTP, with certificates made for the run. What answers is not ours.
package tsa

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Authority is a running one.
type Authority struct {
	URL  string
	File string // its root certificate, PEM
	Pool *x509.CertPool

	dir string
	mu  sync.Mutex // one answer at a time: they share a serial number
}

const settings = `
[tsa]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

// Start makes an authority that lives as long as the test.
func Start(t testing.TB) *Authority {
	t.Helper()
	a := &Authority{dir: t.TempDir(), Pool: x509.NewCertPool()}
	a.File = filepath.Join(a.dir, "ca.pem")
	a.put(t, "settings", []byte(settings))
	a.put(t, "serial", []byte("01\n"))
	a.certify(t)
	served := httptest.NewServer(http.HandlerFunc(a.reply))
	t.Cleanup(served.Close)
	a.URL = served.URL
	return a
}

func (a *Authority) put(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// certify makes a root, and a certificate that serves for time-stamps only: openssl wants that said as critical.
func (a *Authority) certify(t testing.TB) {
	t.Helper()
	year := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	root := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Autorité d'horodatage d'essai"}, NotBefore: year,
		NotAfter: year.AddDate(99, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	rootKey := newKey(t)
	root = certificate(t, root, root, rootKey, rootKey)
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	key := newKey(t)
	leaf := certificate(t, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Horodatage d'essai"}, NotBefore: year,
		NotAfter: year.AddDate(99, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}}}, root, key, rootKey)
	plain := certificate(t, &x509.Certificate{SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "Signataire d'essai"}, NotBefore: year,
		NotAfter: year.AddDate(99, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}, root, key, rootKey)
	a.put(t, Plain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: plain.Raw}))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.put(t, "ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}))
	a.put(t, Stamping, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw}))
	a.put(t, "tsa.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	a.Pool.AddCert(root)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func certificate(t testing.TB, c, by *x509.Certificate, key, byKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, by, key.Public(), byKey)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// reply answers one question, as RFC 3161 says over HTTP.
func (a *Authority) reply(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	question, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer, err := a.Answer(question)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	_, _ = w.Write(answer)
}

// Answer is what openssl says to a question.
func (a *Authority) Answer(question []byte) ([]byte, error) {
	query, reply := filepath.Join(a.dir, "query"), filepath.Join(a.dir, "reply")
	if err := os.WriteFile(query, question, 0o600); err != nil {
		return nil, err
	}
	command := exec.Command("openssl", "ts", "-reply", "-config", "settings", "-section", "tsa", "-queryfile", query, "-out", reply)
	command.Dir = a.dir
	if err := command.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(reply)
}

// Certificates of the authority's key: the one made for time-stamps, and one that is not.
const (
	Stamping = "tsa.pem"
	Plain    = "plain.pem"
)

// Sign signs content under a content type and a certificate of one's choice, as no authority would.
func (a *Authority) Sign(t testing.TB, content []byte, contentType, by string) []byte {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.put(t, "content", content)
	command := exec.Command("openssl", "cms", "-sign", "-binary", "-nodetach", "-nosmimecap", "-md", "sha256", "-econtent_type", contentType,
		"-signer", by, "-inkey", "tsa.key", "-in", "content", "-outform", "DER", "-out", "signed")
	command.Dir = a.dir
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("openssl cms: %v: %s", err, said)
	}
	signed, err := os.ReadFile(filepath.Join(a.dir, "signed"))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}
