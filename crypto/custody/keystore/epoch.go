package keystore

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"filippo.io/age"

	"cloison/crypto/canonical"
	"cloison/internal/crash"
)

var epochName = regexp.MustCompile(`^[0-9]{4}[a-z]?$`)

// NewRecovery makes the recovery identity of an epoch to come, on the machine
// of whoever will put it in the safe: keyholder is given its recipient alone.
func NewRecovery(path string) (recipient string, err error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", fmt.Errorf("making recovery identity: %w", err)
	}
	return identity.Recipient().String(), writeFile(path, 0o600, []byte(identity.String()+"\n"))
}

// AddEpoch makes the zone identity of a new epoch, to which everything is
// wrapped from now on. The old ones go on opening what was wrapped to them.
func (k *Keys) AddEpoch(dir, name, recovery string) (*Keys, Public, error) {
	_, known := k.public.Epoch(name)
	if !epochName.MatchString(name) || known || slices.Contains(k.public.Destroyed, name) {
		return nil, Public{}, fmt.Errorf("making epoch: %w", ErrEpoch)
	}
	if _, err := age.ParseHybridRecipient(recovery); err != nil {
		return nil, Public{}, fmt.Errorf("making epoch %s: its recovery recipient is none: %w", name, ErrEpoch)
	}
	zone, err := age.GenerateHybridIdentity()
	if err != nil {
		return nil, Public{}, fmt.Errorf("making zone identity: %w", err)
	}
	p, s, pass := k.copy()
	p.Epochs = append(p.Epochs, Epoch{Name: name, Recipient: zone.Recipient().String(), Recovery: recovery})
	p.Current = name
	s.Identities = append(s.Identities, epochIdentity{Epoch: name, Identity: zone.String()})
	return change(dir, p, s, pass)
}

// DropEpoch destroys an epoch that is not the current one: what is still wrapped
// to it opens no more. The file that held it is written over by one without it;
// copies of the folder, and this process's memory, are the caller's to end.
func (k *Keys) DropEpoch(dir, name string) (*Keys, Public, error) {
	if _, known := k.public.Epoch(name); !known || name == k.public.Current {
		return nil, Public{}, fmt.Errorf("destroying epoch: %w", ErrEpoch)
	}
	p, s, pass := k.copy()
	p.Epochs = slices.DeleteFunc(p.Epochs, func(e Epoch) bool { return e.Name == name })
	p.Destroyed = append(p.Destroyed, name)
	s.Identities = slices.DeleteFunc(s.Identities, func(e epochIdentity) bool { return e.Epoch == name })
	return change(dir, p, s, pass)
}

func (k *Keys) copy() (Public, secrets, string) {
	s, pass := k.sealed()
	p := k.public
	p.Epochs, p.Destroyed, p.Custodians, s.Identities = slices.Clone(p.Epochs), slices.Clone(p.Destroyed), slices.Clone(p.Custodians), slices.Clone(s.Identities)
	p.FormerCheckpoints = slices.Clone(p.FormerCheckpoints)
	return p, s, pass
}

// change writes a keystore anew. The description is the commit: before it, the
// folder is the old keystore with a file more, which the next change writes
// over; after it, the new one, whose sealed file Unlock finds under either name
// (TestAChangeOfEpochsIsWholeOrNotAtAll).
func change(dir string, p Public, s secrets, pass string) (*Keys, Public, error) {
	sealed, err := sealUnder(p, s, pass)
	if err != nil {
		return nil, Public{}, err
	}
	description, err := canonical.Marshal(p)
	if err != nil {
		return nil, Public{}, err
	}
	keys, err := newKeys(p, s, pass)
	if err != nil {
		return nil, Public{}, err
	}
	if err := replaceFile(dir, nextSealedFile, 0o600, sealed); err != nil {
		return nil, Public{}, err
	}
	crash.Point("keystore/description.before")
	if err := replaceFile(dir, publicFile, 0o644, append(description, '\n')); err != nil {
		return nil, Public{}, err
	}
	crash.Point("keystore/description.after")
	return keys, p, rename(dir, nextSealedFile, sealedFile)
}

func replaceFile(dir, name string, mode os.FileMode, content []byte) error {
	fresh := name + ".new"
	if err := os.Remove(filepath.Join(dir, fresh)); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("replacing %s: %w", name, err)
	}
	if err := writeFile(filepath.Join(dir, fresh), mode, content); err != nil {
		return err
	}
	return rename(dir, fresh, name)
}

func rename(dir, from, to string) error {
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		return fmt.Errorf("naming %s: %w", to, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("syncing keystore: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("syncing keystore: %w", err)
	}
	return nil
}
