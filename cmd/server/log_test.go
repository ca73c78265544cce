package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"cloison/crypto/checkpoint"
	"cloison/crypto/keyfile"
)

func TestTheKeysOfTheLogHoldItsOwn(t *testing.T) {
	t.Parallel()
	key := func() (ed25519.PublicKey, *keyfile.Signer) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return public, keyfile.NewSigner(private)
	}
	former, _ := key()
	present, signer := key()
	for name, c := range map[string]struct {
		keys  []checkpoint.LogKey
		taken bool
	}{
		"the former one and it": {[]checkpoint.LogKey{{Public: former, Until: 12}, {Public: present}}, true},
		"it alone":              {[]checkpoint.LogKey{{Public: present}}, true},
		"the former one alone":  {[]checkpoint.LogKey{{Public: former}}, false},
		"it, bounded":           {[]checkpoint.LogKey{{Public: present, Until: 12}, {Public: former}}, false},
	} {
		file, err := checkpoint.FormatLog(c.keys)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "log.pub")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		log, err := configuration{CheckpointPublicKeyFile: path, CheckpointOrigin: "cloison.test.server"}.ownLog(signer)
		if taken := err == nil && log != nil; taken != c.taken {
			t.Errorf("%s: %v", name, err)
		}
	}
}
