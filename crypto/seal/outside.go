package seal

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// ErrOutside: what was given is not the public key of an age identity.
var ErrOutside = errors.New("not an age recipient")

// Outside is somebody else's public key: a court's, a person's. What is encrypted to it leaves the zone, and nobody here opens it again.
type Outside struct{ key age.Recipient }

// ParseOutside reads one public key, "age1..." or "age1pq...".
func ParseOutside(key string) (Outside, error) {
	found, err := age.ParseRecipients(strings.NewReader(key))
	if err != nil || len(found) != 1 || strings.ContainsAny(key, "\r\n# ") {
		return Outside{}, ErrOutside // age's own error may quote the key
	}
	return Outside{found[0]}, nil
}

// Encrypt gives what is written to it, encrypted, to w; Close ends it.
func (o Outside) Encrypt(w io.Writer) (io.WriteCloser, error) {
	enc, err := age.Encrypt(w, o.key)
	if err != nil {
		return nil, fmt.Errorf("encrypting to an outside recipient: %w", err)
	}
	return enc, nil
}
