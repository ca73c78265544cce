package provider

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

type signingKey struct {
	id      string
	private *rsa.PrivateKey
}

// loadKey reads an issuer's key, or makes it. It is kept, because keyholder pins
// its public half in a file.
func loadKey(dir, issuer string) (signingKey, error) {
	path := filepath.Join(dir, "provider-"+issuer+".pem")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text, err = makeKey(path)
	}
	if err != nil {
		return signingKey{}, fmt.Errorf("loading the key of %s: %w", issuer, err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return signingKey{}, fmt.Errorf("loading the key of %s: no PEM", issuer)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return signingKey{}, fmt.Errorf("loading the key of %s: %w", issuer, err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return signingKey{}, fmt.Errorf("loading the key of %s: not RSA", issuer)
	}
	print, err := (&jose.JSONWebKey{Key: private.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return signingKey{}, fmt.Errorf("naming the key of %s: %w", issuer, err)
	}
	return signingKey{id: base64.RawURLEncoding.EncodeToString(print), private: private}, nil
}

func makeKey(path string) ([]byte, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return text, os.WriteFile(path, text, 0o600)
}

func (k signingKey) sign(claims map[string]any) (string, error) {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: k.private, KeyID: k.id}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("preparing a signature: %w", err)
	}
	return jwt.Signed(signer).Claims(claims).Serialize()
}

// JWKS is the public half of an issuer's keys, as a file for whoever pins it.
func (p *Provider) JWKS(issuer string) ([]byte, error) {
	key := p.keys[issuer]
	return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.private.Public(), KeyID: key.id, Algorithm: "RS256", Use: "sig"},
	}})
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request, issuer string) {
	set, err := p.JWKS(issuer)
	if err != nil {
		http.Error(w, "clés illisibles", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(set)
}
