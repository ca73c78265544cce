// Package stamp asks a time-stamp authority (RFC 3161) to say when a thing was there, and checks what it says. It protects the days of the log from the
// clock of its own operator, and the log from being remade later: nobody can date a new one back.
//
// It trusts the authorities whose certificates the operator pinned, and the library that reads their tokens. A token is checked at the time that it gives:
// it goes on proving after its certificate has ended.
package stamp

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// ErrToken: not a time-stamp of these bytes by an authority that is trusted.
var ErrToken = errors.New("not a time-stamp of this by a trusted authority")

// MaxToken bounds a token: a signature and its chain of certificates.
const MaxToken = 32 << 10

// Stamp is what an authority said.
type Stamp struct {
	Token []byte // DER of the time-stamp token, as `openssl ts -verify -token_in` reads it
	At    time.Time
}

// Request is a question to an authority about some bytes.
type Request struct {
	DER   []byte // application/timestamp-query
	data  []byte
	nonce *big.Int
}

// NewRequest asks about data. The nonce makes an answer that was given before no answer to it.
func NewRequest(data []byte) (Request, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return Request{}, err
	}
	der, err := timestamp.CreateRequest(bytes.NewReader(data), &timestamp.RequestOptions{Hash: crypto.SHA256, Certificates: true, Nonce: nonce})
	return Request{DER: der, data: data, nonce: nonce}, err
}

// Accept reads an authority's answer to r, application/timestamp-reply.
func (r Request) Accept(answer []byte, roots *x509.CertPool) (Stamp, error) {
	said, err := timestamp.ParseResponse(answer)
	if err != nil {
		return Stamp{}, errors.Join(ErrToken, err)
	}
	if said.Nonce == nil || said.Nonce.Cmp(r.nonce) != 0 {
		return Stamp{}, ErrToken
	}
	at, err := Check(said.RawToken, r.data, roots)
	return Stamp{Token: said.RawToken, At: at}, err
}

// id-ct-TSTInfo: a signature over anything else is no time-stamp.
var contentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}

// Check says when the token says that data was there. The certificate is one made for time-stamps alone, from one of roots, valid at that time.
func Check(token, data []byte, roots *x509.CertPool) (time.Time, error) {
	if len(token) > MaxToken || roots == nil {
		return time.Time{}, ErrToken
	}
	said, err := timestamp.Parse(token)
	if err != nil {
		return time.Time{}, errors.Join(ErrToken, err)
	}
	sum := sha256.Sum256(data)
	if said.HashAlgorithm != crypto.SHA256 || !bytes.Equal(said.HashedMessage, sum[:]) {
		return time.Time{}, ErrToken
	}
	signed, err := pkcs7.Parse(token)
	if err != nil || signed.GetOnlySigner() == nil {
		return time.Time{}, errors.Join(ErrToken, err)
	}
	var of asn1.ObjectIdentifier
	if err := signed.UnmarshalSignedAttribute(pkcs7.OIDAttributeContentType, &of); err != nil || !of.Equal(contentType) {
		return time.Time{}, errors.Join(ErrToken, err)
	}
	chain := x509.NewCertPool()
	for _, c := range signed.Certificates {
		chain.AddCert(c)
	}
	err = signed.VerifyWithOpts(x509.VerifyOptions{Roots: roots, Intermediates: chain, CurrentTime: said.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}})
	if err != nil {
		return time.Time{}, errors.Join(ErrToken, err)
	}
	return said.Time.UTC(), nil
}
