// Package sealing seals opinions in tests, as keyholder does, with a key and a certificate made for the run.
package sealing

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"time"

	"cloison/crypto/cms"
	"cloison/release"
	"cloison/release/form"
)

// Sealer is a key with its certificate, and the authority that a reader of the document trusts.
type Sealer struct {
	Key                    crypto.Signer
	Certificate, Authority *x509.Certificate
}

// Usual is the one that a test's zones pin; Stranger is pinned by nobody. Making a key takes a while: each is made once.
var (
	Usual    = sync.OnceValue(New)
	Stranger = sync.OnceValue(New)
)

// New makes a sealer, valid in any year of a test.
func New() Sealer {
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		panic(err)
	}
	authority := template("Autorité d'essai", 1, x509.KeyUsageCertSign)
	authority.IsCA, authority.BasicConstraintsValid = true, true
	authority = certify(authority, authority, ca.Public(), ca)
	return Sealer{key, certify(template("Scellement d'essai", 2, x509.KeyUsageDigitalSignature), authority, key.Public(), ca), authority}
}

func template(name string, serial int64, usage x509.KeyUsage) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, KeyUsage: usage,
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC),
	}
}

func certify(c, by *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, c, by, public, key)
	if err != nil {
		panic(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return certificate
}

// Pins are what a zone that trusts it has in its configuration.
func (s Sealer) Pins() form.Pins { return form.Pins{s.Certificate} }

// Seal renders an opinion with names and seals its document.
func (s Sealer) Seal(u release.Unsealed, n form.Names) (release.Opinion, error) {
	document, err := form.Render(u, n)
	if err != nil {
		return release.Opinion{}, fmt.Errorf("sealing in a test: %w", err)
	}
	return s.SealDigest(u, document.Digest())
}

// SealDigest seals an opinion beside whatever document.
func (s Sealer) SealDigest(u release.Unsealed, document [32]byte) (release.Opinion, error) {
	approved, err := u.SealDigest()
	if err != nil {
		return release.Opinion{}, err
	}
	der, err := cms.Sign(s.Key, s.Certificate, cms.Content{Document: document, Approved: approved})
	if err != nil {
		return release.Opinion{}, err
	}
	return release.Opinion{Unsealed: u, Seal: release.NewSeal(cms.KeyID(s.Certificate), der)}, nil
}
