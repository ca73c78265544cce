// Package config reads what the programs' TOML files hold and name. Unknown keys are refused, and secrets are files that not everybody may
// read. Only commands import it: nothing else reads files named by configuration (arch_test.go, R7).
package config

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/BurntSushi/toml"

	"cloison/crypto/cms"
	"cloison/crypto/keyfile"
	"cloison/internal/secret"
	"cloison/release/form"
)

// Decode reads a TOML file into c. A key that c does not know is refused.
func Decode(path string, c any) error {
	meta, err := toml.DecodeFile(path, c)
	if err != nil {
		return fmt.Errorf("decoding: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("unknown key %s", unknown[0])
	}
	return nil
}

// Required refuses the first key that has no value.
func Required(values map[string]string) error {
	for name, value := range values {
		if value == "" {
			return fmt.Errorf("key %s is missing", name)
		}
	}
	return nil
}

// Secret reads a one-value file and refuses one that everybody may read.
func Secret(path string) (secret.String, error) {
	b, err := readClosed(path)
	if err != nil {
		return secret.String{}, err
	}
	return secret.NewString(strings.TrimSpace(string(b))), nil
}

// readClosed reads a file, and refuses one that everybody may read, write or run (TestOpenKeyFiles).
func readClosed(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading a secret file: %w", err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("reading %s: everybody may read it; chmod o= it", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a secret file: %w", err)
	}
	return b, nil
}

// PublicKey reads a pinned Ed25519 public key.
func PublicKey(path string) (ed25519.PublicKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading a public key: %w", err)
	}
	key, err := keyfile.ParsePublic(b)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return key, nil
}

// PublicKeys reads a file of pinned Ed25519 public keys: two while one replaces the other.
func PublicKeys(path string) ([]ed25519.PublicKey, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading public keys: %w", err)
	}
	keys, err := keyfile.ParsePublics(b)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return keys, nil
}

// PrivateKey reads a signing key of the program itself.
func PrivateKey(path string) (*keyfile.Signer, error) {
	private, err := Secret(path)
	if err != nil {
		return nil, err
	}
	key, err := keyfile.ParsePrivate([]byte(private.Reveal() + "\n"))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return key, nil
}

// Certificate reads a pair, or gives nil for two empty paths. The key's file must be closed like any secret's.
func Certificate(certificate, key string) (*tls.Certificate, error) {
	if certificate == "" && key == "" {
		return nil, nil
	}
	public, err := os.ReadFile(certificate)
	if err != nil {
		return nil, fmt.Errorf("reading a certificate: %w", err)
	}
	private, err := readClosed(key)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(public, private)
	if err != nil {
		return nil, fmt.Errorf("reading the certificate %s and its key: %w", certificate, err)
	}
	return &pair, nil
}

// Authority reads the certificates that a peer's must come from.
func Authority(path string) (*x509.CertPool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading an authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("reading %s: no certificate in it", path)
	}
	return pool, nil
}

// SealCertificates reads the pinned certificates of the seal of opinions, the one in use first.
func SealCertificates(paths []string) (form.Pins, error) {
	if len(paths) == 0 {
		return nil, errors.New("key seal_certificate_files is missing")
	}
	var pins form.Pins
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("reading a certificate of the seal: %w", err)
		}
		certificate, err := cms.ParseCertificate(file)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
		pins = append(pins, certificate)
	}
	return pins, nil
}
