package keystore

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"runtime"

	"filippo.io/age"
	"golang.org/x/sync/errgroup"

	"cloison/crypto/canonical"
	"cloison/crypto/envelope"
)

// Errors of opening a wrapped dossier identity.
var (
	ErrWrapped   = errors.New("wrapped identity does not open in this zone")
	ErrElsewhere = errors.New("wrapped identity is another dossier's")
	ErrHeader    = errors.New("age header does not open with this dossier's identity")
)

// wrapped is the content of a wrapped dossier identity: an age file to the
// epoch's zone identity and to its recovery identity. What it is for stands
// inside and is compared before it counts: a row copied from another dossier
// opens nothing (vector swapped_row). Anyone can write an age file to the zone's
// public recipient, so keyholder's own signature stands inside too: an identity
// that keyholder did not make opens nothing (vector fresh_forgery).
type wrapped struct {
	Zone        string `json:"zone"`
	Dossier     string `json:"dossier"`
	Compartment string `json:"compartment"`
	Epoch       string `json:"epoch"`
	Identity    string `json:"identity"`
	Signature   []byte `json:"signature"`
}

// Wrap makes a new identity for one compartment of a dossier, wraps it to the
// current epoch, and signs its recipient.
func (k *Keys) Wrap(dossier, compartment string) (envelope.Compartment, error) {
	identity, err := age.GenerateHybridIdentity()
	if err != nil {
		return envelope.Compartment{}, fmt.Errorf("making dossier identity: %w", err)
	}
	return k.wrap(dossier, compartment, identity, identity.Recipient().String())
}

func (k *Keys) wrap(dossier, compartment string, identity *age.HybridIdentity, recipient string) (envelope.Compartment, error) {
	epoch, ok := k.public.Epoch(k.public.Current)
	if !ok {
		return envelope.Compartment{}, ErrTampered
	}
	signature := k.Recipients.Sign(envelope.RecipientStatement(k.public.Zone, dossier, compartment, epoch.Name, recipient))
	b, err := canonical.Marshal(wrapped{
		Zone: k.public.Zone, Dossier: dossier, Compartment: compartment, Epoch: epoch.Name,
		Identity: identity.String(), Signature: signature,
	})
	if err != nil {
		return envelope.Compartment{}, err
	}
	sealed, err := encrypt(b, k.wrapTo...)
	if err != nil {
		return envelope.Compartment{}, err
	}
	return envelope.Compartment{Recipient: recipient, Signature: signature, Wrapped: sealed, Epoch: epoch.Name}, nil
}

// Rewrap wraps a dossier's identity anew, to the current epoch. The identity,
// and with it every sealed document, stays.
func (k *Keys) Rewrap(dossier, compartment string, sealed []byte) (envelope.Compartment, error) {
	identity, recipient, err := k.unwrap(dossier, compartment, sealed)
	if err != nil {
		return envelope.Compartment{}, err
	}
	return k.wrap(dossier, compartment, identity, recipient)
}

// Recipient unwraps a dossier's identity and answers its public half, which is
// how a row that was read back is held against the one it replaces.
func (k *Keys) Recipient(dossier, compartment string, sealed []byte) (string, error) {
	_, recipient, err := k.unwrap(dossier, compartment, sealed)
	return recipient, err
}

// FileKeys opens age headers of one compartment of one dossier, on all processors. A file key
// opens one age file; the identity stays here.
func (k *Keys) FileKeys(dossier, compartment string, sealed []byte, headers [][]byte) ([][]byte, error) {
	identity, _, err := k.unwrap(dossier, compartment, sealed)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(headers))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, h := range headers {
		g.Go(func() (err error) {
			if len(h) > envelope.MaxHeader {
				return ErrHeader
			}
			if keys[i], err = age.DecryptHeader(h, identity); err != nil {
				return ErrHeader
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return keys, nil
}

// maxWrapped bounds a wrapped identity; one is about 4 kB.
const maxWrapped = 16 << 10

// unwrap gives a dossier's identity, and its public half.
func (k *Keys) unwrap(dossier, compartment string, sealed []byte) (*age.HybridIdentity, string, error) {
	if len(sealed) > maxWrapped {
		return nil, "", ErrWrapped
	}
	b, err := decrypt(sealed, k.identities()...)
	if err != nil {
		return nil, "", ErrWrapped
	}
	var w wrapped
	if err := canonical.Unmarshal(b, &w); err != nil {
		return nil, "", ErrWrapped
	}
	if w.Zone != k.public.Zone || w.Dossier != dossier || w.Compartment != compartment {
		return nil, "", ErrElsewhere
	}
	epoch, known := k.public.Epoch(w.Epoch)
	if !known {
		return nil, "", ErrWrapped
	}
	identity, err := age.ParseHybridIdentity(w.Identity)
	if err != nil {
		return nil, "", ErrWrapped
	}
	recipient := identity.Recipient().String()
	statement := envelope.RecipientStatement(w.Zone, dossier, compartment, w.Epoch, recipient)
	if !ed25519.Verify(k.signerOf(epoch), statement, w.Signature) {
		return nil, "", ErrWrapped
	}
	return identity, recipient, nil
}

// signerOf is the key that signed an epoch's recipients: this keystore's, unless the epoch was adopted from a lost one.
func (k *Keys) signerOf(e Epoch) ed25519.PublicKey {
	if len(e.Signer) > 0 {
		return e.Signer
	}
	return k.Recipients.Public()
}
