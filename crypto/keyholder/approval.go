package keyholder

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"cloison/crypto/canonical"
	"cloison/crypto/passkey"
	"cloison/internal/secret"
)

// Approval is one person's fresh approval of one act, as keyholder checked it.
// The medical zone archives it with what was approved (Archive), so that it can
// be checked again without us: the token is signed by the issuer's key, and its
// nonce is ApprovalNonce(Act, Digest, Draw). Where the person's provider does
// not authenticate anew, there is no token but an assertion over that nonce, by
// a passkey that the roster named.
type Approval struct {
	ID         string
	Nonce      string
	Act        string
	Dossier    string
	Digest     []byte // of what was approved
	Draw       []byte // 32 bytes that keyholder drew
	Issuer     string
	Subject    string
	NationalID string
	Token      secret.String   // the ID token
	IssuerKey  json.RawMessage // the JWK whose signature the token carries
	At         time.Time
	Assertion  *passkey.Assertion // instead of Token and IssuerKey
}

// ApprovalNonce is the nonce that an author signs with his identity provider. For an act without a digest
// ("session"), digest is empty.
func ApprovalNonce(act string, digest, draw []byte) string {
	h := sha256.New()
	h.Write([]byte("cloison-approval-1"))
	h.Write([]byte(act))
	h.Write(digest)
	h.Write(draw)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}

// ApprovalRecord is an Approval as bytes: on the socket and in the archive. It
// is a type of its own because the token in it is readable.
type ApprovalRecord struct {
	ID         string          `json:"id"`
	Nonce      string          `json:"nonce"`
	Act        string          `json:"act"`
	Dossier    string          `json:"dossier"`
	Digest     []byte          `json:"digest"`
	Draw       []byte          `json:"draw"`
	Issuer     string          `json:"issuer"`
	Subject    string          `json:"subject"`
	NationalID string          `json:"national_id"`
	Token      string          `json:"token"`
	IssuerKey  json.RawMessage `json:"issuer_key"`
	At         time.Time       `json:"at"`

	Assertion *passkey.Assertion `json:"assertion,omitempty"`
}

// Archive is the approval with its token readable, for the archive. The plain
// json.Marshal of an Approval is an error of the caller's: it prints the token
// as [redacted].
func (a Approval) Archive() ([]byte, error) {
	return canonical.Marshal(ApprovalRecord{
		ID: a.ID, Nonce: a.Nonce, Act: a.Act, Dossier: a.Dossier, Digest: a.Digest, Draw: a.Draw,
		Issuer: a.Issuer, Subject: a.Subject, NationalID: a.NationalID,
		Token: a.Token.Reveal(), IssuerKey: a.IssuerKey, At: a.At, Assertion: a.Assertion,
	})
}

// ParseApproval reads what Archive wrote.
func ParseApproval(b []byte) (Approval, error) {
	var r ApprovalRecord
	if err := canonical.Unmarshal(b, &r); err != nil {
		return Approval{}, err
	}
	return r.Approval(), nil
}

// Approval is the record with its token in a type that does not print.
func (r ApprovalRecord) Approval() Approval {
	return Approval{
		ID: r.ID, Nonce: r.Nonce, Act: r.Act, Dossier: r.Dossier, Digest: r.Digest, Draw: r.Draw,
		Issuer: r.Issuer, Subject: r.Subject, NationalID: r.NationalID,
		Token: secret.NewString(r.Token), IssuerKey: r.IssuerKey, At: r.At, Assertion: r.Assertion,
	}
}
