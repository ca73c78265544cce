package release

import "encoding/base64"

// The one seal there is: a detached CMS (PAdES) over the document that both zones render from the opinion (release/form), which checks it.
// The signature is RSA PKCS #1 v1.5: it has one value for one content, so a seal carries nothing (TestBitsBeyondTheLegalForm).
const (
	SealForm = "CMS"
	SealAlg  = "RSA-SHA256"

	// MaxSealBytes bounds a CMS with one certificate. The database and policy hold the same (migrations/medical, policy/rego/release.rego).
	MaxSealBytes = 4096
)

// NewSeal puts the parts of a seal together; key names the certificate.
func NewSeal(key string, cms []byte) Seal {
	return Seal{Form: SealForm, Alg: SealAlg, Key: key, Value: base64.StdEncoding.EncodeToString(cms)}
}

// CMS are the bytes of the seal, if it has the one form that base64 gives them.
func (s Seal) CMS() ([]byte, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	return base64.StdEncoding.Strict().DecodeString(s.Value)
}
