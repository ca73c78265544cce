package keystore

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/keyfile"
	"cloison/internal/secret"
)

// secrets is the content of sealed.age.
type secrets struct {
	Description []byte          `json:"description"` // digest of keystore.json
	Identities  []epochIdentity `json:"identities"`
	Recipients  []byte          `json:"recipients"`
	Opinions    []byte          `json:"opinions"`
	Checkpoints []byte          `json:"checkpoints"`
	Index       []byte          `json:"index"`
	Chain       []byte          `json:"chain"`

	Search          [][]byte `json:"search,omitempty"` // keys of search tags after Index, in the order in which they were taken
	NextCheckpoints []byte   `json:"next_checkpoints,omitempty"`
	NextOpinions    []byte   `json:"next_opinions,omitempty"`

	Statistics []statisticsIdentity `json:"statistics,omitempty"` // oldest first; the last is the present one
}

type epochIdentity struct {
	Epoch    string `json:"epoch"`
	Identity string `json:"identity"`
}

func sealSecrets(p Public, s secrets, unseal []byte) ([]byte, error) {
	pass, err := passphrase(unseal, p.ID)
	if err != nil {
		return nil, err
	}
	return sealUnder(p, s, pass)
}

func sealUnder(p Public, s secrets, pass string) ([]byte, error) {
	var err error
	if s.Description, err = p.digest(); err != nil {
		return nil, err
	}
	b, err := canonical.Marshal(s)
	if err != nil {
		return nil, err
	}
	to, err := age.NewScryptRecipient(pass)
	if err != nil {
		return nil, fmt.Errorf("making keystore recipient: %w", err)
	}
	to.SetWorkFactor(workFactor)
	return encrypt(b, to)
}

// Keys are the opened secrets. They do operations; nothing gives a key back,
// and all of them print as [redacted] (TestKeysDoNotPrint).
type Keys struct {
	public     Public
	identities func() []age.Identity // the last that came first; a function, because age identities print themselves
	wrapTo     []age.Recipient       // of the current epoch: its own and its recovery
	index      secret.Bytes
	search     []secret.Bytes
	chain      secret.Bytes
	sealed     func() (secrets, string) // what sealed.age holds, and its passphrase, to write it anew with other epochs

	statistics func() []age.Identity

	Recipients  *keyfile.Signer
	Opinions    *Sealer
	Checkpoints *keyfile.Signer
}

// Format keeps keys out of logs, under every verb.
func (*Keys) Format(f fmt.State, _ rune) { io.WriteString(f, "[redacted]") }

// Unlock opens the keystore in dir with at least k shares.
func Unlock(dir string, p Public, shares []Share) (*Keys, error) {
	unseal, err := combine(p.K, shares)
	if err != nil {
		return nil, err
	}
	pass, err := passphrase(unseal, p.ID)
	if err != nil {
		return nil, err
	}
	s, err := openSealed(dir, p, pass)
	if err != nil {
		return nil, err
	}
	if err := dropOtherShares(dir, p); err != nil {
		return nil, err
	}
	if err := settle(dir, p); err != nil {
		return nil, err
	}
	return newKeys(p, s, pass)
}

// openSealed opens the sealed file that belongs to the description. A change of
// epochs that a crash cut after its description leaves that file under the name
// of the next one; it is given its own here.
func openSealed(dir string, p Public, pass string) (secrets, error) {
	s, err := readSealed(filepath.Join(dir, sealedFile), p, pass)
	if !errors.Is(err, ErrTampered) {
		return s, err
	}
	next, nextErr := readSealed(filepath.Join(dir, nextSealedFile), p, pass)
	if nextErr != nil {
		return secrets{}, err
	}
	return next, rename(dir, nextSealedFile, sealedFile)
}

func readSealed(path string, p Public, pass string) (secrets, error) {
	sealed, err := os.ReadFile(path)
	if err != nil {
		return secrets{}, fmt.Errorf("reading keystore: %w", err)
	}
	with, err := age.NewScryptIdentity(pass)
	if err != nil {
		return secrets{}, fmt.Errorf("making keystore identity: %w", err)
	}
	b, err := decrypt(sealed, with)
	if err != nil {
		return secrets{}, fmt.Errorf("opening keystore: %w", ErrTampered)
	}
	var s secrets
	if err := canonical.Unmarshal(b, &s); err != nil {
		return secrets{}, fmt.Errorf("reading opened keystore: %w", ErrTampered)
	}
	want, err := p.digest()
	if err != nil {
		return secrets{}, err
	}
	if subtle.ConstantTimeCompare(want, s.Description) != 1 {
		return secrets{}, fmt.Errorf("comparing keystore description: %w", ErrTampered)
	}
	return s, nil
}

func newKeys(p Public, s secrets, pass string) (*Keys, error) {
	k := &Keys{public: p, index: secret.NewBytes(s.Index), search: searchKeys(s.Search), chain: secret.NewBytes(s.Chain), sealed: func() (secrets, string) { return s, pass }}
	var err error
	var identities []age.Identity
	for _, e := range s.Identities {
		identity, err := age.ParseHybridIdentity(e.Identity)
		if err != nil {
			return nil, fmt.Errorf("reading zone identity of epoch %s: %w", e.Epoch, ErrTampered)
		}
		identities = append(identities, identity)
	}
	slices.Reverse(identities)
	k.identities = func() []age.Identity { return identities }
	if k.wrapTo, err = wrapRecipients(p); err != nil {
		return nil, err
	}
	if k.statistics, err = statisticsOf(s); err != nil {
		return nil, err
	}
	for _, sk := range []struct {
		seed []byte
		to   **keyfile.Signer
	}{{s.Recipients, &k.Recipients}, {s.Checkpoints, &k.Checkpoints}} {
		if *sk.to, err = keyfile.NewSignerFromSeed(sk.seed); err != nil {
			return nil, fmt.Errorf("reading signing key: %w", ErrTampered)
		}
	}
	if k.Opinions, err = newSealer(s.Opinions); err != nil {
		return nil, fmt.Errorf("reading the opinion key: %w", err)
	}
	opinions, err := x509.MarshalPKIXPublicKey(k.Opinions.Public())
	if err != nil || !bytes.Equal(k.Recipients.Public(), p.Recipients) || !bytes.Equal(opinions, p.Opinions) || !bytes.Equal(k.Checkpoints.Public(), p.Checkpoints) {
		return nil, fmt.Errorf("comparing public keys: %w", ErrTampered)
	}
	return k, nil
}

func wrapRecipients(p Public) ([]age.Recipient, error) {
	epoch, ok := p.Epoch(p.Current)
	if !ok {
		return nil, ErrTampered
	}
	to := make([]age.Recipient, 2)
	for i, s := range []string{epoch.Recipient, epoch.Recovery} {
		r, err := age.ParseHybridRecipient(s)
		if err != nil {
			return nil, fmt.Errorf("parsing zone recipient: %w", ErrTampered)
		}
		to[i] = r
	}
	return to, nil
}

// Blind is a keyed digest of a digest: what keyholder writes to its own file
// instead of a plain digest of medical content, which a few guesses would
// invert.
func (k *Keys) Blind(use string, digest []byte) []byte {
	return sum(k.chain, canonical.Fields("cloison-blind-1", []byte(use), digest))
}

// MarkTombstone is keyholder's own mark upon a destruction that it knows. It outlives the custodians who ordered it.
func (k *Keys) MarkTombstone(dossier, visa string) []byte {
	return sum(k.chain, canonical.Fields("cloison-tombstone-1", []byte(dossier), []byte(visa)))
}

// Authenticate is the MAC of a line of keyholder's own file.
func (k *Keys) Authenticate(line []byte) []byte {
	return sum(k.chain, canonical.Fields("cloison-chain-mac-1", line))
}

func sum(key secret.Bytes, message []byte) []byte {
	h := hmac.New(sha256.New, key.Reveal())
	h.Write(message)
	return h.Sum(nil)
}
