package keystore

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/crypto/keyfile"
)

// Options say what keystore to make.
type Options struct {
	Environment string // the one word that databases and configuration carry too
	Zone        string
	Epoch       string // name of the first epoch: the year
	N, K        int    // custodians, and how many of them unseal

	// Custodians is the folder for custodian-1.key ... custodian-N.key. They
	// leave the host with their owners; in production no two stay together.
	Custodians string
	// Recovery is the file for the epoch's recovery identity, for the safe.
	Recovery string
}

// production is the environment that takes no excuse; a custodian's number is one byte of what its share's digest covers.
const (
	production    = "production"
	maxCustodians = 255
)

func (o Options) valid() error {
	if o.Environment == "" || o.Zone == "" || o.Epoch == "" || o.Custodians == "" || o.Recovery == "" {
		return errors.New("making a keystore needs an environment, a zone, an epoch, a folder for custodians and a recovery file")
	}
	if o.N < 1 || o.N > maxCustodians || o.K < 1 || o.K > o.N {
		return fmt.Errorf("%d of %d custodians is not a quorum", o.K, o.N)
	}
	if o.Environment == production && o.K < 2 {
		return errors.New("production needs at least two custodians to unseal")
	}
	return nil
}

// Init makes a keystore in dir, the custodians' key files and the recovery
// file. It writes over nothing: dir must not hold a keystore. The description
// is written last, so a folder left by a crash is not taken for a keystore.
func Init(dir string, o Options) error {
	if err := o.valid(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, publicFile)); err == nil {
		return fmt.Errorf("making keystore in %s: %w", dir, ErrExists)
	}
	for _, d := range []string{dir, o.Custodians, filepath.Dir(o.Recovery)} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return fmt.Errorf("making folder: %w", err)
		}
	}
	m, err := newMaterial(o)
	if err != nil {
		return err
	}
	files, err := m.files(dir, o)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := writeFile(f.path, f.mode, f.content); err != nil {
			return err
		}
	}
	return nil
}

// material is a keystore before it is written.
type material struct {
	public     Public
	secrets    secrets
	recovery   *age.HybridIdentity
	custodians []custodianKey
	unseal     []byte
	shares     [][]byte

	opinionFiles map[string][]byte // what is public of the opinion key, by file name
}

func newMaterial(o Options) (*material, error) {
	id := make([]byte, 16)
	rand.Read(id)
	m := &material{public: Public{
		Version: formatVersion, ID: hex.EncodeToString(id), Environment: o.Environment, Zone: o.Zone, K: o.K, Current: o.Epoch,
	}}
	if err := m.addEpoch(o.Epoch); err != nil {
		return nil, err
	}
	m.addSigningKeys()
	if err := m.addOpinionKey(); err != nil {
		return nil, err
	}
	var err error
	if m.public.Statistics, m.secrets.Statistics, err = newStatistics(nil); err != nil {
		return nil, err
	}
	if m.unseal, m.shares, err = splitSecret(o.K, o.N); err != nil {
		return nil, err
	}
	for i, share := range m.shares {
		if err := m.addCustodian(i+1, share); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *material) addEpoch(name string) error {
	zone, err := age.GenerateHybridIdentity()
	if err != nil {
		return fmt.Errorf("making zone identity: %w", err)
	}
	if m.recovery, err = age.GenerateHybridIdentity(); err != nil {
		return fmt.Errorf("making recovery identity: %w", err)
	}
	m.public.Epochs = append(m.public.Epochs, Epoch{
		Name: name, Recipient: zone.Recipient().String(), Recovery: m.recovery.Recipient().String(),
	})
	m.secrets.Identities = append(m.secrets.Identities, epochIdentity{Epoch: name, Identity: zone.String()})
	return nil
}

func (m *material) addSigningKeys() {
	pair := func() (public, seed []byte) {
		pub, key, _ := ed25519.GenerateKey(rand.Reader) // crypto/rand does not fail
		return pub, key.Seed()
	}
	m.public.Recipients, m.secrets.Recipients = pair()
	m.public.Checkpoints, m.secrets.Checkpoints = pair()
	m.secrets.Index, m.secrets.Chain = make([]byte, 32), make([]byte, 32)
	rand.Read(m.secrets.Index)
	rand.Read(m.secrets.Chain)
}

func (m *material) addCustodian(number int, share []byte) error {
	key, card, err := newCustodianKey(m.public, number)
	if err != nil {
		return err
	}
	m.public.Custodians = append(m.public.Custodians, Custodian{
		Number: number, Recipient: card.Recipient, Approval: card.Approval, ShareDigest: shareDigest(m.public.ID, number, share),
	})
	m.custodians = append(m.custodians, key)
	return nil
}

type file struct {
	path    string
	mode    os.FileMode
	content []byte
}

// files lists what to write, the description last.
func (m *material) files(dir string, o Options) ([]file, error) {
	var out []file
	for i, c := range m.custodians {
		key, err := canonical.Marshal(c)
		if err != nil {
			return nil, err
		}
		share, err := sealShare(shareRecord{Keystore: m.public.ID, Custodian: i + 1, Value: m.shares[i]}, m.public.Custodians[i].Recipient)
		if err != nil {
			return nil, err
		}
		out = append(out,
			file{filepath.Join(o.Custodians, CustodianFile(i+1)), 0o600, append(key, '\n')},
			file{filepath.Join(dir, m.public.shareFile(i+1)), 0o600, share})
	}
	out = append(out, file{o.Recovery, 0o600, []byte(m.recovery.String() + "\n")})
	sealed, err := sealSecrets(m.public, m.secrets, m.unseal)
	if err != nil {
		return nil, err
	}
	out = append(out, file{filepath.Join(dir, sealedFile), 0o600, sealed})
	pubs, err := m.publicKeyFiles(dir)
	if err != nil {
		return nil, err
	}
	description, err := canonical.Marshal(m.public)
	if err != nil {
		return nil, err
	}
	return append(slices.Concat(out, pubs), file{filepath.Join(dir, publicFile), 0o644, append(description, '\n')}), nil
}

func (m *material) publicKeyFiles(dir string) ([]file, error) {
	var out []file
	for _, k := range []struct {
		name string
		pub  ed25519.PublicKey
	}{
		{RecipientKeyFile, m.public.Recipients},
		{CheckpointKeyFile, m.public.Checkpoints},
	} {
		content, err := keyfile.FormatPublic(k.pub)
		if err != nil {
			return nil, err
		}
		out = append(out, file{filepath.Join(dir, k.name), 0o644, content})
	}
	for name, content := range m.opinionFiles {
		out = append(out, file{filepath.Join(dir, name), 0o644, content})
	}
	return out, nil
}

// shareFile names a share: those of a later deal stand beside those of before until the description says which count.
func (p Public) shareFile(number int) string {
	if p.Deal == 0 {
		return fmt.Sprintf("share-%d.age", number)
	}
	return fmt.Sprintf("share-%d-%d.age", number, p.Deal)
}

// ReadShare reads custodian number's sealed share.
func ReadShare(dir string, p Public, number int) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, p.shareFile(number)))
	if err != nil {
		return nil, fmt.Errorf("reading share: %w", err)
	}
	return b, nil
}

// writeFile creates path, whole and on disk, or fails if it exists.
func writeFile(path string, mode os.FileMode, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("creating key file: %w", err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("writing key file %s: %w", path, err)
	}
	return nil
}
