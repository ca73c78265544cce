// Package passkeytest is an authenticator in software, for tests: it answers as
// a person's would, or wrongly where a test wants it to.
package passkeytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"cloison/crypto/passkey"
)

// Authenticator holds one key for one portal.
type Authenticator struct {
	Origin, RPID string
	Counter      uint32 // of the last signature; the next one counts one more, unless Uncounted
	Uncounted    bool

	key        *ecdsa.PrivateKey
	credential []byte
}

// New makes one with a key of its own.
func New(t testing.TB, origin string) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &Authenticator{Origin: origin, RPID: passkey.RPIDOf(origin), key: key, credential: make([]byte, 32)}
	rand.Read(a.credential)
	return a
}

// Key is what the roster names.
func (a *Authenticator) Key(t testing.TB) passkey.Key {
	t.Helper()
	return passkey.Key{Credential: a.credential, PublicKey: a.cose(t), RPID: a.RPID, Origin: a.Origin}
}

func (a *Authenticator) cose(t testing.TB) []byte {
	t.Helper()
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return encode(t, webauthncose.EC2PublicKeyData{
		PublicKeyData: webauthncose.PublicKeyData{KeyType: int64(webauthncose.EllipticKey), Algorithm: int64(webauthncose.AlgES256)},
		Curve:         int64(webauthncose.P256), XCoord: point[1:33], YCoord: point[33:],
	})
}

// Answer is one answer before it is signed: what a test may change.
type Answer struct {
	Type, Challenge, Origin, RPID string
	Flags                         byte
	CrossOrigin                   bool
	More                          string // what a browser may add
}

// Flags of an answer.
const (
	Present  byte = 1
	Verified byte = 4
	attested byte = 64
)

func (a *Authenticator) answer(kind, challenge string, edit []func(*Answer)) Answer {
	out := Answer{Type: kind, Challenge: challenge, Origin: a.Origin, RPID: a.RPID, Flags: Present | Verified}
	for _, e := range edit {
		e(&out)
	}
	return out
}

func (o Answer) clientData(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{"type": o.Type, "challenge": o.Challenge, "origin": o.Origin, "crossOrigin": o.CrossOrigin, "more": o.More})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (o Answer) head(counter uint32) []byte {
	relying := sha256.Sum256([]byte(o.RPID))
	return binary.BigEndian.AppendUint32(append(relying[:], o.Flags), counter)
}

// Assert signs a challenge.
func (a *Authenticator) Assert(t testing.TB, challenge string, edit ...func(*Answer)) passkey.Assertion {
	t.Helper()
	if !a.Uncounted {
		a.Counter++
	}
	o := a.answer("webauthn.get", challenge, edit)
	head, client := o.head(a.Counter), o.clientData(t)
	of := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, head...), of[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return passkey.Assertion{Credential: a.credential, AuthenticatorData: head, ClientData: client, Signature: signature}
}

// Register answers as when a key is made, without attestation.
func (a *Authenticator) Register(t testing.TB, challenge string, edit ...func(*Answer)) passkey.Registration {
	t.Helper()
	o := a.answer("webauthn.create", challenge, edit)
	o.Flags |= attested
	data := append(o.head(a.Counter), make([]byte, 16)...) // no model
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.credential)))
	data = append(append(data, a.credential...), a.cose(t)...)
	object := encode(t, map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	return passkey.Registration{Credential: a.credential, AttestationObject: object, ClientData: o.clientData(t)}
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := webauthncbor.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
