package form

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"cloison/crypto/cms"
	"cloison/release"
)

// ErrSeal: the seal is not that of a pinned certificate over this document and this opinion.
var ErrSeal = errors.New("seal does not verify")

// Pins are the certificates that may seal, by configuration: the one in use, and those before it while their opinions are kept.
type Pins []*x509.Certificate

// Check refuses what cannot be a pin.
func (p Pins) Check() error {
	if len(p) == 0 {
		return errors.New("no certificate of the seal is pinned")
	}
	for _, c := range p {
		if err := cms.CheckCertificate(c); err != nil {
			return fmt.Errorf("certificate %s: %w", cms.KeyID(c), err)
		}
	}
	return nil
}

// Verify renders the opinion with the receiver's own names and checks its seal over those bytes. It is the only thing that makes an
// opinion authentic: whatever was changed, in the opinion, in a name or in the seal, the bytes are others (TestVerifyRefusesEveryChange).
// It answers the sealed document.
func (p Pins) Verify(o release.Opinion, n Names) ([]byte, error) {
	document, err := Render(o.Unsealed, n)
	if err != nil {
		return nil, err
	}
	return p.Seal(document, o)
}

// Stamped is Verify with a time-stamp token of the seal's signature in the document too (PAdES baseline-B-T). What the token says was checked before.
func (p Pins) Stamped(o release.Opinion, n Names, token []byte) ([]byte, error) {
	document, err := Render(o.Unsealed, n)
	if err != nil {
		return nil, err
	}
	der, err := p.check(document, o)
	if err != nil {
		return nil, err
	}
	with, err := cms.WithStamp(der, token)
	if err != nil {
		return nil, fmt.Errorf("opinion %s: %w: %w", o.ID, ErrSeal, err)
	}
	if len(with) > MaxSeal {
		return nil, fmt.Errorf("opinion %s: its time-stamp is too large: %w", o.ID, ErrSeal)
	}
	return document.with(with), nil
}

// Seal checks the seal of an opinion over its document, and puts it there.
func (p Pins) Seal(d Document, o release.Opinion) ([]byte, error) {
	der, err := p.check(d, o)
	if err != nil {
		return nil, err
	}
	return d.with(der), nil
}

// check answers the seal of an opinion, once it verifies over that document.
func (p Pins) check(d Document, o release.Opinion) ([]byte, error) {
	i := slices.IndexFunc(p, func(c *x509.Certificate) bool { return cms.KeyID(c) == o.Seal.Key })
	if i < 0 || !cms.InForce(p[i], string(o.IssuedOn)) {
		return nil, fmt.Errorf("opinion %s: no pinned certificate in force: %w", o.ID, ErrSeal)
	}
	der, err := o.Seal.CMS()
	if err != nil {
		return nil, fmt.Errorf("opinion %s: %w: %w", o.ID, ErrSeal, err)
	}
	approved, err := o.SealDigest()
	if err != nil {
		return nil, err
	}
	if err := cms.Verify(p[i], der, cms.Content{Document: d.Digest(), Approved: approved}); err != nil {
		return nil, fmt.Errorf("opinion %s: %w: %w", o.ID, ErrSeal, err)
	}
	return der, nil
}
