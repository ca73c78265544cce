package passkey

import (
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
)

// Assertion is what an authenticator answers to a challenge, as the browser gives it.
type Assertion struct {
	Credential        []byte `json:"credential"`
	AuthenticatorData []byte `json:"authenticator_data"`
	ClientData        []byte `json:"client_data"` // JSON that the browser wrote, with challenge and origin
	Signature         []byte `json:"signature"`
}

// ErrAssertion: this is no assertion of this key over this challenge.
var ErrAssertion = errors.New("not an assertion of this passkey")

// maxAnswer bounds each part of what a browser sends.
const maxAnswer = 4 << 10

// Name is the key's that is said to have signed.
func (a Assertion) Name() string { return nameOf(a.Credential) }

// Verify checks that this key signed this challenge (base64url, as in the client data) on its own origin, for its own relying party, to get and not
// to create, with the person present and verified; it answers the authenticator's counter of signatures, 0 where it has none
// (TestVerifyRefuses).
func (k Key) Verify(challenge string, a Assertion) (counter uint32, err error) {
	if len(a.AuthenticatorData) > maxAnswer || len(a.ClientData) > maxAnswer || len(a.Signature) > maxAnswer || string(a.Credential) != string(k.Credential) {
		return 0, fmt.Errorf("%w: of another key, or too long", ErrAssertion)
	}
	parsed, err := a.response().Parse()
	if err != nil {
		// The library's text quotes what was sent; ours does not.
		return 0, fmt.Errorf("%w: it can't be read", ErrAssertion)
	}
	err = parsed.Verify(challenge, k.RPID, "", []string{k.Origin}, nil, nil, protocol.TopOriginExplicitVerificationMode, false,
		verified, present, k.PublicKey, protocol.SignaturePolicy{})
	if err != nil {
		return 0, fmt.Errorf("%w: challenge, origin, relying party, verification of the person or signature", ErrAssertion)
	}
	return parsed.Response.AuthenticatorData.Counter, nil
}

// What the authenticator must say of the person.
const (
	verified = true
	present  = true
)

func (a Assertion) response() protocol.CredentialAssertionResponse {
	return protocol.CredentialAssertionResponse{
		PublicKeyCredential: publicKey(a.Credential),
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: a.ClientData},
			AuthenticatorData:     a.AuthenticatorData, Signature: a.Signature,
		},
	}
}

func publicKey(credential []byte) protocol.PublicKeyCredential {
	return protocol.PublicKeyCredential{
		Credential: protocol.Credential{ID: base64.RawURLEncoding.EncodeToString(credential), Type: string(protocol.PublicKeyCredentialType)},
		RawID:      credential,
	}
}
