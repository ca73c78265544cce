package envelope

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"cloison/crypto/canonical"
)

// PartSize is the content size of every part of a document but the last.
const PartSize = 16 << 20

// The first bytes inside every age file: name, version, length of the context,
// context. A reader that meets another version must not guess.
const (
	magic   = "cloison-envelope"
	version = 1
	maxSize = 4 << 10
)

// Errors of ParsePrefix.
var (
	ErrUnknownVersion = errors.New("unknown envelope version")
	ErrMalformed      = errors.New("malformed envelope")
)

// Context is what an age file was written for. It is bound inside and compared
// when the file is opened.
type Context struct {
	Zone        string `json:"zone"`
	Dossier     string `json:"dossier"`
	Compartment string `json:"compartment"`
	Kind        string `json:"kind"` // what the piece is: "certificate", "part", "manifest"...
	ID          string `json:"id"`   // the piece's opaque id
	Version     int    `json:"version"`
	Part        int    `json:"part"` // from 0, for parts of a document
	Last        bool   `json:"last"` // the document ends with this part
}

// Valid refuses a context that leaves open what the bytes are for.
func (c Context) Valid() error {
	if c.Zone == "" || c.Dossier == "" || c.Compartment == "" || c.Kind == "" || c.ID == "" {
		return errors.New("envelope context is incomplete")
	}
	if c.Version < 0 || c.Part < 0 {
		return errors.New("envelope context has a negative number")
	}
	return nil
}

// Prefix is the exact bytes that stand before the content.
func (c Context) Prefix() ([]byte, error) {
	if err := c.Valid(); err != nil {
		return nil, err
	}
	body, err := canonical.Marshal(c)
	if err != nil {
		return nil, err
	}
	if len(body) > maxSize {
		return nil, errors.New("envelope context is too long")
	}
	out := append([]byte(magic), version)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)))
	return append(out, body...), nil
}

// ParsePrefix reads the context from the first bytes of an opened age file and
// returns it with the number of bytes it takes. It accepts only what Prefix
// writes.
func ParsePrefix(b []byte) (Context, int, error) {
	const fixed = len(magic) + 1 + 2
	if len(b) < fixed || !bytes.HasPrefix(b, []byte(magic)) {
		return Context{}, 0, ErrMalformed
	}
	if b[len(magic)] != version {
		return Context{}, 0, ErrUnknownVersion
	}
	n := int(binary.BigEndian.Uint16(b[len(magic)+1:]))
	if n > maxSize || len(b) < fixed+n {
		return Context{}, 0, ErrMalformed
	}
	var c Context
	if err := canonical.Unmarshal(b[fixed:fixed+n], &c); err != nil {
		return Context{}, 0, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if c.Valid() != nil {
		return Context{}, 0, ErrMalformed
	}
	return c, fixed + n, nil
}

// MaxPrefix bounds what ParsePrefix may need to see.
const MaxPrefix = len(magic) + 1 + 2 + maxSize
