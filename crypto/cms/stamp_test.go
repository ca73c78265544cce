package cms_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"cloison/crypto/cms"
	"cloison/crypto/stamp"
	"cloison/internal/dev/tsa"
)

// stamped is a seal with the token that openssl's authority gives to its signature.
func stamped(t *testing.T, der []byte) (with, token []byte, authority *tsa.Authority) {
	t.Helper()
	authority = tsa.Start(t)
	signature, err := cms.Signature(der)
	if err != nil {
		t.Fatal(err)
	}
	request, err := stamp.NewRequest(signature)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := authority.Answer(request.DER)
	if err != nil {
		t.Fatal(err)
	}
	said, err := request.Accept(reply, authority.Pool)
	if err != nil {
		t.Fatal(err)
	}
	if with, err = cms.WithStamp(der, said.Token); err != nil {
		t.Fatal(err)
	}
	return with, said.Token, authority
}

// TestASealWithAStampIsNotTheSeal: what Verify takes, and so what crosses the wall, has no unsigned attribute.
func TestASealWithAStampIsNotTheSeal(t *testing.T) {
	t.Parallel()
	key, of := keys()[0], content("document", "approved")
	c := certificate(t, key, 1)
	der := seal(t, key, c, of)
	with, token, _ := stamped(t, der)
	if cms.Verify(c, with, of) == nil {
		t.Error("a seal with a time-stamp is taken for the seal")
	}
	if !bytes.Contains(with, token) || len(with) < len(der)+len(token) {
		t.Error("the token is not in it")
	}
	for name, broken := range map[string][]byte{"nothing": nil, "a byte after it": append(bytes.Clone(der), 0)} {
		if _, err := cms.WithStamp(broken, token); err == nil {
			t.Errorf("%s: stamped", name)
		}
	}
}

// TestOpensslReadsASealWithItsStamp: a verifier that is not ours finds the signature good with the attribute beside it, and the token one of that
// signature.
func TestOpensslReadsASealWithItsStamp(t *testing.T) {
	t.Parallel()
	key, of := keys()[0], content("document", "approved")
	c := certificate(t, key, 1)
	der := seal(t, key, c, of)
	with, token, authority := stamped(t, der)
	signature, err := cms.Signature(der)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range map[string][]byte{
		"document": []byte("document"), "sealed.der": with, "token.der": token, "signature": signature,
		"seal.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"cms", "-verify", "-binary", "-inform", "DER", "-in", "sealed.der", "-content", "document", "-CAfile", "seal.pem", "-purpose", "any", "-out", "out"},
		{"ts", "-verify", "-token_in", "-in", "token.der", "-data", "signature", "-CAfile", authority.File},
	} {
		command := exec.CommandContext(t.Context(), "openssl", args...)
		command.Dir = dir
		if said, err := command.CombinedOutput(); err != nil {
			t.Errorf("openssl %v: %v\n%s", args, err, said)
		}
	}
}
