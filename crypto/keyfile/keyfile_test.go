package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
)

func TestKeyFiles(t *testing.T) {
	t.Parallel()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	public, err := FormatPublic(pub)
	if err != nil {
		t.Fatal(err)
	}
	private, err := FormatPrivate(key)
	if err != nil {
		t.Fatal(err)
	}
	gotPub, err := ParsePublic(public)
	if err != nil || !gotPub.Equal(pub) {
		t.Errorf("public: %v", err)
	}
	signer, err := ParsePrivate(private)
	if err != nil || !ed25519.Verify(pub, []byte("m"), signer.Sign([]byte("m"))) {
		t.Errorf("private: %v", err)
	}
	block, _ := pem.Decode(public)
	other := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: block.Bytes[:len(block.Bytes)-1]})
	for name, file := range map[string][]byte{
		"nothing": nil, "the other half": private, "text after": append(bytes.Clone(public), "x"...), "cut": other,
	} {
		if _, err := ParsePublic(file); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, file := range map[string][]byte{"one": public, "two": append(bytes.Clone(public), public...)} {
		keys, err := ParsePublics(file)
		if err != nil || len(keys) != len(file)/len(public) || !keys[len(keys)-1].Equal(pub) {
			t.Errorf("%s: %d keys, %v", name, len(keys), err)
		}
	}
	for name, file := range map[string][]byte{"nothing": nil, "text after": append(bytes.Clone(public), "x"...), "a private one after": append(bytes.Clone(public), private...)} {
		if _, err := ParsePublics(file); err == nil {
			t.Errorf("several: %s: accepted", name)
		}
	}
	if _, err := ParsePrivate(public); err == nil {
		t.Error("a public key was taken for a private one")
	}
}

func TestSignerDoesNotPrint(t *testing.T) {
	t.Parallel()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSigner(key)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, v := range []any{s, *s} {
			printed := fmt.Sprintf(verb, v)
			if strings.Contains(printed, hex.EncodeToString(key.Seed())) || strings.Contains(printed, fmt.Sprint([]byte(key.Seed()))[1:20]) {
				t.Errorf("%s prints the key", verb)
			}
		}
	}
}
