package cms

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
)

// Identifiers: RFC 5652, RFC 5035, RFC 5754, RFC 8017.
var (
	oidSignedData         = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidData               = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSHA256             = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA                = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidContentType        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47} // version 2
)

// approvedIdentifier is the attribute of ours, as it is encoded: 2.25 and a UUID drawn for it (ITU-T X.667),
// 4d9e2440-5253-446d-93c5-050674adc2fe. Its value is an OCTET STRING: SHA-256 of what was approved.
var approvedIdentifier = []byte{asn1.TagOID, 20,
	0x69, 0x81, 0x9b, 0x9e, 0x92, 0x90, 0x8a, 0xa5, 0x9a, 0x91, 0xdb, 0x93, 0xe2, 0xc1, 0xa0, 0xe7, 0xa5, 0xb7, 0x85, 0x7e}

// attribute is one signed attribute, encoded.
type attribute struct {
	name string // for whoever reads an error
	der  []byte
}

// attributes stand in the order that DER gives a set.
type attributes []attribute

func (a attributes) encode() []byte {
	var all []byte
	for _, one := range a {
		all = append(all, one.der...)
	}
	return all
}

// signingCertificate is SigningCertificateV2 (RFC 5035): one certificate, by its SHA-256, which is the default and so not named.
type signingCertificate struct{ Certificates []certificateID }

type certificateID struct{ Hash []byte }

func signedAttributes(certificate *x509.Certificate, content Content) (attributes, error) {
	hash := sha256.Sum256(certificate.Raw)
	all := attributes{{name: "content type"}, {name: "document digest"}, {name: "signing certificate"}, {name: "approved content"}}
	for i, a := range []struct{ identifier, value any }{
		{oidContentType, oidData},
		{oidMessageDigest, content.Document[:]},
		{oidSigningCertificate, signingCertificate{[]certificateID{{hash[:]}}}},
		{asn1.RawValue{FullBytes: approvedIdentifier}, content.Approved[:]},
	} {
		var err error
		if all[i].der, err = encodeAttribute(a.identifier, a.value); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b attribute) int { return bytes.Compare(a.der, b.der) })
	return all, nil
}

// encodeAttribute writes an identifier and the set of its one value.
func encodeAttribute(identifier, value any) ([]byte, error) {
	inner, err := asn1.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encoding an attribute: %w", err)
	}
	outer, err := asn1.Marshal(struct {
		Identifier any
		Values     asn1.RawValue
	}{identifier, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: inner}})
	if err != nil {
		return nil, fmt.Errorf("encoding an attribute: %w", err)
	}
	return outer, nil
}

// digest is that of the attributes as a plain SET OF, which is what is signed (RFC 5652, 5.4).
func (a attributes) digest() [32]byte {
	set, err := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: a.encode()})
	if err != nil {
		panic("a set of bytes always encodes: " + err.Error())
	}
	return sha256.Sum256(set)
}

// compare finds the first part that differs, so that an operator knows where to look.
func compare(got, want contentInfo, signed attributes) error {
	g, w := got.Content, want.Content
	gs, ws := g.SignerInfos[0], w.SignerInfos[0]
	for _, part := range []struct {
		name      string
		got, want any
	}{
		{"type", []any{got.Type, g.Version, g.Encapsulated.Type}, []any{want.Type, w.Version, w.Encapsulated.Type}},
		{"digest algorithm", []any{g.DigestAlgorithms, gs.DigestAlgorithm}, []any{w.DigestAlgorithms, ws.DigestAlgorithm}},
		{"certificate", g.Certificates.Bytes, w.Certificates.Bytes},
		{"signer", []any{gs.Version, gs.Signer}, []any{ws.Version, ws.Signer}},
		{"signature algorithm", gs.SignatureAlgorithm, ws.SignatureAlgorithm},
	} {
		if !same(part.got, part.want) {
			return &Error{part.name}
		}
	}
	rest := gs.SignedAttributes.Bytes
	for _, one := range signed {
		var ok bool
		if rest, ok = bytes.CutPrefix(rest, one.der); !ok {
			return &Error{one.name}
		}
	}
	if len(rest) != 0 {
		return &Error{"number of attributes"}
	}
	return nil
}

// same compares two parts as they are encoded.
func same(a, b any) bool {
	left, err := asn1.Marshal(a)
	if err != nil {
		return false
	}
	right, err := asn1.Marshal(b)
	return err == nil && bytes.Equal(left, right)
}
