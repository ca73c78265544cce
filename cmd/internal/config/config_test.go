package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A key that everybody on the machine may read is refused, a portal's and the relay's like any secret.
func TestOpenKeyFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := filepath.Join(dir, "c.pem"), filepath.Join(dir, "c.key")
	put := func(path string, b []byte, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, b, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	put(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
	for mode, good := range map[os.FileMode]bool{0o600: true, 0o640: true, 0o644: false, 0o602: false, 0o604: false} {
		put(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), mode)
		pair, err := Certificate(certificate, key)
		if (err == nil) != good || (pair != nil) != good || err != nil && !strings.Contains(err.Error(), "chmod") {
			t.Errorf("a key of mode %o: %v", mode, err)
		}
		if _, err := Secret(key); (err == nil) != good {
			t.Errorf("a secret of mode %o: %v", mode, err)
		}
	}
	if pair, err := Certificate("", ""); pair != nil || err != nil {
		t.Errorf("no certificate: %v %v", pair, err)
	}
}
