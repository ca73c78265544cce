package launch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"

	"cloison/internal/clock"
)

// Names of the two peers of the relay, checked by each on the other.
const (
	relayServer  = "server.administrative.cloison"
	relayMedical = "medical.medical.cloison"
)

// certificateLife is long: a development folder has nobody to renew it. TLS
// keeps the machine's clock, so the test clock does not matter here.
const certificateLife = 10 * 365 * 24 * time.Hour

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// ensureRelay makes the relay's authority and both certificates. The authority's
// key is forgotten at once: nothing else is ever signed with it.
func (f folder) ensureRelay() error {
	if _, err := os.Stat(f.key("relay-ca.pem")); err == nil {
		return nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("looking for the relay's certificates: %w", err)
	}
	ca, der, err := newAuthority("Cloison, autorité du relais (développement)")
	if err != nil {
		return err
	}
	for file, name := range map[string]string{"relay-server": relayServer, "relay-medical": relayMedical} {
		if err := ca.issue(f.key(file), name); err != nil {
			return err
		}
	}
	// Written last: its presence says that all of it is there.
	return write(f.key("relay-ca.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func newAuthority(name string) (authority, []byte, error) {
	key, template, err := newCertificate(name)
	if err != nil {
		return authority{}, nil, err
	}
	template.IsCA, template.BasicConstraintsValid, template.MaxPathLenZero = true, true, true
	template.KeyUsage = x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return authority{}, nil, fmt.Errorf("making an authority: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return authority{}, nil, fmt.Errorf("making an authority: %w", err)
	}
	return authority{certificate, key}, der, nil
}

// issue writes path.pem and path.key for one peer, good as client and server, the latter at its name and at those addresses.
func (a authority) issue(path, name string, at ...net.IP) error {
	key, template, err := newCertificate(name)
	if err != nil {
		return err
	}
	template.DNSNames, template.IPAddresses = []string{name}, at
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return fmt.Errorf("issuing the certificate of %s: %w", name, err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("issuing the certificate of %s: %w", name, err)
	}
	if err := write(path+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		return err
	}
	return write(path+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

func newCertificate(name string) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, nil, fmt.Errorf("drawing a serial number: %w", err)
	}
	now := clock.Machine{}.Now()
	return key, &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
	}, nil
}
