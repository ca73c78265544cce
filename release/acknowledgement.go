package release

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
)

// AcknowledgementBody is what the administrative zone signs: the prefecture of this referral has
// received this release of this version of its opinion.
type AcknowledgementBody struct {
	Seq      int64   `json:"seq"` // of the acknowledgement, without gap
	Referral string  `json:"referral"`
	Release  int64   `json:"release"` // number of the opinion's release
	Version  int     `json:"version"` // of the opinion
	On       Date    `json:"on"`
	At       Instant `json:"at"`
}

// Acknowledgement crosses towards medical.
type Acknowledgement struct {
	AcknowledgementBody
	Signature string `json:"signature"` // Ed25519, standard base64
}

// AcknowledgementPage is the answer of GET /relay/v1/acknowledgements.
type AcknowledgementPage struct {
	Items []Acknowledgement `json:"items"`
}

// ErrSignature says that an acknowledgement was not signed by the pinned key.
var ErrSignature = errors.New("signature does not verify")

// acknowledgementContext keeps this signature from ever being that of another kind of object.
const acknowledgementContext = "cloison-acknowledgement-1\n"

// Acknowledge signs body; sign makes an Ed25519 signature and keeps its key to itself.
func Acknowledge(sign func(message []byte) []byte, body AcknowledgementBody) (Acknowledgement, error) {
	canonical, err := Canonical(body)
	if err != nil {
		return Acknowledgement{}, err
	}
	signature := sign(append([]byte(acknowledgementContext), canonical...))
	return Acknowledgement{body, base64.StdEncoding.EncodeToString(signature)}, nil
}

// VerifyAcknowledgement checks a against the pinned key of the administrative zone.
func VerifyAcknowledgement(pub ed25519.PublicKey, a Acknowledgement) error {
	canonical, err := Canonical(a.AcknowledgementBody)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(a.Signature)
	if err != nil || len(pub) != ed25519.PublicKeySize ||
		!ed25519.Verify(pub, append([]byte(acknowledgementContext), canonical...), signature) {
		return fmt.Errorf("verifying acknowledgement %d: %w", a.Seq, ErrSignature)
	}
	return nil
}

// Validate holds the closed rules of an acknowledgement; it does not check the signature.
func (a Acknowledgement) Validate() error {
	signature, err := base64.StdEncoding.Strict().DecodeString(a.Signature)
	switch {
	case a.Seq < 1:
		return invalid("seq")
	case !validID(a.Referral):
		return invalid("referral")
	case a.Release < 1:
		return invalid("release")
	case a.Version < 1 || a.Version > maxVersion:
		return invalid("version")
	case !a.On.Valid():
		return invalid("on")
	case !a.At.Valid():
		return invalid("at")
	case err != nil || len(signature) != ed25519.SignatureSize:
		return invalid("signature")
	}
	return nil
}

// Validate holds the closed rules of a page; Items is never null.
func (p AcknowledgementPage) Validate() error {
	if p.Items == nil {
		return invalid("items")
	}
	for _, a := range p.Items {
		if err := a.Validate(); err != nil {
			return err
		}
	}
	return nil
}
