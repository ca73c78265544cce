package keystore

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/internal/crash"
)

// ErrCustodians: not a set of custodians that could open a keystore.
var ErrCustodians = errors.New("custodians are not a quorum of different persons")

// Card is what a custodian gives of a new key: the public halves. Who brings it is compared by word of mouth (Fingerprint): nothing else binds it
// to a person.
type Card struct {
	Keystore  string `json:"keystore"`
	Number    int    `json:"number"`
	Recipient string `json:"recipient"`
	Approval  []byte `json:"approval"`
}

// Fingerprint is read aloud, by the custodian who made the card and by those who sign for it.
func (c Card) Fingerprint() (string, error) {
	b, err := canonical.Marshal(c)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical.Fields("cloison-card-1", b))
	return hex.EncodeToString(sum[:10]), nil
}

// NewCustodian makes a custodian's key on that custodian's own machine: the private file stays there, the card goes to those who order new shares.
func NewCustodian(p Public, number int, keyFile, cardFile string) (Card, error) {
	key, card, err := newCustodianKey(p, number)
	if err != nil {
		return Card{}, err
	}
	private, err := canonical.Marshal(key)
	if err != nil {
		return Card{}, err
	}
	public, err := canonical.Marshal(card)
	if err != nil {
		return Card{}, err
	}
	if err := writeFile(keyFile, 0o600, append(private, '\n')); err != nil {
		return Card{}, err
	}
	return card, writeFile(cardFile, 0o644, append(public, '\n'))
}

func newCustodianKey(p Public, number int) (custodianKey, Card, error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return custodianKey{}, Card{}, fmt.Errorf("making custodian identity: %w", err)
	}
	pub, key, _ := ed25519.GenerateKey(rand.Reader) // crypto/rand does not fail
	return custodianKey{Keystore: p.ID, Environment: p.Environment, Zone: p.Zone, Custodian: number, Identity: identity.String(), Approval: key.Seed()},
		Card{Keystore: p.ID, Number: number, Recipient: identity.Recipient().String(), Approval: pub}, nil
}

// ReadCard reads a file that NewCustodian wrote.
func ReadCard(path string) (Card, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Card{}, fmt.Errorf("reading a custodian's card: %w", err)
	}
	var c Card
	if err := unmarshalFile(b, &c); err != nil {
		return Card{}, fmt.Errorf("reading a custodian's card: %w", ErrTampered)
	}
	return c, nil
}

// Reshare draws a new unseal secret and deals it to n custodians, k of whom open: those of the cards, and those of before for the other numbers.
// No other key changes. A share of before is a wrong share from now on, and k of them open nothing (TestNewSharesReplaceTheOldOnes); only with a
// copy of the folder from before do they still open that copy.
func (k *Keys) Reshare(dir string, threshold, n int, cards []Card) (*Keys, Public, error) {
	p, s, _ := k.copy()
	custodians, err := dealt(p, threshold, n, cards)
	if err != nil {
		return nil, Public{}, err
	}
	unseal, values, err := splitSecret(threshold, n)
	if err != nil {
		return nil, Public{}, err
	}
	p.K, p.Custodians, p.Deal = threshold, custodians, p.Deal+1
	for i, value := range values {
		c := &p.Custodians[i]
		c.ShareDigest = shareDigest(p.ID, c.Number, value)
		share, err := sealShare(shareRecord{Keystore: p.ID, Custodian: c.Number, Value: value}, c.Recipient)
		if err != nil {
			return nil, Public{}, err
		}
		if err := replaceFile(dir, p.shareFile(c.Number), 0o600, share); err != nil {
			return nil, Public{}, err
		}
	}
	pass, err := passphrase(unseal, p.ID)
	if err != nil {
		return nil, Public{}, err
	}
	// A crash before the description leaves shares of a deal that was not made, one after it those of the deal before: the next unlock removes
	// either (TestADealIsWholeOrNotAtAll).
	crash.Point("keystore/shares.after")
	keys, p, err := change(dir, p, s, pass)
	if err != nil {
		return nil, Public{}, err
	}
	return keys, p, dropOtherShares(dir, p)
}

// dealt are the custodians of a new deal. Two numbers of one key would let one person count twice.
func dealt(p Public, threshold, n int, cards []Card) ([]Custodian, error) {
	if n < 1 || n > maxCustodians || threshold < 1 || threshold > n || p.Environment == production && threshold < 2 {
		return nil, fmt.Errorf("%d of %d: %w", threshold, n, ErrCustodians)
	}
	out := make([]Custodian, n)
	copy(out, p.Custodians)
	replaced := map[int]bool{}
	for _, c := range cards {
		if c.Number < 1 || c.Number > n || replaced[c.Number] || c.Keystore != p.ID {
			return nil, fmt.Errorf("card of custodian %d: %w", c.Number, ErrCustodians)
		}
		replaced[c.Number] = true
		out[c.Number-1] = Custodian{Number: c.Number, Recipient: c.Recipient, Approval: c.Approval}
	}
	seen := map[string]bool{}
	for i, c := range out {
		_, err := age.ParseHybridRecipient(c.Recipient)
		if err != nil || c.Number != i+1 || len(c.Approval) != ed25519.PublicKeySize || seen[c.Recipient] || seen[string(c.Approval)] {
			return nil, fmt.Errorf("custodian %d: %w", i+1, ErrCustodians)
		}
		seen[c.Recipient], seen[string(c.Approval)] = true, true
	}
	return out, nil
}

// dropOtherShares leaves the shares of the deal that the description is of.
func dropOtherShares(dir string, p Public) error {
	found, err := filepath.Glob(filepath.Join(dir, "share-*.age*"))
	if err != nil {
		return fmt.Errorf("listing shares: %w", err)
	}
	var keep []string
	for _, c := range p.Custodians {
		keep = append(keep, filepath.Join(dir, p.shareFile(c.Number)))
	}
	for _, path := range found {
		if slices.Contains(keep, path) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("removing a share of another deal: %w", err)
		}
	}
	return nil
}
