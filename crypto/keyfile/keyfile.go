// Package keyfile is the form of Ed25519 keys as files: PEM, PKIX for a public
// key and PKCS #8 for a private one, so that openssl reads them too.
//
// It serves the keys that others check our signatures with (recipients,
// opinions, checkpoints) and the administrative zone's acknowledgement key.
// keyholder's own private keys never take this form: they stand in the sealed
// keystore.
package keyfile

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// ErrKeyFile is returned for a file that is not exactly one Ed25519 key.
var ErrKeyFile = errors.New("not an Ed25519 key file")

// FormatPublic returns the file of a public key.
func FormatPublic(pub ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, fmt.Errorf("encoding public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}

// ParsePublic reads what FormatPublic wrote.
func ParsePublic(file []byte) (ed25519.PublicKey, error) {
	der, err := block(file, "PUBLIC KEY")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("parsing public key: %w", ErrKeyFile)
	}
	pub, ok := key.(ed25519.PublicKey)
	if !ok {
		return nil, ErrKeyFile
	}
	return pub, nil
}

// ParsePublics reads a file of one public key or more: while a key is replaced, those who check by it pin the one before and the one after.
func ParsePublics(file []byte) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for len(file) > 0 {
		b, rest := pem.Decode(file)
		if b == nil {
			return nil, ErrKeyFile
		}
		key, err := ParsePublic(file[:len(file)-len(rest)])
		if err != nil {
			return nil, err
		}
		keys, file = append(keys, key), rest
	}
	if len(keys) == 0 {
		return nil, ErrKeyFile
	}
	return keys, nil
}

// FormatPrivate returns the file of a private key; write it 0600.
func FormatPrivate(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

// ParsePrivate reads what FormatPrivate wrote. The signer does not print the
// key.
func ParsePrivate(file []byte) (*Signer, error) {
	der, err := block(file, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("parsing private key: %w", ErrKeyFile)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, ErrKeyFile
	}
	return NewSigner(key), nil
}

func block(file []byte, kind string) ([]byte, error) {
	b, rest := pem.Decode(file)
	if b == nil || b.Type != kind || len(b.Headers) != 0 || len(rest) != 0 {
		return nil, ErrKeyFile
	}
	return b.Bytes, nil
}
