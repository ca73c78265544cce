package keystore

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cloison/crypto/canonical"
)

const formatVersion = 2

// Names inside the folder.
const (
	publicFile = "keystore.json"
	sealedFile = "sealed.age"
	// nextSealedFile is there between two steps of a change of epochs.
	nextSealedFile = "sealed-next.age"

	RecipientKeyFile  = "recipient.pub"
	CheckpointKeyFile = "checkpoint.pub"
)

// Closed errors.
var (
	// ErrTampered: the description, a share or the sealed file was changed, or
	// they are not of one keystore.
	ErrTampered = errors.New("keystore was changed")
	// ErrWrongShare: this is not the share the keystore was made with.
	ErrWrongShare = errors.New("wrong share")
	// ErrNotEnoughShares: fewer than k distinct shares.
	ErrNotEnoughShares = errors.New("not enough shares")
	// ErrEpoch: the epoch exists, was destroyed, or is the current one.
	ErrEpoch = errors.New("epoch can't be made or destroyed")
	// ErrExists: Init does not write over a keystore.
	ErrExists = errors.New("keystore exists")
)

// Public is the keystore's description.
type Public struct {
	Version     int         `json:"version"`
	ID          string      `json:"id"`
	Environment string      `json:"environment"`
	Zone        string      `json:"zone"`
	K           int         `json:"k"`
	Deal        int         `json:"deal,omitempty"` // how often shares were dealt anew
	Current     string      `json:"current"`        // epoch that new identities are wrapped to
	Epochs      []Epoch     `json:"epochs"`
	Destroyed   []string    `json:"destroyed,omitempty"` // epochs that were; their names never serve again
	Recipients  []byte      `json:"recipients"`          // Ed25519 public key
	Opinions    []byte      `json:"opinions"`            // RSA public key, PKIX
	Checkpoints []byte      `json:"checkpoints"`         // Ed25519 public key; each has one use
	Custodians  []Custodian `json:"custodians"`
	Statistics  string      `json:"statistics,omitempty"` // recipient of the records that are counted once a year

	Next              Next        `json:"next,omitzero"`
	FormerCheckpoints []FormerKey `json:"former_checkpoints,omitempty"` // oldest first
}

// Epoch is one year's zone identity, by its public half, and the recipient
// whose identity lies in the safe.
type Epoch struct {
	Name      string `json:"name"`
	Recipient string `json:"recipient"`
	Recovery  string `json:"recovery"`
	Signer    []byte `json:"signer,omitempty"` // of an adopted epoch: the lost keystore's key for recipients
}

// Custodian is one of the n people who hold a share.
type Custodian struct {
	Number      int    `json:"number"`
	Recipient   string `json:"recipient"`    // share-N.age is sealed to it
	Approval    []byte `json:"approval"`     // Ed25519, for orders to keyholder
	ShareDigest []byte `json:"share_digest"` // a share is 252 random bits: its digest hides it
}

// ReadPublic reads the description of a keystore. It is not authentic before
// Unlock.
func ReadPublic(dir string) (Public, error) {
	b, err := os.ReadFile(filepath.Join(dir, publicFile))
	if err != nil {
		return Public{}, fmt.Errorf("reading keystore: %w", err)
	}
	var p Public
	if err := unmarshalFile(b, &p); err != nil {
		return Public{}, fmt.Errorf("reading keystore: %w: %w", ErrTampered, err)
	}
	return p, p.valid()
}

// unmarshalFile reads a canonical file, which ends by a newline.
func unmarshalFile(b []byte, into any) error {
	return canonical.Unmarshal(bytes.TrimSuffix(b, []byte("\n")), into)
}

func (p Public) valid() error {
	if p.Version != formatVersion {
		return fmt.Errorf("keystore has version %d, this program knows %d", p.Version, formatVersion)
	}
	if p.K < 1 || p.K > len(p.Custodians) || p.Environment == "" || p.Zone == "" {
		return fmt.Errorf("keystore description is incomplete: %w", ErrTampered)
	}
	for i, c := range p.Custodians {
		if c.Number != i+1 || len(c.Approval) != ed25519.PublicKeySize || len(c.ShareDigest) != sha256.Size {
			return fmt.Errorf("keystore describes custodian %d wrongly: %w", i+1, ErrTampered)
		}
	}
	for _, e := range p.Epochs {
		if len(e.Signer) != 0 && len(e.Signer) != ed25519.PublicKeySize {
			return fmt.Errorf("keystore describes epoch %s wrongly: %w", e.Name, ErrTampered)
		}
	}
	for _, f := range p.FormerCheckpoints {
		if len(f.Public) != ed25519.PublicKeySize || f.Until < 1 {
			return fmt.Errorf("keystore describes a former key of the log wrongly: %w", ErrTampered)
		}
	}
	if _, ok := p.Epoch(p.Current); !ok {
		return fmt.Errorf("keystore has no current epoch: %w", ErrTampered)
	}
	return nil
}

// Epoch finds an epoch by name.
func (p Public) Epoch(name string) (Epoch, bool) {
	for _, e := range p.Epochs {
		if e.Name == name {
			return e, true
		}
	}
	return Epoch{}, false
}

// Custodian finds a custodian by number.
func (p Public) Custodian(number int) (Custodian, bool) {
	if number < 1 || number > len(p.Custodians) {
		return Custodian{}, false
	}
	return p.Custodians[number-1], true
}

func (p Public) digest() ([]byte, error) {
	b, err := canonical.Marshal(p)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(canonical.Fields("cloison-keystore-1", b))
	return sum[:], nil
}
