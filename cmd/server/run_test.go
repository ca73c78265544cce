package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cloison/crypto/keyfile"
	"cloison/internal/clock"
	"cloison/internal/dev/pgtest"
	"cloison/internal/dev/sealing"
)

// folder is a configuration with everything that it names, made for one test.
func folder(t *testing.T) (dir, config string) {
	t.Helper()
	dir = t.TempDir()
	put := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	seal := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: sealing.Usual().Certificate.Raw})
	privateFile, err := keyfile.FormatPrivate(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key := relayCertificate(t)
	config = fmt.Sprintf(`environment = "test"
zone = "server"
listen = "127.0.0.1:0"
public_url = "http://127.0.0.1:9"
relay_listen = "127.0.0.1:0"
relay_cert = %q
relay_key = %q
relay_ca = %q
relay_peer = "medical.test"
database_url_file = %q
seal_certificate_files = [%q]
ack_private_key_file = %q
checkpoint_private_key_file = %q

[[issuer]]
name = "ProConnect"
kind = "proconnect"
issuer = "http://127.0.0.1:9/proconnect"
client_id = "server"
client_secret_file = %q
`, put("relay.pem", certificate), put("relay.key", key), put("ca.pem", certificate), put("database.url", []byte(pgtest.New(t, "server").RoleURL)),
		put("seal.pem", seal), put("ack.key", privateFile), put("log.key", privateFile), put("client.secret", []byte("not a secret")))
	return dir, config
}

func relayCertificate(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Machine{}.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "server.test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func write(t *testing.T, dir, config string) string {
	t.Helper()
	path := filepath.Join(dir, "server.toml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// watched is a log that tells its first line.
type watched struct {
	mu    sync.Mutex
	all   bytes.Buffer
	first chan []byte
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all.Len() == 0 {
		w.first <- bytes.Clone(p)
	}
	return w.all.Write(p)
}

func TestItStartsServesAndStops(t *testing.T) {
	t.Parallel()
	dir, config := folder(t)
	ctx, stop := context.WithCancel(t.Context())
	log := &watched{first: make(chan []byte, 1)}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-config", write(t, dir, config)}, log) }()
	var ready struct{ Msg, Portal, Relay string }
	select {
	case line := <-log.first:
		if err := json.Unmarshal(line, &ready); err != nil || ready.Msg != "ready" {
			t.Fatalf("%v %s", err, line)
		}
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	for path, want := range map[string]int{"/readyz": 200, "/api/v1/me": 401, "/api/v1/referrals": 401, "/api/v1/dossiers": 404, "/api/openapi.json": 200} {
		response, err := http.Get("http://" + ready.Portal + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, response.StatusCode, want)
		}
	}
	if _, err := http.Get("http://" + ready.Relay + "/relay/v1/referrals"); err == nil {
		t.Error("the relay answers without TLS")
	}
	http.DefaultClient.CloseIdleConnections()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stopping: %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
}

func TestItRefusesToStart(t *testing.T) {
	t.Parallel()
	dir, good := folder(t)
	key, err := os.ReadFile(filepath.Join(dir, "relay.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "open.key"), key, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"an unknown key":             {"environment =", "enviroment_ = 1\nenvironment =", "enviroment_"},
		"the other zone":             {`zone = "server"`, `zone = "medical"`, "zone"},
		"a missing key":              {`relay_peer = "medical.test"`, "", "relay_peer"},
		"no file of that name":       {"seal.pem", "nowhere.pem", "nowhere.pem"},
		"no seal pinned":             {"seal_certificate_files = [", "seal_certificate_files = [] # ", "seal_certificate_files"},
		"a seal that is not RSA":     {"seal.pem", "relay.pem", "3072"},
		"an issuer of another kind":  {`"proconnect"`, `"franceconnect"`, "kind"},
		"a portal without TLS":       {`listen = "127.0.0.1:0"` + "\npublic", `listen = "0.0.0.0:0"` + "\npublic", "loopback"},
		"half a portal certificate":  {"environment =", `tls_cert = "x"` + "\nenvironment =", "tls_key"},
		"a private key for a public": {"seal.pem", "ack.key", "ack.key"},
		"plain HTTP in production":   {`environment = "test"`, `environment = "production"`, "public_url"},
		"an open relay key":          {"relay.key", "open.key", "open.key: everybody may read it"},
	} {
		config := strings.Replace(good, c.old, c.new, 1)
		if config == good {
			t.Fatalf("%s: nothing changed", name)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := run(ctx, []string{"-config", write(t, dir, config)}, &bytes.Buffer{})
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := run(t.Context(), nil, &bytes.Buffer{}); err == nil {
		t.Error("it starts without a configuration")
	}
}
