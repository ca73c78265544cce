package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// The file is replaced by a set of keys and by nothing else.
func TestFetchedKeysReplaceTheFileWhole(t *testing.T) {
	t.Parallel()
	name, set := "", `{"keys":[{"kty":"EC"}]}`
	var issuer *httptest.Server
	issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/keys" {
			fmt.Fprint(w, set)
			return
		}
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, issuer.URL+name, issuer.URL+"/keys")
	}))
	defer issuer.Close()
	file := filepath.Join(t.TempDir(), "jwks.json")
	fetch := func() error {
		_, err := tool(t, "keys", "fetch-jwks", "--issuer", issuer.URL, "--out", file)
		return err
	}
	if err := fetch(); err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(){
		"no keys":        func() { set = `{"keys":[]}` },
		"no set":         func() { set = `<html>` },
		"another issuer": func() { name, set = "x", `{"keys":[{"kty":"RSA"}]}` },
	} {
		spoil()
		if err := fetch(); err == nil {
			t.Errorf("%s: taken", what)
		}
		name = ""
		if b, err := os.ReadFile(file); err != nil || string(b) != `{"keys":[{"kty":"EC"}]}` {
			t.Errorf("%s: the file holds %s, %v", what, b, err)
		}
	}
	if _, err := tool(t, "keys", "fetch-jwks", "--issuer", "http://psc.example", "--out", file); err == nil {
		t.Error("keys came over plain HTTP")
	}
}
