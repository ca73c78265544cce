package keystore

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"

	"filippo.io/age"
	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"

	"cloison/crypto/canonical"
	"cloison/internal/secret"
)

// Shares of the unseal secret are points of a polynomial over the scalars of
// ristretto255. The secret itself is a random scalar and never leaves the
// process that draws or recovers it.
var sharing = group.Ristretto255

// Share is one custodian's share, opened. It prints as [redacted].
type Share struct {
	Custodian int
	value     secret.Bytes
}

// shareRecord is a share inside its age file. Start is empty on disk; on its
// way to keyholder it names the start it was sealed for.
type shareRecord struct {
	Keystore  string `json:"keystore"`
	Start     string `json:"start"`
	Custodian int    `json:"custodian"`
	Value     []byte `json:"value"`
}

func splitSecret(k, n int) (unseal []byte, shares [][]byte, err error) {
	whole := sharing.RandomNonZeroScalar(rand.Reader)
	if unseal, err = whole.MarshalBinary(); err != nil {
		return nil, nil, fmt.Errorf("encoding unseal secret: %w", err)
	}
	for _, s := range secretsharing.New(rand.Reader, uint(k-1), whole).Share(uint(n)) {
		value, err := s.Value.MarshalBinary()
		if err != nil {
			return nil, nil, fmt.Errorf("encoding share: %w", err)
		}
		shares = append(shares, value)
	}
	return unseal, shares, nil
}

// combine recovers the unseal secret from at least k distinct shares.
func combine(k int, shares []Share) ([]byte, error) {
	seen := map[int]bool{}
	var points []secretsharing.Share
	for _, s := range shares {
		// circl panics on two shares of one number.
		if seen[s.Custodian] || s.Custodian < 1 {
			continue
		}
		seen[s.Custodian] = true
		value := sharing.NewScalar()
		if err := value.UnmarshalBinary(s.value.Reveal()); err != nil {
			return nil, ErrWrongShare
		}
		points = append(points, secretsharing.Share{
			ID: sharing.NewScalar().SetUint64(uint64(s.Custodian)), Value: value,
		})
	}
	if len(points) < k {
		return nil, ErrNotEnoughShares
	}
	whole, err := secretsharing.Recover(uint(k-1), points)
	if err != nil {
		return nil, fmt.Errorf("recovering unseal secret: %w", err)
	}
	return whole.MarshalBinary()
}

func shareDigest(keystore string, custodian int, value []byte) []byte {
	sum := sha256.Sum256(canonical.Fields("cloison-share-1", []byte(keystore), []byte{byte(custodian)}, value))
	return sum[:]
}

// SealShare opens custodian's share with the custodian's identity and seals it
// again for one start of keyholder.
func SealShare(p Public, share []byte, custodian int, identity age.Identity, start, ephemeral string) ([]byte, error) {
	rec, err := openShare(share, identity)
	if err != nil {
		return nil, fmt.Errorf("share of custodian %d: %w: %w", custodian, ErrTampered, err)
	}
	if rec.Keystore != p.ID || rec.Custodian != custodian || rec.Start != "" {
		return nil, fmt.Errorf("share of custodian %d: %w", custodian, ErrTampered)
	}
	rec.Start = start
	return sealShare(rec, ephemeral)
}

// OpenShare opens a share that was sealed for this start, and checks it against
// the description: a wrong one is told from a right one before it can spoil
// anything (TestWrongSharesAreCounted).
func OpenShare(p Public, sealed []byte, identity age.Identity, start string) (Share, error) {
	rec, err := openShare(sealed, identity)
	if err != nil {
		return Share{}, ErrWrongShare
	}
	c, ok := p.Custodian(rec.Custodian)
	if !ok || rec.Start != start {
		return Share{}, ErrWrongShare
	}
	// The digest covers the keystore's name and the custodian's number too.
	if subtle.ConstantTimeCompare(c.ShareDigest, shareDigest(p.ID, rec.Custodian, rec.Value)) != 1 {
		return Share{}, ErrWrongShare
	}
	return Share{Custodian: rec.Custodian, value: secret.NewBytes(rec.Value)}, nil
}

func sealShare(rec shareRecord, recipient string) ([]byte, error) {
	to, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		return nil, fmt.Errorf("parsing recipient of a share: %w", ErrTampered)
	}
	b, err := canonical.Marshal(rec)
	if err != nil {
		return nil, err
	}
	return encrypt(b, to)
}

func openShare(sealed []byte, identity age.Identity) (shareRecord, error) {
	b, err := decrypt(sealed, identity)
	if err != nil {
		return shareRecord{}, fmt.Errorf("opening share: %w", err)
	}
	var rec shareRecord
	return rec, canonical.Unmarshal(b, &rec)
}

// passphrase turns the unseal secret into what age's scrypt recipient takes.
// The secret has 252 random bits already, so the stretching that scrypt is for
// has nothing to add: the lowest work factor does, and an unseal is quick. age's
// scrypt file is used because it is the one symmetric form age has.
func passphrase(unseal []byte, keystore string) (string, error) {
	key, err := hkdf.Key(sha256.New, unseal, []byte(keystore), "cloison-unseal-1", 32)
	if err != nil {
		return "", fmt.Errorf("deriving passphrase: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(key), nil
}

const workFactor = 4

func encrypt(plain []byte, to ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, fmt.Errorf("beginning age file: %w", err)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("writing age file: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("ending age file: %w", err)
	}
	return out.Bytes(), nil
}

// maxSecret bounds what is read out of an age file of the keystore.
const maxSecret = 1 << 20

func decrypt(sealed []byte, with ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(sealed), with...)
	if err != nil {
		return nil, fmt.Errorf("opening age file: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxSecret))
	if err != nil {
		return nil, fmt.Errorf("reading age file: %w", err)
	}
	return plain, nil
}
