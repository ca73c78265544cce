package passkey

import (
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
)

// Registration is what a browser gives when a person makes a passkey.
type Registration struct {
	Credential        []byte
	AttestationObject []byte
	ClientData        []byte
}

// ErrRegistration: no passkey was made for this challenge.
var ErrRegistration = errors.New("not a registration of a passkey")

// Algorithms are what a page asks of an authenticator, best first (COSE numbers).
func Algorithms() []int64 {
	out := make([]int64, 0, len(algorithms))
	for _, a := range algorithms {
		out = append(out, int64(a))
	}
	return out
}

// Register checks that a key was made for this challenge, on this origin, with the person present and verified, and answers it. Who made the
// authenticator is not asked: an attestation "none" is taken (TestRegister).
func Register(challenge, origin string, r Registration) (Key, error) {
	rpID := RPIDOf(origin)
	if rpID == "" || len(r.AttestationObject) > maxAnswer || len(r.ClientData) > maxAnswer || len(r.Credential) > maxCredential {
		return Key{}, fmt.Errorf("%w: too long, or no portal that a browser makes one for", ErrRegistration)
	}
	parsed, err := protocol.CredentialCreationResponse{
		PublicKeyCredential: publicKey(r.Credential),
		AttestationResponse: protocol.AuthenticatorAttestationResponse{
			AuthenticatorResponse: protocol.AuthenticatorResponse{ClientDataJSON: r.ClientData}, AttestationObject: r.AttestationObject,
		},
	}.Parse()
	if err != nil {
		return Key{}, fmt.Errorf("%w: it can't be read", ErrRegistration)
	}
	_, err = parsed.Verify(challenge, rpID, []string{origin}, nil, nil, protocol.TopOriginExplicitVerificationMode, false, verified, present,
		nil, parameters(), protocol.AttestationPolicy{}, protocol.SignaturePolicy{})
	if err != nil {
		return Key{}, fmt.Errorf("%w: challenge, origin, relying party or verification of the person", ErrRegistration)
	}
	made := parsed.Response.AttestationObject.AuthData.AttData
	k := Key{Credential: made.CredentialID, PublicKey: made.CredentialPublicKey, RPID: rpID, Origin: origin}
	return k, k.Valid()
}

func parameters() []protocol.CredentialParameter {
	var out []protocol.CredentialParameter
	for _, a := range algorithms {
		out = append(out, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return out
}
