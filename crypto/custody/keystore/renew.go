package keystore

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"cloison/internal/crash"
)

// Keys that are replaced while the keystore stays. Those that others check by are replaced in two orders: the next one is made and shown, who checks by it
// pins it beside the present one, and it is taken. Nothing signed before is signed again, and nobody meets a signature by a key that he was not given.
const (
	KeyCheckpoints = "checkpoints" // of the log
	KeyOpinions    = "opinions"
	KeySearch      = "search"     // has no public half: it is taken without being made first
	KeyStatistics  = "statistics" // nobody pins it: who seals to it asks for it, and checks keyholder's signature
)

// Errors of replacing a key.
var (
	// ErrKey: no key of that name is replaced by itself.
	ErrKey = errors.New("not a key that is replaced by itself")
	// ErrNext: the key to take is not the one that was made to come next.
	ErrNext = errors.New("not the key that was made to come next")
)

// Next are the keys that were made and are not in use, by their public halves.
type Next struct {
	Checkpoints []byte `json:"checkpoints,omitempty"`
	Opinions    []byte `json:"opinions,omitempty"`
}

// FormerKey signed the checkpoints of this zone's log until another took its place.
type FormerKey struct {
	Public []byte `json:"public"`
	Until  int64  `json:"until"` // size of the last head that it signed
	Taken  string `json:"taken"` // day on which it was replaced: said to people, decides nothing
}

// Public half of the key that comes next, nil while none was made.
func (p Public) next(key string) []byte {
	switch key {
	case KeyCheckpoints:
		return p.Next.Checkpoints
	case KeyOpinions:
		return p.Next.Opinions
	}
	return nil
}

// NextKey is the key that comes next, and what people compare when it is told to those who check by it; nil while none was made.
func (p Public) NextKey(key string) (public []byte, fingerprint string) {
	if public = p.next(key); public == nil {
		return nil, ""
	}
	sum := sha256.Sum256(public)
	return public, hex.EncodeToString(sum[:10])
}

// MakeNext makes the key that comes next. One that was made already stays: an order that a crash cut is given again.
func (k *Keys) MakeNext(dir, key string) (*Keys, Public, error) {
	p, s, pass := k.copy()
	if p.next(key) != nil {
		return k, k.public, nil
	}
	switch key {
	case KeyCheckpoints:
		public, private, _ := ed25519.GenerateKey(rand.Reader) // crypto/rand does not fail
		p.Next.Checkpoints, s.NextCheckpoints = public, private.Seed()
	case KeyOpinions:
		made := material{public: p}
		if err := made.addOpinionKey(); err != nil {
			return nil, Public{}, err
		}
		p.Next.Opinions, s.NextOpinions = made.public.Opinions, made.secrets.Opinions
		// Before the key itself: a key without its request could not be certified any more. A crash in between leaves a request that the next order
		// writes over.
		for name, content := range made.opinionFiles {
			if err := replaceFile(dir, nextOpinion(name), 0o644, content); err != nil {
				return nil, Public{}, err
			}
		}
	default:
		return nil, Public{}, fmt.Errorf("making the next key %q: %w", key, ErrKey)
	}
	return renewed(dir, p, s, pass)
}

// TakeNext puts the next key in the place of the present one, whose private half the sealed file then holds no more. public says which key those who
// ordered it mean; one that was taken already is no error. until is the size of the last head that the present key of the log signed.
func (k *Keys) TakeNext(dir, key string, public []byte, until int64, today string) (*Keys, Public, error) {
	p, s, pass := k.copy()
	present := map[string][]byte{KeyCheckpoints: p.Checkpoints, KeyOpinions: p.Opinions}[key]
	switch {
	case key == KeySearch:
		return k.takeSearch(dir)
	case present == nil:
		return nil, Public{}, fmt.Errorf("taking the key %q: %w", key, ErrKey)
	case bytes.Equal(public, present):
		return k, k.public, nil
	case len(public) == 0 || !bytes.Equal(public, p.next(key)):
		return nil, Public{}, fmt.Errorf("taking the next key %q: %w", key, ErrNext)
	case key == KeyCheckpoints:
		if until > 0 { // who signed nothing is checked by nobody
			p.FormerCheckpoints = append(p.FormerCheckpoints, FormerKey{Public: p.Checkpoints, Until: until, Taken: today})
		}
		p.Checkpoints, p.Next.Checkpoints = p.Next.Checkpoints, nil
		s.Checkpoints, s.NextCheckpoints = s.NextCheckpoints, nil
	default:
		if certified, err := certificateOf(dir, nextOpinion(OpinionCertificateFile), public); err != nil || certified == nil {
			return nil, Public{}, errors.Join(ErrCertificate, err) // it would seal nothing
		}
		p.Opinions, p.Next.Opinions = p.Next.Opinions, nil
		s.Opinions, s.NextOpinions = s.NextOpinions, nil
	}
	return renewed(dir, p, s, pass)
}

// renewed writes the keystore anew, then the public files that follow from it. Killed in between, the next unlock writes them (settle).
func renewed(dir string, p Public, s secrets, pass string) (*Keys, Public, error) {
	keys, p, err := change(dir, p, s, pass)
	if err != nil {
		return nil, Public{}, err
	}
	crash.Point("keystore/settle.before")
	return keys, p, settle(dir, p)
}
