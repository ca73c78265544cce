package cms

import (
	"bytes"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// errCertificate: only RSA gives signatures that have one value.
var errCertificate = errors.New("not one certificate of an RSA key of 3072 bits or more")

const leastBits = 3072

// ParseCertificate reads the file of one certificate that can seal.
func ParseCertificate(file []byte) (*x509.Certificate, error) {
	block, rest := pem.Decode(file)
	if block == nil || block.Type != "CERTIFICATE" || len(bytes.TrimSpace(rest)) != 0 {
		return nil, errCertificate
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parsing: %w", err)
	}
	return certificate, CheckCertificate(certificate)
}

// CheckCertificate says whether a certificate can be of a seal.
func CheckCertificate(certificate *x509.Certificate) error {
	public, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok || public.N.BitLen() < leastBits {
		return errCertificate
	}
	return nil
}

// KeyID names a certificate: the first 16 bytes of its SHA-256, in hex.
func KeyID(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:16])
}

// InForce says whether a certificate is valid on a day (ISO 8601). A seal has no hour.
func InForce(certificate *x509.Certificate, day string) bool {
	on := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	return on(certificate.NotBefore) <= day && day <= on(certificate.NotAfter)
}
