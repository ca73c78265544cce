package keystore

import (
	"bytes"
	"crypto/ed25519"
	"crypto/subtle"
	"fmt"
	"os"
	"slices"
	"strings"

	"filippo.io/age"

	"cloison/crypto/canonical"
)

// recoveryRecord is a recovery identity on its way to one start of a new keyholder.
type recoveryRecord struct {
	Keystore string `json:"keystore"`
	Start    string `json:"start"`
	Epoch    string `json:"epoch"`
	Identity string `json:"identity"`
}

// SealRecovery reads a recovery identity out of its file and seals it for one start of keyholder; it answers its recipient too, which is what
// custodians sign for.
func SealRecovery(file, keystore, start, epoch, ephemeral string) (sealed []byte, recipient string, err error) {
	identity, err := readRecovery(file)
	if err != nil {
		return nil, "", err
	}
	to, err := age.ParseHybridRecipient(ephemeral)
	if err != nil {
		return nil, "", fmt.Errorf("parsing the recipient of a start: %w", ErrTampered)
	}
	b, err := canonical.Marshal(recoveryRecord{Keystore: keystore, Start: start, Epoch: epoch, Identity: identity.String()})
	if err != nil {
		return nil, "", err
	}
	sealed, err = encrypt(b, to)
	return sealed, identity.Recipient().String(), err
}

func readRecovery(file string) (*age.HybridIdentity, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading recovery identity: %w", err)
	}
	identity, err := age.ParseHybridIdentity(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, fmt.Errorf("reading recovery identity: %w", ErrTampered) // age's text quotes its input
	}
	return identity, nil
}

// Adopt takes an epoch of a keystore that was lost: the identity is that of its recovery file, signer the key with which the lost keystore signed
// recipients. Nothing new is wrapped to it; what was, opens, and is moved to the current epoch by the same rotation as any other
// (TestALostKeystoreIsRecoveredFromTheSafe). Until the adopted epoch is destroyed the lost keystore's signature counts for it.
func (k *Keys) Adopt(dir, epoch, recipient string, signer ed25519.PublicKey, sealed []byte, ephemeral age.Identity, start string) (*Keys, Public, error) {
	_, known := k.public.Epoch(epoch)
	if !epochName.MatchString(epoch) || known || slices.Contains(k.public.Destroyed, epoch) {
		return nil, Public{}, fmt.Errorf("adopting epoch: %w", ErrEpoch)
	}
	if len(signer) != ed25519.PublicKeySize || bytes.Equal(signer, k.public.Recipients) {
		return nil, Public{}, fmt.Errorf("adopting epoch %s: its signing key is none, or this keystore's own: %w", epoch, ErrEpoch)
	}
	b, err := decrypt(sealed, ephemeral)
	if err != nil {
		return nil, Public{}, fmt.Errorf("adopting epoch %s: %w", epoch, ErrWrongShare)
	}
	var r recoveryRecord
	if err := canonical.Unmarshal(b, &r); err != nil || r.Keystore != k.public.ID || r.Start != start || r.Epoch != epoch {
		return nil, Public{}, fmt.Errorf("adopting epoch %s: %w", epoch, ErrWrongShare)
	}
	identity, err := age.ParseHybridIdentity(r.Identity)
	if err != nil || subtle.ConstantTimeCompare([]byte(identity.Recipient().String()), []byte(recipient)) != 1 {
		return nil, Public{}, fmt.Errorf("adopting epoch %s: %w", epoch, ErrWrongShare)
	}
	p, s, pass := k.copy()
	p.Epochs = append(p.Epochs, Epoch{Name: epoch, Recipient: recipient, Recovery: recipient, Signer: signer})
	s.Identities = append(s.Identities, epochIdentity{Epoch: epoch, Identity: r.Identity})
	return change(dir, p, s, pass)
}
