// Package frame carries one JSON value per message over a unix socket: four
// bytes of length, big endian, then the value.
//
// It protects the reader from a peer that lies: the length is bounded before a
// byte is allocated for it, and the value must be canonical. It trusts the
// socket to be local; it does not authenticate (the listener checks the peer's
// uid).
package frame

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"cloison/crypto/canonical"
)

// Max is the largest message. A page of fifty names is about 400 kB.
const Max = 8 << 20

// ErrTooLarge is returned for a message beyond Max, read or written.
var ErrTooLarge = errors.New("message too large")

// Write sends v as one message.
func Write(w io.Writer, v any) error {
	body, err := canonical.Marshal(v)
	if err != nil {
		return err
	}
	if len(body) > Max {
		return ErrTooLarge
	}
	msg := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)))
	if _, err := w.Write(append(msg, body...)); err != nil {
		return fmt.Errorf("writing message: %w", err)
	}
	return nil
}

// Read receives one message into v, strictly (canonical.Unmarshal). It answers
// io.EOF only between messages, when the peer has closed.
func Read(r io.Reader, v any) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return fmt.Errorf("reading message length: %w", err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n > Max {
		return ErrTooLarge
	}
	// The buffer grows with what arrives, not with what the length announces.
	var body bytes.Buffer
	if _, err := io.CopyN(&body, r, int64(n)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("reading message: %w", err)
	}
	return canonical.Unmarshal(body.Bytes(), v)
}
