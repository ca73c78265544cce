package keystore

import (
	"fmt"
	"os"

	"filippo.io/age"

	"cloison/crypto/keyfile"
)

// CustodianFile names the key file of one custodian.
func CustodianFile(number int) string { return fmt.Sprintf("custodian-%d.key", number) }

// custodianKey is the content of a custodian's key file.
type custodianKey struct {
	Keystore    string `json:"keystore"`
	Environment string `json:"environment"`
	Zone        string `json:"zone"`
	Custodian   int    `json:"custodian"`
	Identity    string `json:"identity"`
	Approval    []byte `json:"approval"`
}

// CustodianKey is a custodian's key file, opened: it opens that custodian's
// share and signs orders to keyholder.
type CustodianKey struct {
	Number   int
	Keystore string
	identity func() age.Identity // a function, because age identities print themselves
	signer   *keyfile.Signer
}

// ReadCustodianKey reads a key file that Init wrote.
func ReadCustodianKey(path string) (CustodianKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return CustodianKey{}, fmt.Errorf("reading custodian key: %w", err)
	}
	return ParseCustodianKey(b)
}

// ParseCustodianKey reads the content of such a file.
func ParseCustodianKey(b []byte) (CustodianKey, error) {
	var k custodianKey
	if err := unmarshalFile(b, &k); err != nil {
		return CustodianKey{}, fmt.Errorf("reading custodian key: %w: %w", ErrTampered, err)
	}
	identity, err := age.ParseHybridIdentity(k.Identity)
	if err != nil {
		// age's text quotes its input: an identity.
		return CustodianKey{}, fmt.Errorf("reading custodian key: %w", ErrTampered)
	}
	signer, err := keyfile.NewSignerFromSeed(k.Approval)
	if err != nil {
		return CustodianKey{}, fmt.Errorf("reading custodian key: %w: %w", ErrTampered, err)
	}
	return CustodianKey{Number: k.Custodian, Keystore: k.Keystore, identity: func() age.Identity { return identity }, signer: signer}, nil
}

// SealShare prepares this custodian's share for one start of keyholder.
func (k CustodianKey) SealShare(p Public, share []byte, start, ephemeral string) ([]byte, error) {
	return SealShare(p, share, k.Number, k.identity(), start, ephemeral)
}

// Sign signs an order.
func (k CustodianKey) Sign(order []byte) []byte { return k.signer.Sign(order) }

// Format keeps the keys out of logs, under every verb.
func (k CustodianKey) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "custodian %d [redacted]", k.Number)
}
