package passkey

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"cloison/crypto/canonical"
)

// Key is one passkey as the roster names it: everything that an assertion is held against.
type Key struct {
	Credential []byte `json:"credential"` // the authenticator's name for the key
	PublicKey  []byte `json:"public_key"` // COSE_Key
	RPID       string `json:"rp_id"`      // the portal's host
	Origin     string `json:"origin"`     // the portal's address
}

// maxCredential is WebAuthn's own bound, maxPublicKey room for an RSA key of 4096 bits.
const (
	maxCredential = 1023
	maxPublicKey  = 1024
)

// algorithms are those that are asked for at registration: what authenticators have, and nothing weaker.
var algorithms = []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256}

// ErrKey: this is not a passkey of ours.
var ErrKey = errors.New("not a passkey")

// Valid refuses a key that no assertion could be held against: a roster that names it was mistyped.
func (k Key) Valid() error {
	if len(k.Credential) == 0 || len(k.Credential) > maxCredential || len(k.PublicKey) > maxPublicKey {
		return fmt.Errorf("%w: no credential or no key of a possible length", ErrKey)
	}
	if !allowed(k.PublicKey) {
		return fmt.Errorf("%w: a public key of no accepted kind", ErrKey)
	}
	if !ownOrigin(k.Origin, k.RPID) {
		return fmt.Errorf("%w: an origin that is not the portal's", ErrKey)
	}
	return nil
}

func allowed(cose []byte) bool {
	parsed, err := webauthncose.ParsePublicKey(cose)
	if err != nil {
		return false
	}
	var of int64
	switch k := parsed.(type) {
	case webauthncose.EC2PublicKeyData:
		of = k.Algorithm
	case webauthncose.OKPPublicKeyData:
		of = k.Algorithm
	case webauthncose.RSAPublicKeyData:
		// 2048 bits, as everywhere; the library asks less of an old authenticator.
		if new(big.Int).SetBytes(k.Modulus).BitLen() < 2048 {
			return false
		}
		of = k.Algorithm
	}
	for _, a := range algorithms {
		if int64(a) == of {
			return true
		}
	}
	return false
}

// ownOrigin: the relying party is the portal's host itself, never a wider domain on which another page could ask. Browsers know no relying party
// that is an address, and speak to nobody in clear but to their own machine.
func ownOrigin(origin, rpID string) bool {
	u, err := url.Parse(origin)
	if err != nil || rpID == "" || u.Hostname() != rpID || net.ParseIP(rpID) != nil || rpID != strings.ToLower(rpID) {
		return false
	}
	return origin == u.Scheme+"://"+u.Host && (u.Scheme == "https" || u.Scheme == "http" && rpID == "localhost")
}

// RPIDOf gives the relying party of a portal's address; "" where browsers would refuse to make a passkey for it.
func RPIDOf(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || !ownOrigin(origin, u.Hostname()) {
		return ""
	}
	return u.Hostname()
}

// Name is how the key is named in records: the credential itself is bytes of the authenticator's choice.
func (k Key) Name() string { return nameOf(k.Credential) }

func nameOf(credential []byte) string {
	sum := sha256.Sum256(canonical.Fields("cloison-passkey-name-1", credential))
	return hex.EncodeToString(sum[:])
}

// Fingerprint is what two people compare aloud: the person who registered the key, and a custodian who is about to sign the roster that names it.
// Eighty bits: nobody makes another key with the same.
func (k Key) Fingerprint() string {
	sum := sha256.Sum256(canonical.Fields("cloison-passkey-1", k.Credential, k.PublicKey, []byte(k.RPID), []byte(k.Origin)))
	text := hex.EncodeToString(sum[:10])
	return strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:16], text[16:]}, " ")
}
