package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"cloison/release"
)

// The gap for the seal: MaxSeal bytes in hexadecimal between < and >, zeros after the seal. Every file of every opinion has the same, with room for
// a time-stamp beside the seal: a token with its chain of certificates.
const (
	MaxStamp   = 12 << 10
	MaxSeal    = release.MaxSealBytes + MaxStamp
	gapSize    = 2*MaxSeal + 2
	rangeWidth = 32
)

// Document is a rendered opinion, with the gap where its seal goes.
type Document struct{ head, tail []byte }

// Render draws an opinion on its form. The same opinion and names give the same bytes, on any machine and for ever.
func Render(o release.Unsealed, n Names) (Document, error) {
	if err := o.Validate(); err != nil {
		return Document{}, fmt.Errorf("rendering an opinion: %w", err)
	}
	v, err := VersionOf(o)
	if err != nil {
		return Document{}, err
	}
	if err := n.check(o); err != nil {
		return Document{}, fmt.Errorf("rendering opinion %s: %w", o.ID, err)
	}
	s := newSheet()
	v.words.draw(s, o, n)
	return assemble(s, o, v)
}

// Digest is the SHA-256 of what the seal covers: the whole file but the gap.
func (d Document) Digest() [32]byte { return sha256.Sum256(append(bytes.Clone(d.head), d.tail...)) }

// Unsealed is the file with an empty gap: what there is to read before anybody has signed.
func (d Document) Unsealed() []byte { return d.with(nil) }

// with fills the gap: the seal, then zeros to its end.
func (d Document) with(seal []byte) []byte {
	file := bytes.Clone(d.head)
	file = append(file, '<')
	file = hex.AppendEncode(file, seal)
	file = append(file, bytes.Repeat([]byte("00"), MaxSeal-len(seal))...)
	file = append(file, '>')
	return append(file, d.tail...)
}
