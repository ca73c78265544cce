package relay

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"cloison/internal/clock"
)

func certificate(t *testing.T, common string, names ...string) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Machine{}.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: common}, DNSNames: names, NotBefore: now.Add(-time.Hour),
		NotAfter: now.Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, leaf
}

func TestTheNameIsChecked(t *testing.T) {
	t.Parallel()
	const peer = "medical.test"
	state := func(version uint16, common string, names ...string) *tls.ConnectionState {
		_, leaf := certificate(t, common, names...)
		return &tls.ConnectionState{Version: version, PeerCertificates: []*x509.Certificate{leaf}, VerifiedChains: [][]*x509.Certificate{{leaf}}}
	}
	unverified := state(tls.VersionTLS13, peer, peer)
	unverified.VerifiedChains = nil
	for name, c := range map[string]struct {
		state *tls.ConnectionState
		allow bool
	}{
		"its DNS name":                     {state(tls.VersionTLS13, "", peer), true},
		"its common name, no DNS name":     {state(tls.VersionTLS13, peer), true},
		"its common name, another DNS":     {state(tls.VersionTLS13, peer, "other.test"), false},
		"a name below":                     {state(tls.VersionTLS13, "", "a."+peer), false},
		"a wildcard":                       {state(tls.VersionTLS13, "", "*.test"), false},
		"TLS 1.2":                          {state(tls.VersionTLS12, "", peer), false},
		"a chain that nobody verified":     {unverified, false},
		"no certificate":                   {&tls.ConnectionState{Version: tls.VersionTLS13}, false},
		"no TLS at all":                    {nil, false},
		"another name, both":               {state(tls.VersionTLS13, "other.test", "other.test"), false},
		"an empty name against the peer":   {state(tls.VersionTLS13, ""), false},
		"the name with a dot at its end":   {state(tls.VersionTLS13, "", peer+"."), false},
		"the name in another case":         {state(tls.VersionTLS13, "", "MEDICAL.test"), false},
		"the name with something in front": {state(tls.VersionTLS13, "", "x"+peer), false},
	} {
		if err := checkPeer(c.state, peer); (err == nil) != c.allow {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEachCheckRefusesAlone: without our own check of the state, Go's configuration still refuses TLS 1.2 and a
// connection without a certificate.
func TestEachCheckRefusesAlone(t *testing.T) {
	t.Parallel()
	own, leaf := certificate(t, "", "medical.test")
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	config := TLS{Certificate: own, Authority: pool, Peer: "medical.test"}.config()
	config.VerifyConnection = nil
	for name, c := range map[string]struct {
		client *tls.Config
		want   string
	}{
		"TLS 1.2":        {&tls.Config{MaxVersion: tls.VersionTLS12, Certificates: []tls.Certificate{own}}, "protocol version"},
		"no certificate": {&tls.Config{}, "didn't provide a certificate"},
		"all is well":    {&tls.Config{Certificates: []tls.Certificate{own}}, ""},
	} {
		c.client.ServerName, c.client.RootCAs, c.client.MinVersion = "medical.test", pool, tls.VersionTLS12
		here, there := net.Pipe()
		go func() {
			client := tls.Client(there, c.client)
			if client.Handshake() == nil {
				_, _ = client.Read(make([]byte, 1))
			}
			there.Close()
		}()
		err := tls.Server(here, config).Handshake()
		here.Close()
		if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want) && !strings.Contains(err.Error(), "unsupported versions")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
