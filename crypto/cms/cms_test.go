package cms_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"sync"
	"testing"
	"time"

	"cloison/crypto/cms"
)

// Two keys for all tests: making one takes a while.
var keys = sync.OnceValue(func() (pair [2]*rsa.PrivateKey) {
	for i := range pair {
		key, err := rsa.GenerateKey(rand.Reader, 3072)
		if err != nil {
			panic(err)
		}
		pair[i] = key
	}
	return pair
})

func certificate(t testing.TB, key crypto.Signer, serial int64) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "Scellement d'essai"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func content(document, approved string) cms.Content {
	return cms.Content{Document: sha256.Sum256([]byte(document)), Approved: sha256.Sum256([]byte(approved))}
}

func seal(t testing.TB, key crypto.Signer, c *x509.Certificate, of cms.Content) []byte {
	t.Helper()
	der, err := cms.Sign(key, c, of)
	if err != nil {
		t.Fatal(err)
	}
	if err := cms.Verify(c, der, of); err != nil {
		t.Fatalf("a good seal: %v", err)
	}
	return der
}

func TestOneContentHasOneSeal(t *testing.T) {
	t.Parallel()
	key, of := keys()[0], content("document", "approved")
	c := certificate(t, key, 1)
	if !bytes.Equal(seal(t, key, c, of), seal(t, key, c, of)) {
		t.Error("two seals of one content differ")
	}
	if size := len(seal(t, key, c, of)); size > 2048 {
		t.Errorf("the seal has %d bytes", size)
	}
}

func TestASealIsOfOneApprovedContent(t *testing.T) {
	t.Parallel()
	key := keys()[0]
	c := certificate(t, key, 1)
	der := seal(t, key, c, content("document", "approved"))
	for part, of := range map[string]cms.Content{"document digest": content("other", "approved"), "approved content": content("document", "other")} {
		wrong(t, "another content", cms.Verify(c, der, of), part)
	}
}

func wrong(t *testing.T, name string, err error, part string) {
	t.Helper()
	var known *cms.Error
	if !errors.As(err, &known) || known.Part != part {
		t.Errorf("%s: got %v, want wrong in its %s", name, err, part)
	}
}

// TestVerifyRefuses: an attribute, a certificate, an encoding, a signature that is not the one expected.
func TestVerifyRefuses(t *testing.T) {
	t.Parallel()
	key, of := keys()[0], content("document", "approved")
	c := certificate(t, key, 1)
	der := seal(t, key, c, of)
	for i := range der {
		changed := bytes.Clone(der)
		changed[i] ^= 0x01
		if cms.Verify(c, changed, of) == nil {
			t.Fatalf("byte %d flipped: accepted", i)
		}
	}
	approved := []byte{asn1.TagOID, 20, 0x69, 0x81, 0x9b}
	other := certificate(t, key, 2) // of the same key
	stranger := certificate(t, keys()[1], 1)
	for name, tc := range map[string]struct {
		der  []byte
		part string
	}{
		"nothing":                         {nil, "encoding"},
		"cut":                             {der[:len(der)-1], "encoding"},
		"a byte after it":                 {append(bytes.Clone(der), 0), "encoding"},
		"another certificate, same key":   {seal(t, key, other, of), "certificate"},
		"another key":                     {seal(t, keys()[1], stranger, of), "certificate"},
		"another attribute":               {replaced(t, der, approved, []byte{asn1.TagOID, 20, 0x69, 0x81, 0x9c}), "approved content"},
		"another digest algorithm":        {replaced(t, der, []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1}, []byte{0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2}), "digest algorithm"},
		"the other name of the algorithm": {replaced(t, der, []byte{0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0, 4}, []byte{0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0, 4}), "signature algorithm"},
		"a signature of something else":   {withSignature(t, der, key, "else"), "signature"},
	} {
		wrong(t, name, cms.Verify(c, tc.der, of), tc.part)
	}
	for name, added := range unlawful(t, der, key) {
		if cms.Verify(c, added, of) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func replaced(t *testing.T, der, old, with []byte) []byte {
	t.Helper()
	if !bytes.Contains(der, old) || len(old) != len(with) {
		t.Fatal("nothing to replace")
	}
	return bytes.Replace(der, old, with, 1)
}

func withSignature(t *testing.T, der []byte, key *rsa.PrivateKey, message string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(message))
	s, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(der[:len(der)-len(s)]), s...)
}

// unlawful are well-formed CMS with one thing more, whose signature is good.
func unlawful(t *testing.T, der []byte, key *rsa.PrivateKey) map[string][]byte {
	t.Helper()
	type signerInfo struct {
		Version            int
		Signer             asn1.RawValue
		DigestAlgorithm    asn1.RawValue
		SignedAttributes   asn1.RawValue
		SignatureAlgorithm asn1.RawValue
		Signature          []byte
		Unsigned           asn1.RawValue `asn1:"optional"`
	}
	type parts struct {
		Type    asn1.ObjectIdentifier
		Content struct {
			Version      int
			Algorithms   asn1.RawValue
			Encapsulated asn1.RawValue
			Certificates asn1.RawValue
			Signers      []signerInfo `asn1:"set"`
		} `asn1:"explicit,tag:0"`
	}
	change := func(f func(*parts)) []byte {
		var p parts
		if _, err := asn1.Unmarshal(der, &p); err != nil {
			t.Fatal(err)
		}
		f(&p)
		b, err := asn1.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if !bytes.Equal(change(func(*parts) {}), der) {
		t.Fatal("taking the seal apart changes it")
	}
	implicit := func(tag int, content []byte) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: content}
	}
	note := []byte{0x30, 0x0b, 6, 3, 0x2a, 3, 4, 0x31, 4, 4, 2, 'h', 'i'}
	return map[string][]byte{
		"an unsigned attribute": change(func(p *parts) { p.Content.Signers[0].Unsigned = implicit(1, note) }),
		"one more signed attribute": change(func(p *parts) {
			s := &p.Content.Signers[0]
			attributes := append(bytes.Clone(note), s.SignedAttributes.Bytes...)
			set, _ := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: attributes})
			sum := sha256.Sum256(set)
			s.SignedAttributes = implicit(0, attributes)
			s.Signature, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
		}),
		"a second certificate": change(func(p *parts) {
			p.Content.Certificates = implicit(0, append(bytes.Clone(p.Content.Certificates.Bytes), p.Content.Certificates.Bytes...))
		}),
		"a second signer": change(func(p *parts) { p.Content.Signers = append(p.Content.Signers, p.Content.Signers[0]) }),
		"a content": change(func(p *parts) {
			p.Content.Encapsulated.FullBytes = append([]byte{0x30, 0x0d + 4}, append(bytes.Clone(p.Content.Encapsulated.Bytes), 0xa0, 4, 4, 2, 'h', 'i')...)
		}),
	}
}

func TestOnlyRSAOf3072BitsSeals(t *testing.T) {
	t.Parallel()
	short, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := content("document", "approved")
	for name, key := range map[string]crypto.Signer{"a short key": short, "a curve, whose signatures have many values": curve} {
		c := certificate(t, key, 1)
		if _, err := cms.Sign(key, c, of); err == nil {
			t.Errorf("%s: signs", name)
		}
		if cms.CheckCertificate(c) == nil {
			t.Errorf("%s: pinned", name)
		}
	}
	if _, err := cms.Sign(keys()[1], certificate(t, keys()[0], 1), of); err == nil {
		t.Error("a key signs under another's certificate")
	}
}

// FuzzVerify: whatever is accepted is the one seal.
func FuzzVerify(f *testing.F) {
	key, of := keys()[0], content("document", "approved")
	c := certificate(f, key, 1)
	der := seal(f, key, c, of)
	f.Add(der)
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Add(append(bytes.Clone(der), 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		if cms.Verify(c, b, of) == nil && !bytes.Equal(b, der) {
			t.Error("a second seal of one content is accepted")
		}
	})
}
