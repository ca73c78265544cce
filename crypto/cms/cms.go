// Package cms makes and checks the one kind of signature that seals a document: a detached CMS (RFC 5652) as PAdES baseline-B asks for it,
// by RSA PKCS #1 v1.5 with SHA-256. It composes the standard library; there is no cryptography of its own.
//
// It protects whoever receives a sealed document from a document that nobody approved, and the wall from a signature that carries
// anything else: of everything in a CMS, only the signature is not known to the receiver beforehand, and an RSA PKCS #1 v1.5 signature has
// one value for one key and one content (TestOneContentHasOneSeal). So Verify builds the bytes that it expects and takes no others: no
// other attribute, no unsigned attribute, no second certificate, no other encoding (TestVerifyRefuses, FuzzVerify).
//
// Beside the document's digest, a private attribute holds that of what the signer was shown to be approved: the asker chooses the
// document, and without it could have one sealed under the approvals of another (TestASealIsOfOneApprovedContent). No signing time: a day
// stands in what is signed, and an hour would be one more thing that crosses.
//
// It trusts the certificate that the caller pins. Whether that certificate comes from an authority is settled when it is pinned.
package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

// Content is what a seal covers, by its digests (SHA-256).
type Content struct {
	Document [32]byte // the bytes of the document
	Approved [32]byte // what was approved, in the signer's own canonical form
}

// Error names the part of a seal that is not as it must be. It never quotes a value.
type Error struct{ Part string }

func (e *Error) Error() string { return "the seal is wrong in its " + e.Part }

// Sign seals content. key keeps itself to itself; it must be that of the certificate.
func Sign(key crypto.Signer, certificate *x509.Certificate, content Content) ([]byte, error) {
	if err := CheckCertificate(certificate); err != nil {
		return nil, err
	}
	if !certificate.PublicKey.(*rsa.PublicKey).Equal(key.Public()) {
		return nil, errors.New("sealing: the key is not the certificate's")
	}
	attributes, err := signedAttributes(certificate, content)
	if err != nil {
		return nil, err
	}
	digest := attributes.digest()
	signature, err := key.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return expected(certificate, attributes, signature).encode()
}

// Verify says whether der is the seal of content by that certificate's key: its only one.
func Verify(certificate *x509.Certificate, der []byte, content Content) error {
	if err := CheckCertificate(certificate); err != nil {
		return err
	}
	got, err := parse(der)
	if err != nil {
		return err
	}
	attributes, err := signedAttributes(certificate, content)
	if err != nil {
		return err
	}
	signature := got.Content.SignerInfos[0].Signature
	want := expected(certificate, attributes, signature)
	if err := compare(got, want, attributes); err != nil {
		return err
	}
	// What was read is as it must be; nothing may stand beside it, or be written otherwise.
	if exact, err := want.encode(); err != nil || !bytes.Equal(exact, der) {
		return &Error{"encoding"}
	}
	digest := attributes.digest()
	if rsa.VerifyPKCS1v15(certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature) != nil {
		return &Error{"signature"}
	}
	return nil
}

// The CMS, as RFC 5652 names its parts. Raw values are compared as bytes.
type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content signedData `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version          int
	DigestAlgorithms []pkix.AlgorithmIdentifier `asn1:"set"`
	Encapsulated     encapsulated
	Certificates     asn1.RawValue // [0] IMPLICIT SET OF
	SignerInfos      []signerInfo  `asn1:"set"`
}

// encapsulated has no content: the signature is detached.
type encapsulated struct{ Type asn1.ObjectIdentifier }

type signerInfo struct {
	Version            int
	Signer             issuerAndSerial
	DigestAlgorithm    pkix.AlgorithmIdentifier
	SignedAttributes   asn1.RawValue // [0] IMPLICIT SET OF
	SignatureAlgorithm pkix.AlgorithmIdentifier
	Signature          []byte
	UnsignedAttributes asn1.RawValue `asn1:"optional,tag:1"` // a seal has none; [1] IMPLICIT SET OF
}

type issuerAndSerial struct {
	Issuer asn1.RawValue
	Serial *big.Int
}

func expected(certificate *x509.Certificate, attributes attributes, signature []byte) contentInfo {
	sha := pkix.AlgorithmIdentifier{Algorithm: oidSHA256} // RFC 5754: no parameters
	return contentInfo{Type: oidSignedData, Content: signedData{
		Version:          1,
		DigestAlgorithms: []pkix.AlgorithmIdentifier{sha},
		Encapsulated:     encapsulated{oidData},
		Certificates:     implicit(certificate.Raw),
		SignerInfos: []signerInfo{{
			Version:            1,
			Signer:             issuerAndSerial{asn1.RawValue{FullBytes: certificate.RawIssuer}, certificate.SerialNumber},
			DigestAlgorithm:    sha,
			SignedAttributes:   implicit(attributes.encode()),
			SignatureAlgorithm: pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: asn1.NullRawValue},
			Signature:          signature,
		}},
	}}
}

func (c contentInfo) encode() ([]byte, error) {
	der, err := asn1.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding a seal: %w", err)
	}
	return der, nil
}

func implicit(content []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: content}
}
