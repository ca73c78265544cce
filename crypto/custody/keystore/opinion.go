package keystore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"
)

// The key that seals opinions is RSA: its signatures have one value for one content (crypto/cms). Its certificate is not secret and comes
// from elsewhere: a provider's in production, issued upon the request that Init writes while it has the key; anywhere else one of a
// development authority that exists for an instant.
const (
	OpinionRequestFile     = "opinion.csr"
	OpinionCertificateFile = "opinion.pem"
	OpinionAuthorityFile   = "opinion-ca.pem" // development: what a reader of a document trusts

	opinionKeyBits = 3072
)

// ErrCertificate: the certificate beside the keystore is not of its key, or not one for sealing.
var ErrCertificate = errors.New("the certificate is not of the keystore's opinion key")

// Sealer is the opened key. It signs, does not give the key, and prints [redacted] (TestKeysDoNotPrint).
type Sealer struct {
	public *rsa.PublicKey
	sign   func(digest []byte, opts crypto.SignerOpts) ([]byte, error) // a function, because RSA keys print themselves
}

func newSealer(pkcs8 []byte) (*Sealer, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		return nil, ErrTampered // the parser's own error may quote
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, ErrTampered
	}
	return &Sealer{public: &key.PublicKey, sign: func(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
		return rsa.SignPKCS1v15(nil, key, opts.HashFunc(), digest)
	}}, nil
}

// Public and Sign make it a crypto.Signer; no randomness is used.
func (s *Sealer) Public() crypto.PublicKey { return s.public }

// Sign signs a digest by PKCS #1 v1.5.
func (s *Sealer) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.sign(digest, opts)
}

// Format keeps a sealer out of logs, under every verb.
func (*Sealer) Format(f fmt.State, _ rune) { io.WriteString(f, "[redacted]") }

// addOpinionKey makes the key, and what Init writes of it: the request, and outside production a certificate with its authority.
func (m *material) addOpinionKey() error {
	key, err := rsa.GenerateKey(rand.Reader, opinionKeyBits)
	if err != nil {
		return fmt.Errorf("making the opinion key: %w", err)
	}
	if m.secrets.Opinions, err = x509.MarshalPKCS8PrivateKey(key); err != nil {
		return fmt.Errorf("encoding the opinion key: %w", err)
	}
	if m.public.Opinions, err = x509.MarshalPKIXPublicKey(key.Public()); err != nil {
		return fmt.Errorf("encoding the opinion key: %w", err)
	}
	request, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: opinionSubject(m.public), SignatureAlgorithm: x509.SHA256WithRSA}, key)
	if err != nil {
		return fmt.Errorf("making the request of a certificate: %w", err)
	}
	m.opinionFiles = map[string][]byte{OpinionRequestFile: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: request})}
	if m.public.Environment == production {
		return nil
	}
	return m.certifyForDevelopment(key.Public())
}

func opinionSubject(p Public) pkix.Name {
	return pkix.Name{Country: []string{"FR"}, Organization: []string{"OFII"}, CommonName: "Scellement des avis, environnement " + p.Environment}
}

// certifyForDevelopment: both certificates are valid in any year that a test clock can show. The authority's key is forgotten at once.
func (m *material) certifyForDevelopment(public crypto.PublicKey) error {
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("making a development authority: %w", err)
	}
	first, last := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{Country: []string{"FR"}, CommonName: "Cloison, autorité de scellement (" + m.public.Environment + ")"},
		NotBefore: first, NotAfter: last, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: opinionSubject(m.public), NotBefore: first, NotAfter: last,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	authorityDER, err := x509.CreateCertificate(rand.Reader, authority, authority, ca.Public(), ca)
	if err != nil {
		return fmt.Errorf("making a development authority: %w", err)
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, authority, public, ca)
	if err != nil {
		return fmt.Errorf("making a development certificate: %w", err)
	}
	m.opinionFiles[OpinionAuthorityFile] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
	m.opinionFiles[OpinionCertificateFile] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leafDER})
	return nil
}

// ReadCertificate reads the certificate of the opinion key, nil while there is none: keyholder then does everything but seal opinions. Between two steps
// of a change of that key it still bears the name of the next one's.
func ReadCertificate(dir string, p Public) (*x509.Certificate, error) {
	certificate, err := certificateIn(dir, OpinionCertificateFile)
	if err != nil || certificate != nil && isOf(certificate, p.Opinions) {
		return certificate, err
	}
	taken, err := certificateOf(dir, nextOpinion(OpinionCertificateFile), p.Opinions)
	if err != nil || taken != nil || certificate == nil {
		return taken, err
	}
	return nil, fmt.Errorf("reading %s: %w", OpinionCertificateFile, ErrCertificate)
}
